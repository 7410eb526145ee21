package io.armature.backend.reporting.server;

import java.io.IOException;

/** Tells devices whose records are taken. Any thread. */
public interface Enrolled {

    /**
     * Looks one device up; may block.
     *
     * @throws IOException if nobody can tell now
     */
    boolean test(String device) throws IOException;
}
