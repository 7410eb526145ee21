package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.model.BadSectorStorage;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments that the disk does not give back: for a moment, in part, or at all. */
class ReadFaultTest {

    private static final Priority PRIORITY = Priority.SLOW_BATCH;
    private static final int RECORD_BYTES = 20_000;
    private static final int RECORDS = 8;

    @TempDir Path root;
    private final BadSectorStorage.Disk disk = new BadSectorStorage.Disk();
    private final List<Enqueued> stored = new ArrayList<>();
    private SpoolFixture spool;
    private List<Path> segments;

    /** Three records a segment: 0 to 2, 3 to 5, and the rest in the open one. */
    @BeforeEach
    void store() throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(SpoolFixture.small(64 << 10, 64L << 20))
                        .storage(disk::over)
                        .start();
        for (int i = 0; i < RECORDS; i++) {
            stored.add(spool.store(PRIORITY, i + "x".repeat(RECORD_BYTES)));
        }
        segments = spool.segments(stored.get(0));
        assertThat(segments).hasSize(3);
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void anErrorThatPassesCostsNothingButTime() throws Exception {
        disk.spoil(name(0));
        spool.connect();
        backOff(1);
        backOff(2);
        awaitBackOff();
        disk.repair();
        backOff(4);
        assertThat(present(next())).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(spool.spool().faults()).isEmpty();
        assertThat(disk.failures()).isEqualTo(3);
    }

