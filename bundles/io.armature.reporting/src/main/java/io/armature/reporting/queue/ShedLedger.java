package io.armature.reporting.queue;

import io.armature.reporting.segment.FrameFormat;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was shed of each queue, forced before the first of its files goes: so shed ids are never
 * offered with content again, never given again, and never taken for lost. One file for all queues,
 * with its space taken ahead, since it is written when there is no other; two halves in turns, so
 * that the state before survives a torn write. Thread-safe.
 */
public final class ShedLedger {

    /** Its name in the root. */
    public static final String NAME = "shed";

    /** While it is made. */
    public static final String TEMPORARY = NAME + ".tmp";

    private static final Logger log = LoggerFactory.getLogger(ShedLedger.class);

    /** {@code ArSh} on disk. */
    private static final int MAGIC = 0x68537241;

    private static final int VERSION = 1;
    static final int HALF_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 32;
    private static final int ENTRY_BYTES = 96;
    private static final int CRC_AT = 4;
    private static final int CHECKED_FROM = 8;
    private static final int DIGEST_AT = 64;

    /** How many queues it can tell of. */
    static final int MOST = (HALF_BYTES - HEADER_BYTES) / ENTRY_BYTES;

    /** Where a file goes that says nothing, but may have said something. */
    public interface Aside {
        /** Moves it away; durable on return. */
        void take(String path, String why) throws IOException;
    }

    /** What is on disk. */
    private enum Standing {
        /** Nothing, or a file that could not be forced: it is made anew. */
        NONE,
        SOUND,
        DAMAGED,
        NEWER
    }

    private final Storage storage;
    private final Aside aside;
    private final Set<QueueName> gone = new HashSet<>();
    private Map<QueueName, Entry> entries;
    private long sequence;
    private Standing standing = Standing.NONE;
    private volatile Optional<String> fault = Optional.empty();

    /**
     * @param aside takes a file in which no half is good
     */
    public ShedLedger(Storage storage, Aside aside) {
        this.storage = storage;
        this.aside = aside;
    }

    /** Why it is not known what was shed, once somebody has asked; empty if it is. */
    public Optional<String> fault() {
        return fault;
    }

    /** As {@link #fault}, looked for now. */
    public synchronized Optional<String> look() {
        known();
        return fault;
    }

    /** Whether there is a file that says nothing any version would understand. */
    public synchronized boolean damaged() {
        known();
        return standing == Standing.DAMAGED;
    }

    /**
     * One queue.
     *
     * @param from where the last run of ids begins that went without a hole
     * @param to the id behind the last one that was shed; segments that begin below are gone
     * @param records how many unconfirmed records were shed since the queue was made
     * @param lastId the last of them, -1 if there are none
     * @param digest of record {@code to - 1} if no segment was left to tell of it
     */
    public record Entry(
            long generationId,
            long from,
            long to,
            long records,
            long lastId,
            Optional<byte[]> digest) {

        /**
         * What is to be noted where more goes.
         *
         * @param before what was noted of this queue until now
         * @param unconfirmed the first id that the server has not confirmed
         */
        static Entry of(
                Optional<Entry> before,
                long generationId,
                long from,
                long to,
                long unconfirmed,
                Optional<byte[]> digest) {
            boolean goesOn =
                    before.isPresent()
                            && before.get().to() >= from
                            && before.get().to() > unconfirmed;
            return new Entry(
                    generationId,
                    goesOn ? before.get().from() : from,
                    to,
                    before.map(Entry::records).orElse(0L) + to - from,
                    from < to ? to - 1 : before.map(Entry::lastId).orElse(-1L),
                    digest);
        }
    }

    /** What was shed of a queue; empty if nothing, or if it is of another generation. */
    public Optional<Entry> of(QueueName name, long generationId) {
        return of(name).filter(entry -> entry.generationId() == generationId);
    }

    /** What was shed of the queue of this name. */
    public synchronized Optional<Entry> of(QueueName name) {
        return Optional.ofNullable(known().get(name));
    }

    /**
     * Takes the space it needs later, if that was not done yet. If that fails, nothing can be shed
     * until it works.
     */
    synchronized void prepare() {
        try {
            Map<QueueName, Entry> all = entries();
            if (standing != Standing.SOUND) {
                rewrite(all);
            }
        } catch (IOException e) {
            log.warn("nothing can be shed now error=\"{}\"", e.toString());
        }
    }

