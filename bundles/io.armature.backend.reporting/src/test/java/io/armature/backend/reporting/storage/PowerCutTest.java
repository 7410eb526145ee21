package io.armature.backend.reporting.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.reporting.storage.PowerCutDisk.Killed;
import io.armature.backend.reporting.storage.PowerCutDisk.Mishap;
import io.armature.backend.reporting.storage.PowerCutDisk.Step;
import io.armature.backend.reporting.storage.PowerCutDisk.Unforced;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was not forced is lost with the power, whoever wrote it, and when. */
class PowerCutTest {

    private static final QueueName QUEUE =
            new QueueName("d", Priority.SLOW_BATCH, "01234567-89ab-cdef-0123-456789abcdef", 1);

    @TempDir Path temporary;
    private final HandClock clock = new HandClock(Instant.parse("2026-03-04T10:00:00Z"), 0);
    private final List<LineStorage> opened = new ArrayList<>();
    private Path base;
    private PowerCutDisk disk;

    @BeforeEach
    void start() throws IOException {
        useNewDisk("0");
    }

    private void useNewDisk(String name) throws IOException {
        closeFiles();
        base = Files.createDirectories(temporary.resolve(name));
        disk = new PowerCutDisk(base);
        Files.createDirectories(base.resolve("own"));
        disk.forceFolder(base);
        disk.begin();
    }

    @AfterEach
    void closeFiles() {
        for (LineStorage storage : opened) {
            // No process gets this far: it would write a checkpoint.
            disk.begin(0);
            assertThatThrownBy(storage::close).isInstanceOf(Killed.class);
        }
        opened.clear();
    }

    private LineStorage open() throws IOException {
        LineStorage storage =
                new LineStorage(
                        RecordStore.open(
                                base.resolve("records"),
                                base.resolve("own/checkpoint"),
                                disk,
                                disk,
                                clock,
                                new RecordStore.Limits(64, 300, 3, 0)),
                        new DeviceNotes(base.resolve("own/devices"), disk, disk));
        opened.add(storage);
        return storage;
    }

    private static Map<QueueName, Long> store(LineStorage storage, long... ids) throws IOException {
        List<Arrival> arrivals = new ArrayList<>();
        for (long id : ids) {
            Content content =
                    new Content.Opened(
                            Record.newBuilder().setData(ByteString.copyFromUtf8("r" + id)).build(),
                            digest(id),
                            id == 0 ? ByteString.EMPTY : digest(id - 1));
            arrivals.add(new Arrival(QUEUE, id, Optional.of(content)));
        }
        return storage.store(arrivals, Set.of());
    }

    private static ByteString digest(long id) {
        byte[] digest = new byte[32];
        digest[0] = (byte) id;
        return ByteString.copyFrom(digest);
    }

    private static List<Long> ids(LineStorage storage) throws IOException {
        List<Long> ids = new ArrayList<>();
        storage.ids(Optional.empty(), line -> ids.add(line.id()));
        return ids;
    }

    /** Begins the next process without the power having been away. */
    private LineStorage afterKill() throws IOException {
        disk.begin();
        return open();
    }

    private LineStorage afterPowerCut() throws IOException {
        disk.cutPower(Unforced.LOST);
        disk.begin();
        return open();
    }

    @Test
    void firstRecordOfAllIsThereAfterAPowerCut() throws IOException {
        assertThat(store(open(), 0)).isEqualTo(Map.of(QUEUE, 0L));
        assertThat(ids(afterPowerCut())).containsExactly(0L);
    }

    @Test
    void lineThatAKillLeftUnforcedIsForcedBeforeItIsConfirmed() throws IOException {
        LineStorage killed = open();
        store(killed, 0);
        disk.strike(Step.FORCE, 0, Mishap.KILLS);
        assertThatThrownBy(() -> store(killed, 1)).isInstanceOf(Killed.class);

        assertThat(store(afterKill(), 1)).isEqualTo(Map.of(QUEUE, 1L));
        assertThat(ids(afterPowerCut())).containsExactly(0L, 1L);
    }

