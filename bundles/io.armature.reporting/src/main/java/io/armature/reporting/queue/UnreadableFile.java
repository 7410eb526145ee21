package io.armature.reporting.queue;

import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known to be unreadable of a queue's segments, kept beside them, so that the next start
 * neither tries it again nor brings back what was offered as a gap. Forced. Absent where all is
 * well. Thread-safe.
 */
public final class UnreadableFile {

    /** Its name in the queue's directory. */
    public static final String NAME = "unreadable";

    /** While it is written. */
    public static final String TEMPORARY = NAME + ".tmp";

    private static final Logger log = LoggerFactory.getLogger(UnreadableFile.class);

    /** {@code ArUn} on disk. */
    private static final int MAGIC = 0x6e557241;

    private static final int VERSION = 1;
    private static final int CRC_AT = 4;
    private static final int CHECKED_FROM = 8;
    private static final int HEADER_BYTES = 24;
    private static final int ENTRY_BYTES = 20;
    private static final int LIMIT_BYTES = 4 << 20;

    private final Storage storage;
    private final String directory;
    private final String path;
    private final long generationId;

    /** What is on disk; empty if that is not known. */
    private Optional<List<Entry>> saved = Optional.of(List.of());

    public UnreadableFile(Storage storage, QueueName name, long generationId) {
        this.storage = storage;
        this.directory = name.directory();
        this.path = directory + "/" + NAME;
        this.generationId = generationId;
    }

    /**
     * One segment.
     *
     * @param nextId the id behind those that its records have or may have; 0 if that was not asked,
     *     since it is not the last one or may have grown
     * @param blocks numbers of blocks of {@link BadBlocks#BLOCK_BYTES}, ascending
     */
    public record Entry(long firstId, long nextId, List<Integer> blocks) {}

    /** By first id; nothing if there is no file, or none that can be used. */
    public synchronized Map<Long, Entry> read() {
        Map<Long, Entry> entries = new HashMap<>();
        try {
            if (storage.exists(path)) {
                saved = Optional.empty();
                saved = Optional.of(decode(storage.read(path, LIMIT_BYTES)));
                saved.get().forEach(entry -> entries.put(entry.firstId(), entry));
            }
        } catch (IOException | BufferUnderflowException e) {
            log.warn("all is tried again path={} error=\"{}\"", path, e.toString());
        }
        return entries;
    }

    /** Keeps what is unreadable of these segments; durable on return. */
    synchronized void keep(List<Segment> segments) throws IOException {
        List<Entry> entries =
                segments.stream().flatMap(segment -> segment.unreadable().stream()).toList();
        if (saved.isPresent() && entries.equals(saved.get())) {
            return;
        }
        if (entries.isEmpty()) {
            storage.unlinkIfPresent(path);
            // Else it may come back, and be believed of a segment of the same name.
            storage.forceDirectory(directory);
        } else {
            storage.replace(path, encoded(entries));
        }
        saved = Optional.of(entries);
    }

    private byte[] encoded(List<Entry> entries) {
        int bytes = HEADER_BYTES;
        for (Entry entry : entries) {
            bytes += ENTRY_BYTES + Integer.BYTES * entry.blocks().size();
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(MAGIC).putInt(0).putInt(VERSION).putInt(entries.size()).putLong(generationId);
        for (Entry entry : entries) {
            buffer.putLong(entry.firstId()).putLong(entry.nextId()).putInt(entry.blocks().size());
            entry.blocks().forEach(buffer::putInt);
        }
        return buffer.putInt(CRC_AT, crc(buffer.array())).array();
    }

    private List<Entry> decode(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean good =
                buffer.getInt() == MAGIC
                        && buffer.getInt() == crc(bytes)
                        && buffer.getInt() == VERSION;
        int count = buffer.getInt();
        if (!good || buffer.getLong() != generationId) {
            throw new IOException("not of this queue, or damaged");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long firstId = buffer.getLong();
            long nextId = buffer.getLong();
            List<Integer> blocks = new ArrayList<>();
            for (int left = buffer.getInt(); left > 0; left--) {
                blocks.add(buffer.getInt());
            }
            entries.add(new Entry(firstId, nextId, List.copyOf(blocks)));
        }
        return List.copyOf(entries);
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
        return (int) crc.getValue();
    }
}
