package io.armature.backend.api.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every storage keeps. */
public abstract class RecordStorageContract {

    /** How often and how long ids must be missing. */
    protected static final StorageProvider.Terms TERMS =
            new StorageProvider.Terms(
                    (queue, id, record) ->
                            (queue.device() + " " + id).getBytes(StandardCharsets.US_ASCII),
                    3,
                    Duration.ZERO);

    protected static final QueueName QUEUE = queue("d", 1);

    private RecordStorage storage;

    /** Opens what the storage that was closed last has kept; nothing at first. */
    protected abstract RecordStorage open() throws Exception;

    /** Lets time pass. */
    protected abstract void pass(Duration time);

    @BeforeEach
    final void start() throws Exception {
        storage = open();
    }

    @AfterEach
    final void end() throws Exception {
        storage.close();
    }

    /** A queue of a device. */
    protected static QueueName queue(String device, long generation) {
        return new QueueName(
                device, Priority.SLOW_BATCH, "01234567-89ab-cdef-0123-456789abcdef", generation);
    }

    /** A record of a chain without breaks. */
    protected static Arrival record(QueueName queue, long id) {
        return record(queue, id, "r" + id, id == 0 ? ByteString.EMPTY : digest("r" + (id - 1)));
    }

    /** Any record. */
    protected static Arrival record(QueueName queue, long id, String data, ByteString previous) {
        Record record =
                Record.newBuilder()
                        .setData(ByteString.copyFromUtf8(data))
                        .setDestination(Destination.HEARTBEAT_EVENTS)
                        .setTimestampUs(id)
                        .build();
        return new Arrival(
                queue, id, Optional.of(new Content.Opened(record, digest(data), previous)));
    }

    /** From a device that keeps no id below the given one. */
    protected static Arrival keptFrom(long id, Arrival one) {
        return new Arrival(one.queue(), one.id(), one.content(), id);
    }

