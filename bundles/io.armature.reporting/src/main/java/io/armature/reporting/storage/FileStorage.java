package io.armature.reporting.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Real files. An interrupt of the calling thread stops no step and closes no file: hence the
 * asynchronous channels, whose steps all run on the calling thread.
 *
 * <p>Holds an exclusive lock on {@code lock} in the root from {@link #open} to {@link #close}, so
 * that no two processes ever work on one spool; the kernel drops it when one dies.
 */
public final class FileStorage implements Storage {

    /** The name of the lock in the root. */
    public static final String LOCK = "lock";

    private static final ExecutorService ON_CALLER = new OnCaller();

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;
    private final Optional<FileChannel> lock;

    private FileStorage(Path root, Optional<FileChannel> lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Takes possession of a spool; makes the root if it is absent.
     *
     * @throws RootInUseException if another process, or another spool of this one, has it
     */
    public static FileStorage open(Path root) throws IOException {
        Files.createDirectories(root);
        FileChannel channel =
                FileChannel.open(
                        root.resolve(LOCK),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        OWNER_ONLY);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new RootInUseException(root.toString());
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new RootInUseException(root.toString());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new FileStorage(root, Optional.of(channel));
    }

    /**
     * For reading only, whether or not a process has it; makes and locks nothing.
     *
     * @throws NotDirectoryException if there is no such directory
     */
    public static FileStorage unlocked(Path root) throws NotDirectoryException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root + " is no directory");
        }
        return new FileStorage(root, Optional.empty());
    }

    /** Whether another process, or a spool of this one, has it. */
    public static boolean inUse(Path root) throws IOException {
        try (FileChannel channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.READ)) {
            return channel.tryLock(0, Long.MAX_VALUE, true) == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public List<Entry> list(String directory) throws IOException {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(path(directory))) {
            return entries(paths);
        }
    }

    static List<Entry> entries(DirectoryStream<Path> paths) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try {
            for (Path path : paths) {
                entries.add(entry(path));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause(); // what the disk says, in an unchecked disguise
        }
        return entries;
    }

    private static Entry entry(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Kind kind =
                attributes.isRegularFile()
                        ? Kind.FILE
                        : attributes.isDirectory() ? Kind.DIRECTORY : Kind.OTHER;
        long bytes = kind == Kind.FILE ? attributes.size() : 0;
        return new Entry(
                path.getFileName().toString(),
                kind,
                bytes,
                attributes.lastModifiedTime().toMillis());
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(path(path), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void makeDirectory(String directory) throws IOException {
        try {
            Files.createDirectory(path(directory));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path(directory))) {
                throw e;
            }
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public StorageFile create(String path) throws IOException {
        return channel(
                path,
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        return channel(
                path,
                access == Access.READ
                        ? Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)
                        : Set.of(
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS));
    }

    private StorageFile channel(String path, Set<? extends OpenOption> options) throws IOException {
        try {
            return new ChannelFile(
                    AsynchronousFileChannel.open(path(path), options, ON_CALLER, OWNER_ONLY));
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void unlink(String path) throws IOException {
        Files.delete(path(path));
    }

    @Override
    public void unlinkIfPresent(String path) throws IOException {
        try {
            unlink(path);
        } catch (NoSuchFileException e) {
            // as wished
        }
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        try (AsynchronousFileChannel channel =
                AsynchronousFileChannel.open(
                        path(directory), Set.of(StandardOpenOption.READ), ON_CALLER)) {
            channel.force(true);
        } catch (IOException e) {
            throw translated(e);
        }
    }

    /** Releases the lock; cannot fail in a way that matters, since the kernel drops it anyway. */
    @Override
    public void close() {
        try {
            if (lock.isPresent()) {
                lock.get().close();
            }
        } catch (IOException e) {
            // the descriptor is gone all the same
        }
    }

    private Path path(String name) {
        return name.isEmpty() ? root : root.resolve(name);
    }

    /** The JDK tells a full disk by the kernel's text only. */
    private static IOException translated(IOException e) {
        String text = String.valueOf(e.getMessage());
        boolean full =
                text.contains("No space left on device") || text.contains("Disk quota exceeded");
        return full ? new NoSpaceException(e) : e;
    }

    private record ChannelFile(AsynchronousFileChannel channel) implements StorageFile {

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int read = done(channel.read(target, position + total));
                if (read < 0) {
                    break;
                }
                total += read;
            }
            return total;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            long at = position;
            try {
                while (source.hasRemaining()) {
                    at += done(channel.write(source, at));
                }
            } catch (IOException e) {
                throw translated(e);
            }
        }

        @Override
        public void force(boolean length) throws IOException {
            try {
                channel.force(length);
            } catch (IOException e) {
                throw translated(e);
            }
        }

        /** The outcome of a step that ended on this thread. */
        private static int done(Future<Integer> step) throws IOException {
            try {
                return step.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                throw new IOException(e.getCause());
            } catch (InterruptedException e) {
                throw new IllegalStateException("waited for what is done", e);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
