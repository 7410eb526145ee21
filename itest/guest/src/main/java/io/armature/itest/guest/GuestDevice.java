package io.armature.itest.guest;

import java.util.List;

/** Something that a guest's machine has besides processors, memory and serial ports. */
public sealed interface GuestDevice permits RecordedDisk, GuestNetwork {

    /** What the emulator is told. */
    List<String> arguments();
}
