package io.armature.itest.fault;

/** What happens at a fault point. */
enum Harm {
    /** Power is cut before the step. */
    KILL,
    /** The step fails with EIO. */
    ERROR,
    /** The step fails with ENOSPC. */
    FULL,
    /** Half of a write gets to the disk, then power is cut. */
    SHORT_KILL,
    /** Half of a write gets to the disk, then it fails with ENOSPC. */
    SHORT_FULL;

    /** Whether it ends the device. */
    boolean kills() {
        return this == KILL || this == SHORT_KILL;
    }
}
