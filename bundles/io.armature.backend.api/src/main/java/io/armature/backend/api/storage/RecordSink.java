package io.armature.backend.api.storage;

import java.io.IOException;

/** Takes records as they are printed. */
public interface RecordSink {

    /**
     * Takes one JSON object without newline.
     *
     * @param line not kept, the next one overwrites it
     * @param length its bytes
     * @return false to read no further
     */
    boolean record(byte[] line, int length) throws IOException;
}