    @Test
    void aBadSectorCostsTheRecordThatLiesOnItAndTheQueueGoesOn() throws Exception {
        disk.spoil(name(0), RECORD_BYTES + 6_000, RECORD_BYTES + 6_512);
        giveUp();
        List<EncryptedRecord> offered = next();
        assertThat(offered).hasSize(RECORDS);
        assertThat(present(offered)).containsExactly(0L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(spool.spool().faults()).singleElement().satisfies(this::namesTheFirstSegment);
        spool.clock.advance(Duration.ofSeconds(1));
        assertThat(spool.store(PRIORITY, "goes on").sequencingId()).isEqualTo(RECORDS);
    }

    private void namesTheFirstSegment(Fault fault) {
        assertThat(fault.subject()).isEqualTo("segment " + name(0));
        assertThat(fault.reason()).contains("Input/output error", "lost+found", "check the disk");
    }

    @Test
    void aSegmentThatCannotEvenBeOpenedIsGapsAndTheRestIsSent() throws Exception {
        disk.spoil(name(1));
        giveUp();
        List<EncryptedRecord> offered = next();
        assertThat(offered).hasSize(RECORDS);
        assertThat(present(offered)).containsExactly(0L, 1L, 2L, 6L, 7L);
    }

    @Test
    void aBlockThatFailedIsNotTriedAgainNorDoesItsRecordComeBack() throws Exception {
        disk.spoil(name(0), 5_000, 5_001);
        giveUp();
        List<EncryptedRecord> first = next();
        int failures = disk.failures();
        disk.repair();
        spool.clock.advance(Duration.ofSeconds(40));
        assertThat(present(next())).isEqualTo(present(first)).doesNotContain(0L);
        assertThat(disk.failures()).isEqualTo(failures);
    }

    @Test
    void whatWasAGapStaysOneAfterARestartAndIsNotTriedAgain() throws Exception {
        disk.spoil(name(0), 5_000, 5_001);
        giveUp();
        List<EncryptedRecord> first = next();
        disk.repair();
        int failures = disk.failures();
        spool.restart().connect();
        assertThat(present(next())).isEqualTo(present(first)).doesNotContain(0L);
        assertThat(disk.failures()).isEqualTo(failures);
        assertThat(spool.spool().faults())
                .singleElement()
                .satisfies(
                        fault ->
                                assertThat(fault.reason())
                                        .contains("could not be read in an earlier run"));
        spool.confirm(stored.get(2));
        assertThat(root.resolve("lost+found").resolve(name(0).replace('/', '_'))).exists();
        assertThat(segments.get(0).resolveSibling("unreadable")).doesNotExist();
    }

    @Test
    void aSegmentThatCouldNotBeOpenedStaysGapsAfterARestart() throws Exception {
        disk.spoil(name(1));
        giveUp();
        List<EncryptedRecord> first = next();
        disk.repair();
        spool.restart().connect();
        assertThat(present(next())).isEqualTo(present(first)).doesNotContain(3L, 4L, 5L);
    }

    @Test
    void allIsTriedAgainWithoutTheFileOfBadBlocks() throws Exception {
        disk.spoil(name(0), 5_000, 5_001);
        giveUp();
        next();
        disk.repair();
        spool.stop();
        Files.delete(segments.get(0).resolveSibling("unreadable"));
        spool.start().connect();
        assertThat(present(next())).hasSize(RECORDS);
        assertThat(spool.spool().faults()).isEmpty();
    }

    @Test
    void theSegmentIsKeptInLostAndFoundOnceItsGapsAreConfirmed() throws Exception {
        byte[] content = Files.readAllBytes(segments.get(0));
        disk.spoil(name(0));
        giveUp();
        next();
        assertThat(segments.get(0)).exists();
        spool.confirm(stored.get(2));
        assertThat(segments.get(0)).doesNotExist();
        Path kept = root.resolve("lost+found").resolve(name(0).replace('/', '_'));
        assertThat(kept).hasBinaryContent(content);
        assertThat(spool.spool().faults()).hasSize(1);
        spool.confirm(stored.get(5));
        assertThat(segments.get(1)).as("a readable one is deleted").doesNotExist();
        assertThat(kept.resolveSibling(name(1).replace('/', '_'))).doesNotExist();
    }

    @Test
    void aFlushIsToldToTryAgainAndEndsWellOnceTheSegmentIsGivenUp() throws Exception {
        disk.spoil(name(0));
        spool.connect();
        awaitBackOff();
        ReportingException now = SpoolFixture.failure(spool.spool().flush(PRIORITY));
        assertThat(now.code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(now.getMessage()).contains("cannot be read now: Input/output error");
        backOff(1, 2, 4, 8, 16);
        next();
        SpoolFixture.await(spool.spool().flush(PRIORITY));
    }

    @Test
    void aSegmentFullOfBadSectorsIsReadOnceAndOnlyOnce() throws Exception {
        for (int i = 0; i < 2; i++) {
            disk.spoil(name(i), 0, Long.MAX_VALUE);
        }
        spool.connect();
        backOff(1, 2, 4, 8, 16);
        backOff(1, 2, 4, 8, 16);
        List<EncryptedRecord> offered = next();
        assertThat(offered).hasSize(RECORDS);
        assertThat(present(offered)).containsExactly(6L, 7L);
        int blocks = (64 << 10) / 4096;
        assertThat(disk.failures()).isLessThanOrEqualTo(2 * (6 + blocks));
        assertThat(spool.spool().faults()).hasSize(2);
    }

    /** Passes until the first segment that fails was tried often enough. */
    private void giveUp() {
        spool.connect();
        backOff(1, 2, 4, 8, 16);
    }

    private void backOff(int... seconds) {
        for (int wait : seconds) {
            awaitBackOff();
            spool.clock.advance(Duration.ofSeconds(wait).minusMillis(1));
            int failures = disk.failures();
            awaitBackOff();
            assertThat(disk.failures()).isEqualTo(failures);
            spool.clock.advance(Duration.ofMillis(1));
        }
    }

    /** The age check of the key, the queue's period, and the next try. */
    private void awaitBackOff() {
        awaitTimers(3);
    }

    private void awaitTimers(int count) {
        spool.clock.awaitPending(count);
    }

    private List<EncryptedRecord> next() throws Exception {
        return spool.uploader.next().getEncryptedRecordList();
    }

    private static List<Long> present(List<EncryptedRecord> records) {
        return records.stream()
                .filter(EncryptedRecord::hasEncryptedWrappedRecord)
                .map(record -> record.getSequenceInformation().getSequencingId())
                .toList();
    }

    private String name(int segment) {
        return root.relativize(segments.get(segment)).toString();
    }
}