    /** Whether a queue has no entry, and there is room for none. */
    synchronized boolean isFullFor(QueueName name) {
        Map<QueueName, Entry> all = known();
        return !all.containsKey(name) && all.size() - gone.size() >= MOST;
    }

    /** Notes what is about to be shed; durable on return, else nothing has changed. */
    synchronized void note(QueueName name, Entry entry) throws IOException {
        Map<QueueName, Entry> changed = new LinkedHashMap<>(entries());
        changed.keySet().removeAll(forgettable());
        changed.put(name, entry);
        if (changed.size() > MOST) {
            throw new IOException("no more than " + MOST + " queues can be shed of");
        }
        if (standing == Standing.SOUND) {
            write(changed);
        } else {
            rewrite(changed);
        }
        gone.retainAll(entries.keySet());
    }

    /** Nothing is left of this queue; what is noted of it goes some time later. */
    public synchronized void forget(QueueName removed) {
        if (known().containsKey(removed)) {
            gone.add(removed);
        }
    }

    /**
     * As {@link #forget}, of all queues but these.
     *
     * @param directories names in the root
     */
    public synchronized void keep(Collection<String> directories) {
        known().keySet().stream()
                .filter(name -> !directories.contains(name.directory()))
                .forEach(gone::add);
    }

    /** Those that are gone for good: a power cut might bring a queue back, and what was shed. */
    private Set<QueueName> forgettable() {
        if (gone.isEmpty()) {
            return gone;
        }
        try {
            storage.forceDirectory("");
            return gone;
        } catch (IOException e) {
            log.warn("queues that are gone stay noted error=\"{}\"", e.toString());
            return Set.of();
        }
    }

    /** Nothing as long as it cannot be read. */
    private Map<QueueName, Entry> known() {
        try {
            return entries();
        } catch (IOException e) {
            log.warn("not known what was shed error=\"{}\"", e.toString());
            return Map.of();
        }
    }

    /** What cannot be read is tried again, and not written over. */
    private Map<QueueName, Entry> entries() throws IOException {
        if (entries == null) {
            try (StorageFile file = storage.open(NAME, Access.READ)) {
                entries = new LinkedHashMap<>();
                read(file);
            } catch (NoSuchFileException e) {
                entries = new LinkedHashMap<>();
                fault = Optional.empty();
            } catch (IOException e) {
                entries = null;
                fault =
                        Optional.of(
                                "cannot be read: it is not known what was shed before; it is tried"
                                        + " again; check the disk: "
                                        + e);
                throw e;
            }
        }
        return entries;
    }

