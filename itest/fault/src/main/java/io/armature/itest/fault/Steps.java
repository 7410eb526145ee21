package io.armature.itest.fault;

import java.io.IOException;

/** Is told of every step of a modelled disk before it happens, and may prevent it. */
@FunctionalInterface
interface Steps {

    /** What is about to happen. */
    enum Step {
        CREATE,
        OPEN,
        WRITE,
        FORCE,
        /** One page on its way to the disk within a force. */
        PAGE,
        TRUNCATE,
        RENAME,
        UNLINK,
        MAKE_DIRECTORY,
        FORCE_DIRECTORY
    }

    /**
     * @param name of the file or directory
     * @throws IOException to let the step fail; a failing force loses the pages it should have
     *     written, as Linux does
     */
    void before(Step step, String name) throws IOException;
}
