package io.armature.itest.fault;

import java.time.Duration;

/** The spool's disk: how much of it there is, and how long a force takes. */
enum Room {
    /** Nothing is ever shed. */
    AMPLE(1L << 30, Duration.ZERO),
    /** A dozen small segments: less than the queues of one run begin with. */
    TIGHT(768 << 10, Duration.ZERO),
    /** As ample, and as slow as an SD card. */
    SLOW(1L << 30, Duration.ofMillis(30));

    private final long bytes;
    private final Duration force;

    Room(long bytes, Duration force) {
        this.bytes = bytes;
        this.force = force;
    }

    long bytes() {
        return bytes;
    }

    /** What each force takes beside what the disk below takes. */
    Duration force() {
        return force;
    }
}