    private void read(StorageFile file) throws IOException {
        Standing found = Standing.DAMAGED;
        for (int half = 0; half < 2; half++) {
            ByteBuffer buffer = ByteBuffer.allocate(HALF_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(buffer, (long) half * HALF_BYTES);
            boolean whole = !buffer.hasRemaining();
            if (whole && decode(buffer.flip(), half)) {
                found = found == Standing.NEWER ? found : Standing.SOUND;
            } else if (whole && isNewer(buffer)) {
                found = Standing.NEWER;
            }
        }
        standing = found;
        fault = reason(found);
        fault.ifPresent(why -> log.warn("not known what was shed reason=\"{}\"", why));
    }

    private static Optional<String> reason(Standing standing) {
        return switch (standing) {
            case NONE, SOUND -> Optional.empty();
            case DAMAGED ->
                    Optional.of(
                            "is damaged: it is not known what was shed before, and shed records"
                                    + " may count as lost; it goes to lost+found; check the disk");
            case NEWER ->
                    Optional.of(
                            "is of a newer version: it is not known what was shed, and nothing is"
                                    + " shed until that version runs again or the file is moved"
                                    + " away");
        };
    }

    /** Takes the half over if it is good and newer. */
    private boolean decode(ByteBuffer half, int number) {
        boolean good = half.getInt(8) == VERSION && isWhole(half) && half.getLong(16) % 2 == number;
        if (good && half.getLong(16) >= sequence) {
            sequence = half.getLong(16);
            entries = new LinkedHashMap<>();
            for (int i = 0; i < half.getInt(12); i++) {
                entry(half, HEADER_BYTES + i * ENTRY_BYTES);
            }
        }
        return good;
    }

    /** Later versions keep magic, CRC and what it is of: so damage is told from them. */
    private static boolean isNewer(ByteBuffer half) {
        return half.getInt(8) > VERSION && isWhole(half);
    }

    private static boolean isWhole(ByteBuffer half) {
        int count = half.getInt(12);
        return half.getInt(0) == MAGIC
                && count >= 0
                && count <= MOST
                && half.getInt(CRC_AT) == crc(half.array(), count);
    }

    private void entry(ByteBuffer half, int at) {
        UUID guid = new UUID(half.getLong(at + 8), half.getLong(at + 16));
        boolean single = guid.getMostSignificantBits() == 0 && guid.getLeastSignificantBits() == 0;
        Optional<byte[]> digest =
                half.getInt(at + 4) == 0
                        ? Optional.empty()
                        : Optional.of(
                                Arrays.copyOfRange(
                                        half.array(),
                                        at + DIGEST_AT,
                                        at + DIGEST_AT + FrameFormat.DIGEST_BYTES));
        QueueKind.ofNumber(half.getInt(at))
                .ifPresent(
                        kind ->
                                entries.put(
                                        new QueueName(kind, single ? "" : guid.toString()),
                                        new Entry(
                                                half.getLong(at + 24),
                                                half.getLong(at + 32),
                                                half.getLong(at + 40),
                                                half.getLong(at + 48),
                                                half.getLong(at + 56),
                                                digest)));
    }

    private void write(Map<QueueName, Entry> changed) throws IOException {
        long next = sequence + 1;
        try (StorageFile file = storage.open(NAME, Access.CHANGE)) {
            file.write(encoded(changed, next), next % 2 * HALF_BYTES);
            file.force(false);
        } catch (IOException e) {
            // It may be on disk all the same: then it would be believed at the next start.
            undo(e);
            throw e;
        }
        entries = changed;
        sequence = next;
    }

    private void undo(IOException cause) {
        standing = Standing.NONE;
        try {
            rewrite(entries);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** As a new file, since one that could not be forced is not forced again. */
    private void rewrite(Map<QueueName, Entry> changed) throws IOException {
        if (standing == Standing.NEWER) {
            throw new IOException(NAME + " is of a newer version");
        }
        if (standing == Standing.DAMAGED) {
            aside.take(NAME, "no half of it is good");
            standing = Standing.NONE;
        }
        long next = sequence + 1;
        ByteBuffer both = ByteBuffer.allocate(2 * HALF_BYTES);
        both.position((int) (next % 2) * HALF_BYTES).put(encoded(changed, next));
        storage.replace(NAME, both.array());
        entries = changed;
        sequence = next;
        standing = Standing.SOUND;
    }

    private static ByteBuffer encoded(Map<QueueName, Entry> entries, long sequence) {
        ByteBuffer half =
                ByteBuffer.allocate(HEADER_BYTES + entries.size() * ENTRY_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        half.putInt(MAGIC).putInt(0).putInt(VERSION).putInt(entries.size());
        half.putLong(sequence).putLong(0);
        entries.forEach(
                (name, entry) -> {
                    UUID guid =
                            name.guid().isEmpty() ? new UUID(0, 0) : UUID.fromString(name.guid());
                    half.putInt(name.kind().priority().getNumber());
                    half.putInt(entry.digest().isPresent() ? 1 : 0);
                    half.putLong(guid.getMostSignificantBits());
                    half.putLong(guid.getLeastSignificantBits());
                    half.putLong(entry.generationId()).putLong(entry.from()).putLong(entry.to());
                    half.putLong(entry.records()).putLong(entry.lastId());
                    half.put(entry.digest().orElse(new byte[FrameFormat.DIGEST_BYTES]));
                });
        half.putInt(CRC_AT, crc(half.array(), entries.size()));
        return half.flip();
    }

    private static int crc(byte[] half, int count) {
        CRC32C crc = new CRC32C();
        crc.update(half, CHECKED_FROM, HEADER_BYTES + count * ENTRY_BYTES - CHECKED_FROM);
        return (int) crc.getValue();
    }
}
