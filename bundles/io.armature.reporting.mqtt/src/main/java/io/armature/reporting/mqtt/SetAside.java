package io.armature.reporting.mqtt;

import io.armature.platform.api.FailureText;
import io.armature.reporting.proto.EncryptedRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where records stay that no broker takes, so that those behind them can be confirmed: a file each,
 * as it would have been sent, until somebody removes it. Not thread safe: belongs to the bridge's
 * thread.
 */
final class SetAside {

    /** What {@link #fault} shows. */
    record Kept(int files, long bytes) {}

    private static final Logger LOG = LoggerFactory.getLogger(SetAside.class);
    private static final String SUFFIX = ".record";
    private static final int MAX_FILES = 1_000;
    private static final long MAX_BYTES = 64L << 20;

    private final Path folder;
    private volatile Kept kept;

    /**
     * @param folder made when it is needed
     */
    SetAside(Path folder) {
        this.folder = folder;
        this.kept = count();
    }

    /**
     * Keeps a record; durable on return. Keeping it again changes nothing.
     *
     * @return false if it cannot be kept, or there is too much here already
     */
    boolean keep(QueueKey queue, long id, EncryptedRecord record) {
        Path file = folder.resolve(name(queue, id));
        byte[] bytes = record.toByteArray();
        try {
            if (Files.exists(file) && Files.size(file) == bytes.length) {
                return true;
            }
            if (kept.files() >= MAX_FILES || kept.bytes() + bytes.length > MAX_BYTES) {
                return false;
            }
            Files.createDirectories(folder);
            write(file, bytes);
            kept = count();
            LOG.warn("record set aside file={} bytes={}", file, bytes.length);
            return true;
        } catch (IOException e) {
            LOG.warn("record not set aside file={} reason=\"{}\"", file, FailureText.of(e));
            return false;
        }
    }

    /** Whether it is kept here. */
    boolean has(QueueKey queue, long id) {
        return kept.files() > 0 && Files.exists(folder.resolve(name(queue, id)));
    }

    /** What an operator should know. Any thread may call this. */
    Optional<String> fault() {
        Kept now = kept;
        return now.files() == 0
                ? Optional.empty()
                : Optional.of(
                        now.files()
                                + " records of "
                                + now.bytes()
                                + " bytes fit into no packet and are kept in "
                                + folder
                                + "; the server was told that they do not come. Raise"
                                + " max_packet_bytes or the broker's limit, then remove the files");
    }

    private static String name(QueueKey queue, long id) {
        return queue.priority()
                + "-"
                + queue.guid().replaceAll("[^0-9A-Za-z-]", "_")
                + "-"
                + queue.generationId()
                + "-"
                + id
                + SUFFIX;
    }

    private void write(Path file, byte[] bytes) throws IOException {
        Path fresh = folder.resolve("new");
        try (FileChannel channel =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        force(folder);
        force(folder.toAbsolutePath().getParent());
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Kept count() {
        if (!Files.isDirectory(folder)) {
            return new Kept(0, 0);
        }
        int files = 0;
        long bytes = 0;
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (file.toString().endsWith(SUFFIX)) {
                    files++;
                    bytes += Files.size(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot be read folder={} reason=\"{}\"", folder, FailureText.of(e));
        }
        return new Kept(files, bytes);
    }
}
