package io.armature.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One appliance a root. The kernel drops the lock with the process, however that ends. The owner's
 * pid stands in a file of its own: closing any descriptor of the lock file would drop the lock.
 */
final class RootLock implements AutoCloseable {

    private final RandomAccessFile file;

    private RootLock(RandomAccessFile file) {
        this.file = file;
    }

    /**
     * Takes {@code run/armature/lock} and writes {@code run/armature/pid}, which all may read.
     *
     * @param directory {@code run/armature}, present
     * @throws LaunchException if another process holds it, or the directory cannot be written
     */
    static RootLock take(Path directory) throws LaunchException {
        try {
            RandomAccessFile file = new RandomAccessFile(directory.resolve("lock").toFile(), "rw");
            FileLock lock = file.getChannel().tryLock();
            if (lock == null) {
                file.close();
                throw new LaunchException(
                        ExitStatus.ALREADY_RUNNING, "already running here" + owner(directory));
            }
            writePid(directory);
            return new RootLock(file);
        } catch (IOException e) {
            throw new LaunchException(
                    ExitStatus.ROOT_UNUSABLE, "cannot lock " + directory + ": " + e, e);
        }
    }

    /** For everybody to read, whatever the umask: who may call is up to the socket. */
    private static void writePid(Path directory) throws IOException {
        Path pid = directory.resolve("pid");
        Files.writeString(pid, ownPid() + "\n");
        if (!pid.toFile().setReadable(true, false)) {
            throw new IOException(pid + " cannot be made readable");
        }
    }

    /** Pid by the proc file system: ProcessHandle costs milliseconds at start. */
    private static String ownPid() throws IOException {
        return Path.of("/proc/self").toRealPath().getFileName().toString();
    }

    private static String owner(Path directory) {
        try {
            String pid = Files.readString(directory.resolve("pid"), StandardCharsets.US_ASCII);
            return ": process " + pid.trim();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