    /** A stand-in for a record's digest. */
    protected static ByteString digest(String data) {
        try {
            return ByteString.copyFrom(
                    MessageDigest.getInstance("SHA-256")
                            .digest(data.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Arrival gap(long id) {
        return new Arrival(QUEUE, id, Optional.of(new Content.Gap()));
    }

    private static Arrival refused(long id) {
        return new Arrival(
                QUEUE,
                id,
                Optional.of(
                        new Content.Refused(
                                "does not decrypt", ByteString.copyFromUtf8("sealed"))));
    }

    private Map<QueueName, Long> store(Arrival... arrivals) throws IOException {
        return storage.store(List.of(arrivals), Set.of());
    }

    private List<StoredIds> ids() throws IOException {
        List<StoredIds> all = new ArrayList<>();
        storage.ids(Optional.empty(), all::add);
        all.sort((a, b) -> Long.compare(a.id(), b.id()));
        return all;
    }

    private List<String> printed(Optional<String> device) throws IOException {
        List<String> lines = new ArrayList<>();
        storage.read(
                device,
                (line, length) -> lines.add(new String(line, 0, length, StandardCharsets.UTF_8)));
        return lines;
    }

    private DeviceCounts counts() throws IOException {
        return storage.counts().getOrDefault("d", DeviceCounts.NONE);
    }

    @Test
    void confirmsWhatIsStoredWithoutHolesAndOnlyThat() throws Exception {
        assertThat(store(record(QUEUE, 2))).isEmpty();
        assertThat(store(record(QUEUE, 0))).isEqualTo(Map.of(QUEUE, 0L));
        assertThat(store(record(QUEUE, 4), record(QUEUE, 1))).isEqualTo(Map.of(QUEUE, 2L));
        assertThat(store(record(QUEUE, 3), record(queue("e", 7), 0)))
                .isEqualTo(Map.of(QUEUE, 4L, queue("e", 7), 0L));
        assertThat(counts()).isEqualTo(new DeviceCounts(5, 0, 0, 0, 0));
        assertThat(printed(Optional.of("d"))).hasSize(5);
        assertThat(printed(Optional.empty())).hasSize(6);
    }

    @Test
    void keepsEachIdOnceOverRestarts() throws Exception {
        store(record(QUEUE, 0), record(QUEUE, 1), record(QUEUE, 0));
        storage.close();
        storage = open();
        assertThat(store(record(QUEUE, 1), record(QUEUE, 0))).isEqualTo(Map.of(QUEUE, 1L));
        assertThat(store(record(QUEUE, 2))).isEqualTo(Map.of(QUEUE, 2L));
        assertThat(counts()).isEqualTo(new DeviceCounts(3, 3, 0, 0, 0));
        assertThat(printed(Optional.empty())).hasSize(3);
    }

    @Test
    void accountsForEveryIdByWhatIsStored() throws Exception {
        store(record(QUEUE, 0), refused(1), gap(2), record(QUEUE, 3));
        storage.close();
        storage = open();
        assertThat(ids())
                .extracting(StoredIds::kind)
                .containsExactly(
                        StoredIds.Kind.RECORD,
                        StoredIds.Kind.REFUSED,
                        StoredIds.Kind.GAP,
                        StoredIds.Kind.RECORD);
        assertThat(ids().get(0))
                .isEqualTo(
                        new StoredIds(
                                StoredIds.Kind.RECORD,
                                QUEUE,
                                0,
                                1,
                                digest("r0"),
                                ByteString.EMPTY));
        assertThat(ids().get(3).previous()).isEqualTo(digest("r2"));
        assertThat(counts()).isEqualTo(new DeviceCounts(2, 0, 1, 1, 0));
        assertThat(printed(Optional.empty())).hasSize(2);
    }

    @Test
    void countsEachBreakOfTheChainOnceInWhateverOrderRecordsCome() throws Exception {
        store(
                record(QUEUE, 3),
                record(QUEUE, 2, "r2", digest("never")),
                record(QUEUE, 0),
                record(QUEUE, 5, "r5", digest("never")));
        store(record(QUEUE, 1), record(QUEUE, 4));
        assertThat(counts()).isEqualTo(new DeviceCounts(6, 0, 0, 0, 2));
    }

    @Test
    void givesMissingIdsUpWhenWhatFollowsComesAgainAndAgain() throws Exception {
        store(record(QUEUE, 0), record(QUEUE, 5), record(QUEUE, 6));
        store(record(QUEUE, 5));
        storage.store(List.of(keptFrom(5, record(QUEUE, 5))), Set.of());
        storage.store(List.of(), Set.of("d")); // something was dropped: begins anew
        for (int i = 0; i < 2; i++) {
            pass(Duration.ofSeconds(1));
            assertThat(store(record(QUEUE, 6), keptFrom(5, record(QUEUE, 5))))
                    .isEqualTo(Map.of(QUEUE, 0L));
        }
        pass(Duration.ofSeconds(1));
        store(keptFrom(5, record(QUEUE, 5)));
        assertThat(store(record(QUEUE, 6))).isEqualTo(Map.of(QUEUE, 6L));
        assertThat(counts().gaps()).isEqualTo(4);
        assertThat(ids())
                .contains(
                        new StoredIds(
                                StoredIds.Kind.GIVEN_UP,
                                QUEUE,
                                1,
                                4,
                                ByteString.EMPTY,
                                ByteString.EMPTY));
        assertThat(store(record(QUEUE, 7))).isEqualTo(Map.of(QUEUE, 7L));
    }

    /** What it keeps comes one day: a broker may drop it for weeks, or nothing takes it yet. */
    @Test
    void givesNothingUpThatTheDeviceKeeps() throws Exception {
        store(record(QUEUE, 0), record(QUEUE, 5), record(QUEUE, 6));
        for (int i = 0; i < 10; i++) {
            store(record(QUEUE, 5), keptFrom(1, record(QUEUE, 6)));
            pass(Duration.ofHours(1));
        }
        assertThat(store(record(QUEUE, 6))).isEqualTo(Map.of(QUEUE, 0L));
        for (int i = 0; i < 4; i++) {
            store(keptFrom(3, record(QUEUE, 5)));
            pass(Duration.ofHours(1));
        }
        assertThat(store(record(QUEUE, 6))).isEqualTo(Map.of(QUEUE, 2L));
        assertThat(counts().gaps()).isEqualTo(2);
        assertThat(store(record(QUEUE, 3), record(QUEUE, 4))).isEqualTo(Map.of(QUEUE, 6L));
    }

    /** A server that hung may hold what the device keeps no more, and bring it late. */
    @Test
    void givesNothingUpOfAHoleThatIsBeingFilled() throws Exception {
        Arrival above = keptFrom(5, record(QUEUE, 5));
        store(record(QUEUE, 0), above, record(QUEUE, 6));
        comesAgain(2, above);
        assertThat(store(record(QUEUE, 1), above)).isEqualTo(Map.of(QUEUE, 1L));
        assertThat(store(record(QUEUE, 2), record(QUEUE, 3), record(QUEUE, 4)))
                .isEqualTo(Map.of(QUEUE, 6L));
        assertThat(counts()).isEqualTo(new DeviceCounts(7, 3, 0, 0, 0));
    }

    @Test
    void countsAnewOnceSomethingCameIntoTheHole() throws Exception {
        Arrival above = keptFrom(5, record(QUEUE, 5));
        store(record(QUEUE, 0), above, record(QUEUE, 6));
        comesAgain(2, above);
        assertThat(store(record(QUEUE, 3), above)).isEqualTo(Map.of(QUEUE, 0L));
        comesAgain(2, keptFrom(3, record(QUEUE, 3)));
        assertThat(store(record(QUEUE, 1), record(QUEUE, 2), record(QUEUE, 4)))
                .isEqualTo(Map.of(QUEUE, 6L));
        assertThat(counts()).isEqualTo(new DeviceCounts(7, 5, 0, 0, 0));
    }

    private void comesAgain(int times, Arrival one) throws IOException {
        for (int i = 0; i < times; i++) {
            store(keptFrom(5, one));
            pass(Duration.ofSeconds(1));
        }
    }

    @Test
    void readersFollowUntilTheyAreTold() throws Exception {
        store(record(QUEUE, 0));
        BlockingQueue<Integer> lengths = new LinkedBlockingQueue<>();
        AtomicBoolean end = new AtomicBoolean();
        Thread reader =
                new Thread(
                        () -> {
                            try {
                                storage.follow(
                                        Optional.of("d"),
                                        (line, length) -> lengths.add(length),
                                        end::get);
                            } catch (IOException | InterruptedException e) {
                                lengths.add(-1);
                            }
                        });
        reader.start();
        assertThat(lengths.poll(60, TimeUnit.SECONDS)).isPositive();
        store(record(QUEUE, 1), record(queue("e", 1), 0));
        assertThat(lengths.poll(60, TimeUnit.SECONDS)).isPositive();
        store(record(QUEUE, 2));
        end.set(true);
        storage.wake();
        reader.join(TimeUnit.SECONDS.toMillis(60));
        assertThat(reader.isAlive()).isFalse();
        assertThat(lengths).singleElement().isNotEqualTo(-1);
    }

    @Test
    void keepsNotesOfDevices() throws Exception {
        assertThat(storage.noted("d")).isEmpty();
        storage.note("d", "enrolled", ByteString.EMPTY);
        storage.note("d", "key", ByteString.copyFrom(new byte[] {0, 1, (byte) 0xff}));
        storage.note("d", "enrolled", ByteString.copyFromUtf8("again"));
        storage.close();
        storage = open();
        assertThat(storage.noted("d"))
                .isEqualTo(
                        Map.of(
                                "enrolled",
                                ByteString.copyFromUtf8("again"),
                                "key",
                                ByteString.copyFrom(new byte[] {0, 1, (byte) 0xff})));
        assertThat(storage.noted("e")).isEmpty();
        assertThat(storage.notedDevices()).containsExactly("d");
    }
}
