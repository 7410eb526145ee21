package io.armature.reporting.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder to try a spool in, with the keys of the real one. For one thread. */
public final class ScratchFolder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ScratchFolder.class);
    private static final String KEYS = "EncryptionKey.*";

    private final Path folder;

    private ScratchFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder, without what an earlier one may have left.
     *
     * @param root of the real spool, which is only read; another spool may have it
     */
    public static ScratchFolder make(Path folder, Path root) throws IOException {
        ScratchFolder scratch = new ScratchFolder(folder);
        scratch.remove();
        Files.createDirectories(folder);
        scratch.copyKeys(root);
        return scratch;
    }

    private void copyKeys(Path root) throws IOException {
        try (DirectoryStream<Path> keys = Files.newDirectoryStream(root, KEYS)) {
            for (Path key : keys) {
                Files.copy(key, folder.resolve(key.getFileName()), LinkOption.NOFOLLOW_LINKS);
            }
        } catch (NoSuchFileException e) {
            log.debug("no spool yet, or a key was just replaced", e);
        }
    }

    /** Takes possession of what is in it. */
    public Storage open() throws IOException {
        return FileStorage.open(folder);
    }

    /** Removes it. */
    @Override
    public void close() {
        try {
            remove();
        } catch (IOException e) {
            log.warn("cannot remove folder={} error=\"{}\"", folder, e.toString());
        }
    }

    private void remove() throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            remove(folder);
        }
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
                for (Path child : children) {
                    remove(child);
                }
            }
        }
        Files.delete(path);
    }
}
