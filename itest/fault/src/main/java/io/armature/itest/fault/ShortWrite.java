package io.armature.itest.fault;

import java.io.IOException;

/** A write of which only the first half gets to the disk, at once. */
final class ShortWrite extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Runnable after;

    /**
     * @param after what happens once the half is on the disk; if that returns, the disk is full
     */
    ShortWrite(Runnable after) {
        super("No space left on device");
        this.after = after;
    }

    void written() {
        after.run();
    }
}
