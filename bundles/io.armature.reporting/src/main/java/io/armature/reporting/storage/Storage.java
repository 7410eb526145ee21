package io.armature.reporting.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The files under the spool's root. Names are relative to it, parts joined with {@code /}; the root
 * itself is the empty name. Every call is one step that can fail by itself, so that a wrapper can
 * make any of them fail; steps that belong together are default methods.
 *
 * <p>Any thread may call this; calls that change one name must not overlap. A full disk shows as
 * {@link NoSpaceException} from every method.
 */
public interface Storage extends AutoCloseable {

    /** What is in a directory. */
    enum Kind {
        FILE,
        DIRECTORY,
        OTHER
    }

    /**
     * One name in a directory.
     *
     * @param bytes length of a file, else 0
     * @param modifiedMillis since the epoch
     */
    record Entry(String name, Kind kind, long bytes, long modifiedMillis) {}

    /** The entries of a directory, in no order. */
    List<Entry> list(String directory) throws IOException;

    /** Makes a directory if it is absent; durable once its parent was forced. */
    void makeDirectory(String directory) throws IOException;

    /** Makes a file that must not exist yet; the name is durable once the directory was forced. */
    StorageFile create(String path) throws IOException;

    /** Opens a file for reading and, if asked, for changing. */
    StorageFile open(String path, Access access) throws IOException;

    /** What an opened file is for. */
    enum Access {
        READ,
        CHANGE
    }

    /** Renames within the spool, replacing a file; durable once both directories were forced. */
    void rename(String from, String to) throws IOException;

    /** Removes a file or an empty directory; durable once the directory was forced. */
    void unlink(String path) throws IOException;

    /** Makes the names in a directory durable. */
    void forceDirectory(String directory) throws IOException;

    /** Releases the root for other processes. Files that are open stay open. */
    @Override
    void close();

    /** Replaces a file as a whole: the old or the new content survives a power cut. */
    default void replace(String path, byte[] content) throws IOException {
        String temporary = path + ".tmp";
        unlinkIfPresent(temporary);
        try (StorageFile file = create(temporary)) {
            file.write(ByteBuffer.wrap(content), 0);
            file.force(true);
        }
        rename(temporary, path);
        forceDirectory(parent(path));
    }

    /**
     * The whole content of a small file.
     *
     * @throws IOException also if it is longer than the limit
     */
    default byte[] read(String path, int limit) throws IOException {
        try (StorageFile file = open(path, Access.READ)) {
            long size = file.size();
            if (size > limit) {
                throw new IOException(path + " has " + size + " bytes, at most " + limit);
            }
            ByteBuffer content = ByteBuffer.allocate((int) size);
            int read = file.read(content, 0);
            if (read < size) {
                throw new IOException(path + " ended after " + read + " of " + size + " bytes");
            }
            return content.array();
        }
    }

    /** Whether the name exists. */
    default boolean exists(String path) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return list(parent(path)).stream().anyMatch(entry -> entry.name().equals(name));
    }

    /** As {@link #unlink}; an absent name is no error. */
    default void unlinkIfPresent(String path) throws IOException {
        if (exists(path)) {
            unlink(path);
        }
    }

    /** The directory that holds a name. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
