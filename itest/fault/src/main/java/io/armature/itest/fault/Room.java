package io.armature.itest.fault;

/** How much disk space the spool may use. */
enum Room {
    /** Nothing is ever shed. */
    AMPLE(1L << 30),
    /** A dozen small segments: less than the queues of one run begin with. */
    TIGHT(768 << 10);

    private final long bytes;

    Room(long bytes) {
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }
}
