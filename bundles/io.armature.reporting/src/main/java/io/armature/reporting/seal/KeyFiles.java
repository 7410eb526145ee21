package io.armature.reporting.seal;

import java.io.IOException;
import java.util.List;

/** The small files in the spool's root; sealing opens none itself. Any one thread at a time. */
public interface KeyFiles {

    /** Names of the regular files in the spool's root, in no order. */
    List<String> names() throws IOException;

    /**
     * @param limit bytes
     * @return the content
     * @throws IOException also if the file is longer than the limit
     */
    byte[] read(String name, int limit) throws IOException;

    /** Creates or replaces a file; durable on return, and the old content stays if this throws. */
    void replace(String name, byte[] content) throws IOException;

    /** Deletes a file if it exists; durable on return. */
    void delete(String name) throws IOException;

    /**
     * Moves a file that is not what its name says to {@code lost+found}; nothing readable is ever
     * deleted to make a start succeed.
     */
    void setAside(String name) throws IOException;
}
