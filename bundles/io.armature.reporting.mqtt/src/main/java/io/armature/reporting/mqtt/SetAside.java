package io.armature.reporting.mqtt;

import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.FailureText;
import io.armature.reporting.proto.EncryptedRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where records stay that no broker takes, so that those behind them can be confirmed: a file each,
 * as it would have been sent, until somebody removes it. Belongs to the bridge's thread but for
 * {@link #fault}.
 */
final class SetAside {

    /**
     * What was there.
     *
     * @param changed when the folder had changed last
     * @param files size by name, bytes
     */
    private record Kept(FileTime changed, Map<String, Long> files) {

        static final Kept NOTHING = new Kept(FileTime.fromMillis(0), Map.of());

        /** With a file that may have come in the same tick as the last look. */
        Kept with(String name, long size) {
            Map<String, Long> all = new HashMap<>(files);
            all.put(name, size);
            return new Kept(changed, Map.copyOf(all));
        }

        long bytes() {
            return files.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SetAside.class);
    private static final String SUFFIX = ".record";
    private static final int MAX_FILES = 1_000;
    private static final long MAX_BYTES = 64L << 20;

    private final Path folder;
    private final DurableFiles files;
    private volatile Kept kept = Kept.NOTHING;

    /**
     * @param folder made when it is needed
     */
    SetAside(Path folder, DurableFiles files) {
        this.folder = folder;
        this.files = files;
        look();
    }

    /**
     * Keeps a record; durable on return. Keeping it again changes nothing.
     *
     * @return false if it cannot be kept, or there is too much here already
     */
    boolean keep(QueueKey queue, long id, EncryptedRecord record) {
        String name = name(queue, id);
        byte[] bytes = record.toByteArray();
        try {
            Kept now = look();
            if (now.files().getOrDefault(name, -1L) == bytes.length) {
                return true;
            }
            if (now.files().size() >= MAX_FILES || now.bytes() + bytes.length > MAX_BYTES) {
                return false;
            }
            make();
            files.replace(folder.resolve(name), bytes);
            kept = look().with(name, bytes.length);
            LOG.warn("record set aside file={} bytes={}", folder.resolve(name), bytes.length);
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "record not set aside file={} reason=\"{}\"",
                    folder.resolve(name),
                    FailureText.of(e));
            return false;
        }
    }

    /** Whether it is kept here, as far as was seen last. */
    boolean has(QueueKey queue, long id) {
        Kept now = kept;
        return !now.files().isEmpty() && now.files().containsKey(name(queue, id));
    }

    /** What an operator should know. Any thread may call this. */
    Optional<String> fault() {
        Kept now = look();
        return now.files().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        now.files().size()
                                + " records of "
                                + now.bytes()
                                + " bytes fit into no packet and are kept in "
                                + folder
                                + "; the server was told that they do not come. Raise"
                                + " max_packet_bytes or the broker's limit, then remove the files");
    }

    private static String name(QueueKey queue, long id) {
        StringBuilder name = new StringBuilder(80).append(queue.priority()).append('-');
        for (int i = 0; i < queue.guid().length(); i++) {
            char c = queue.guid().charAt(i);
            boolean plain =
                    c == '-'
                            || (c >= '0' && c <= '9')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z');
            name.append(plain ? c : '_');
        }
        return name.append('-')
                .append(queue.generationId())
                .append('-')
                .append(id)
                .append(SUFFIX)
                .toString();
    }

    private void make() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            for (Path made = folder.toAbsolutePath(), end = made.getRoot();
                    !made.equals(end);
                    made = made.getParent()) {
                force(made.getParent());
            }
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Reads the folder again if it changed: files are removed by hand. */
    private Kept look() {
        try {
            if (!Files.isDirectory(folder)) {
                kept = Kept.NOTHING;
                return Kept.NOTHING;
            }
            FileTime changed = Files.getLastModifiedTime(folder);
            Kept now = kept;
            if (!changed.equals(now.changed())) {
                now = new Kept(changed, list());
                kept = now;
            }
            return now;
        } catch (IOException e) {
            LOG.warn("cannot be read folder={} reason=\"{}\"", folder, FailureText.of(e));
            return kept;
        }
    }

    private Map<String, Long> list() throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    sizes.put(name, Files.size(file));
                }
            }
        }
        return Map.copyOf(sizes);
    }
}
