package io.armature.itest.guest;

import java.io.IOException;
import java.util.List;

/** Something that a guest's machine has besides processors, memory and serial ports. */
public interface GuestDevice {

    /** What the emulator is told. */
    List<String> arguments();

    /** Forgets what an earlier start has left outside the guest; comes before each start. */
    void reset() throws IOException;

    /** Has a guest that obeys use it. */
    void load(Guest guest) throws IOException, InterruptedException;
}
