package io.armature.backend.reporting;

import java.io.IOException;

/** Where the files of an enrolment go. */
interface Delivery {

    /** Who may read a file. */
    enum Readers {
        ALL,
        OWNER
    }

    /**
     * Makes sure that files can be taken, as far as that can be known before there are any.
     *
     * @throws IOException with a sentence for the operator
     */
    void open() throws IOException;

    /**
     * Takes one file.
     *
     * @param name relative to the device's {@code etc/armature}
     */
    void file(String name, byte[] content, Readers readers) throws IOException;

    /** Everything was taken. */
    void close() throws IOException;
}
