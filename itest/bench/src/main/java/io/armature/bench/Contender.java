package io.armature.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/** One store of records in a comparison. Any number of threads may append once it is open. */
interface Contender extends AutoCloseable {

    /** How the table calls it. */
    String name();

    /** Opens a new, empty store in an existing empty folder. */
    void open(Path folder) throws IOException;

    /** Stores one record; when this returns, it survives power loss. */
    void append(byte[] record) throws IOException;

    /**
     * As {@link #append}, without waiting; only asked of stores that are {@link #asynchronous()}.
     */
    default CompletionStage<?> appendLater(byte[] record) {
        throw new IllegalStateException(name() + " has no asynchronous form");
    }

    /** Whether {@link #appendLater} exists. */
    default boolean asynchronous() {
        return false;
    }

    @Override
    void close() throws IOException;
}
