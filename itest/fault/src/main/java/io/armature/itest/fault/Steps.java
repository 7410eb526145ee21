package io.armature.itest.fault;

import java.io.IOException;

/** Is told of every step of a modelled disk before it happens, and may prevent it. */
@FunctionalInterface
interface Steps {

    /** What is about to happen. */
    enum Step {
        LIST,
        OPEN,
        READ,
        CREATE,
        /** A write to a segment that makes it longer. */
        PREALLOCATE,
        WRITE,
        FORCE,
        /** A force of a file with its length. */
        FORCE_LENGTH,
        /** One sector on its way to the disk within a force. */
        SECTOR,
        TRUNCATE,
        RENAME,
        UNLINK,
        MAKE_DIRECTORY,
        FORCE_DIRECTORY;

        /** Whether it only looks. */
        boolean reads() {
            return this == LIST || this == OPEN || this == READ;
        }
    }

    /**
     * @param name of the file or directory
     * @throws ShortWrite to let a write stop in its middle
     * @throws IOException to let the step fail; a failing force loses the sectors it should have
     *     written, as Linux does
     */
    void before(Step step, String name) throws IOException;
}
