package io.armature.backend.reporting.keys;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder whose files several servers change, one at a time: who does holds the lock on the file
 * {@code lock}. Any thread.
 */
public final class SharedFolder {

    private final Path lock;

    /**
     * @param folder must exist when something is changed
     */
    public SharedFolder(Path folder) {
        this.lock = folder.resolve("lock");
    }

    /** Reads and replaces files. */
    public interface Change<T> {
        T run() throws IOException;
    }

    /**
     * Changes files while no other process does; waits for one that is at it.
     *
     * @throws IOException also if another one of this process is at it; nothing changed
     */
    public <T> T change(Change<T> change) throws IOException {
        try (FileChannel channel =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock(); // until it is closed
            return change.run();
        } catch (OverlappingFileLockException e) {
            throw new IOException(lock.getParent() + " is being changed, try again", e);
        }
    }
}