    @Test
    void checkpointOfAStartCountsNothingThatThePowerCanTake() throws IOException {
        LineStorage killed = open();
        store(killed, 0);
        disk.strike(Step.FORCE, 0, Mishap.KILLS);
        assertThatThrownBy(() -> store(killed, 1)).isInstanceOf(Killed.class);

        afterKill();
        LineStorage last = afterPowerCut();
        assertThat(store(last, 1)).isEqualTo(Map.of(QUEUE, 1L));
        assertThat(ids(last)).containsExactly(0L, 1L);
    }

    @Test
    void startThatCannotForceWhatItFindsCountsNothing() throws IOException {
        LineStorage killed = open();
        disk.strike(Step.FORCE, 0, Mishap.KILLS);
        assertThatThrownBy(() -> store(killed, 0)).isInstanceOf(Killed.class);

        for (Step step : List.of(Step.FORCE, Step.FORCE_FOLDER)) {
            disk.begin();
            disk.strike(step, 0, Mishap.FAILS);
            assertThatThrownBy(this::open).isInstanceOf(IOException.class);
        }
        assertThat(Files.exists(base.resolve("own/checkpoint"))).isFalse();
    }

    @Test
    void namesThatAKilledProcessMadeAreForcedByTheNext() throws IOException {
        int nth = 0;
        while (isKilledAtFolder(nth)) {
            storeAndNote(afterKill());
            assertIsThere(afterPowerCut());
            nth++;
        }
        assertThat(nth).as("folders").isEqualTo(4);
    }

    private boolean isKilledAtFolder(int nth) throws IOException {
        useNewDisk("folder " + nth);
        disk.strike(Step.FORCE_FOLDER, nth, Mishap.KILLS);
        try {
            storeAndNote(open());
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    @Test
    void namesThatCouldNotBeForcedAreForcedAtTheNextTry() throws IOException {
        int nth = 0;
        LineStorage storage = open();
        while (failsAtFolder(nth, storage)) {
            storeAndNote(storage);
            assertIsThere(afterPowerCut());
            nth++;
            useNewDisk("folder " + nth);
            storage = open();
        }
        assertThat(nth).as("folders").isEqualTo(3);
    }

    private boolean failsAtFolder(int nth, LineStorage storage) {
        disk.strike(Step.FORCE_FOLDER, nth, Mishap.FAILS);
        try {
            storeAndNote(storage);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void killAtAnyStepAndPowerCutAtAnyOfTheNextProcessLoseNothing() throws IOException {
        int pairs = 0;
        int first = 0;
        while (isThereOnceAfterEndsAt(first, 0)) {
            int second = 1;
            while (isThereOnceAfterEndsAt(first, second)) {
                second++;
            }
            pairs += second;
            first++;
        }
        assertThat(pairs).isGreaterThan(150);
    }

    /** Returns whether both processes had that many steps. */
    private boolean isThereOnceAfterEndsAt(int first, int second) throws IOException {
        useNewDisk(first + " " + second);
        Set<Long> confirmed = new HashSet<>();
        disk.begin(first);
        boolean ended = endsWhileItStores(confirmed);
        disk.begin(second);
        ended &= endsWhileItStores(confirmed);
        LineStorage next = afterPowerCut();
        assertThat(ids(next))
                .as("ends at %d and %d", first, second)
                .doesNotHaveDuplicates()
                .containsAll(confirmed);
        store(next, 0);
        assertThat(store(next, 1, 2)).isEqualTo(Map.of(QUEUE, 2L));
        assertThat(ids(afterPowerCut()))
                .as("ends at %d and %d", first, second)
                .containsExactly(0L, 1L, 2L);
        return ended;
    }

    private boolean endsWhileItStores(Set<Long> confirmed) throws IOException {
        try {
            LineStorage storage = open();
            store(storage, 0);
            confirmed.add(0L);
            store(storage, 1, 2);
            confirmed.addAll(Set.of(1L, 2L));
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private static void storeAndNote(LineStorage storage) throws IOException {
        assertThat(store(storage, 0)).isEqualTo(Map.of(QUEUE, 0L));
        storage.note("d", "fact", ByteString.copyFromUtf8("noted"));
    }

    private static void assertIsThere(LineStorage storage) throws IOException {
        assertThat(ids(storage)).containsExactly(0L);
        assertThat(storage.noted("d")).containsKey("fact");
    }
}
