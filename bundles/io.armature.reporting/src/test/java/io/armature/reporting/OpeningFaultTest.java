package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.WrappedRecord;
import io.armature.reporting.storage.model.BadSectorStorage;
import io.armature.reporting.storage.model.ForwardingStorage;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Queues whose last segment the disk does not give at start: for a moment, in part, or at all. */
@Timeout(60)
class OpeningFaultTest {

    private static final Priority SINGLE = Priority.SLOW_BATCH;
    private static final Priority MULTI = Priority.FAST_BATCH;
    private static final int RECORD_BYTES = 6_000;
    private static final int RECORDS = 3;

    @TempDir Path root;
    private final BadSectorStorage.Disk disk = new BadSectorStorage.Disk();
    private final List<Enqueued> stored = new ArrayList<>();
    private SpoolFixture spool;
    private Path segment;

    @AfterEach
    void stop() {
        spool.close();
    }

    /** Three records in one segment, of 6 KB each, and a spool that has stopped. */
    private void store(Priority priority) throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(SpoolFixture.small(64 << 10, 64L << 20))
                        .storage(disk::over)
                        .start();
        for (int i = 0; i < RECORDS; i++) {
            stored.add(spool.store(priority, i + "x".repeat(RECORD_BYTES)));
        }
        segment = spool.segments(stored.get(0)).get(0);
        spool.stop();
    }

    /** As after an end of the process. */
    private void startAnew() throws Exception {
        Files.deleteIfExists(root.resolve("handover"));
        spool.start();
        SpoolFixture.await(spool.spool().queues());
    }

    @Test
    void anErrorThatPassesCostsNothingButTimeAndHoldsNobodyElse() throws Exception {
        store(SINGLE);
        disk.spoil(name());
        startAnew();
        assertThat(spool.store(Priority.MANUAL_BATCH, "works").sequencingId()).isZero();
        refusedForNow(spool.enqueue(SINGLE, "too early"));
        refusedForNow(spool.spool().flush(SINGLE));
        refusedForNow(spool.spool().confirm(SpoolFixture.confirmation(stored.get(0)).build()));
        assertThat(offline()).contains("cannot be opened: Input/output error; is tried again");
        assertThat(spool.spool().faults()).extracting(Fault::subject).contains("queue SLOW_BATCH");
        backOff(1, 2);
        disk.repair();
        spool.connect();
        backOff(4);
        List<EncryptedRecord> offered = nextOf(SINGLE);
        assertThat(present(offered)).containsExactly(0L, 1L, 2L);
        spool.confirm(stored.get(0));
        Enqueued next = spool.store(SINGLE, "goes on");
        assertThat(next).isEqualTo(new Enqueued(SINGLE, "", next.generationId(), RECORDS));
        assertThat(spool.segments(next)).containsExactly(segment);
        assertThat(chainedTo(next)).isEqualTo(digest(offered.get(2)));
        assertThat(spool.spool().faults()).isEmpty();
    }

    @Test
    void aBadSectorCostsItsRecordOnlyAndTheQueueGoesOnInANewSegment() throws Exception {
        store(SINGLE);
        byte[] content = Files.readAllBytes(segment);
        disk.spoil(name(), 8_192, 8_193);
        startAnew();
        spool.connect();
        backOff(1, 2, 4, 8, 16);
        assertThat(present(nextOf(SINGLE))).containsExactly(0L, 2L);
        assertThat(spool.spool().faults())
                .extracting(Fault::subject)
                .containsExactly("segment " + name());
        Enqueued next = spool.store(SINGLE, "goes on");
        assertThat(next.sequencingId()).as("zeros follow the last record").isEqualTo(RECORDS);
        assertThat(spool.segments(next)).hasSize(2);
        assertThat(disk.failures()).as("seven tries, then each block once").isEqualTo(8);
        spool.confirm(stored.get(2));
        assertThat(segment).doesNotExist();
        assertThat(root.resolve("lost+found").resolve(name().replace('/', '_')))
                .hasBinaryContent(content);
    }

    /** Its name was durable when the power went, its content was not; and then the disk fails. */
    @Test
    void aSegmentTakesNothingFromAnEmptyOneOfItsNameThatCouldNotBeRead() throws Exception {
        store(SINGLE);
        Path empty =
                segment.resolveSibling(
                        segment.getFileName().toString().replaceAll("\\d+$", "" + RECORDS));
        Files.write(empty, new byte[64 << 10]);
        String name = segment.getParent().getFileName() + "/" + empty.getFileName();
        disk.spoil(name, 61_440, 61_441);
        startAnew();
        backOff(1, 2, 4, 8, 16);
        awaitOpen();
        Enqueued next = spool.store(SINGLE, "goes on");
        assertThat(next.sequencingId()).isEqualTo(RECORDS);
        assertThat(empty.resolveSibling("unreadable")).doesNotExist();
        spool.stop();
        disk.repair();
        disk.spoil(name);
        startAnew();
        assertThat(offline()).contains("is tried again");
        disk.repair();
        backOff(1);
        awaitOpen();
        spool.connect();
        List<EncryptedRecord> offered = nextOf(SINGLE);
        assertThat(present(offered)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(chainedTo(next)).isEqualTo(digest(offered.get(2)));
    }

    @Test
    void idsOfRecordsThatMayLieOnBadBlocksAreNotGivenAgain() throws Exception {
        store(SINGLE);
        disk.spoil(name(), 16_384, 16_385);
        startAnew();
        spool.connect();
        backOff(1, 2, 4, 8, 16);
        List<EncryptedRecord> offered = nextOf(SINGLE);
        assertThat(present(offered)).containsExactly(0L, 1L);
        assertThat(offered).hasSizeGreaterThan(RECORDS);
        Enqueued next = spool.store(SINGLE, "goes on");
        assertThat(next.sequencingId()).isEqualTo(offered.size()).isLessThan(200);
        spool.spool().uploader(null);
        assertThat(spool.left(SINGLE)).hasSize(offered.size() + 1).endsWith("goes on");
    }

    @Test
    void idsThatWereSkippedStaySkippedEvenIfTheDiskIsWellAgain() throws Exception {
        store(SINGLE);
        disk.spoil(name(), 16_384, 16_385);
        startAnew();
        spool.connect();
        backOff(1, 2, 4, 8, 16);
        int offered = nextOf(SINGLE).size();
        int failures = disk.failures();
        spool.stop();
        startAnew();
        spool.connect();
        assertThat(disk.failures()).as("not tried again").isEqualTo(failures);
        assertThat(present(nextOf(SINGLE))).containsExactly(0L, 1L);
        spool.stop();
        disk.repair();
        startAnew();
        assertThat(spool.store(SINGLE, "goes on").sequencingId()).isEqualTo(offered);
        assertThat(spool.left(SINGLE)).hasSize(offered + 1).endsWith("goes on");
    }

    @Test
    void aSegmentThatCannotBeOpenedAtAllIsGapsAndTheQueueGoesOnBehindThem() throws Exception {
        store(SINGLE);
        disk.spoil(name());
        startAnew();
        backOff(1, 2, 4, 8, 16);
        awaitOpen();
        Enqueued next = spool.store(SINGLE, "goes on");
        assertThat(next.sequencingId()).isEqualTo(((64 << 10) - 128 + 64) / 65);
        List<String> left = spool.left(SINGLE);
        assertThat(left).endsWith("goes on");
        assertThat(left.subList(0, left.size() - 1)).containsOnlyNulls();
    }

    @Test
    void whereTheInstanceBeforeSaysHowManyThereWereNoneIsInvented() throws Exception {
        store(SINGLE);
        disk.spoil(name());
        spool.start();
        SpoolFixture.await(spool.spool().queues());
        spool.stop();
        spool.start();
        backOff(1, 2, 4, 8, 16);
        awaitOpen();
        Enqueued next = spool.store(SINGLE, "goes on");
        assertThat(next.sequencingId()).isEqualTo(RECORDS);
        assertThat(spool.left(SINGLE)).containsExactly(null, null, null, "goes on");
    }

    @Test
    void aQueueThatOnlyDrainsShowsWithOneGapThatItsEndIsLost() throws Exception {
        store(MULTI);
        disk.spoil(name(), 16_384, 16_385);
        startAnew();
        spool.connect();
        backOff(1, 2, 4, 8, 16);
        List<EncryptedRecord> offered = nextOf(MULTI);
        assertThat(offered).hasSize(RECORDS);
        assertThat(present(offered)).containsExactly(0L, 1L);
        spool.confirm(stored.get(2));
        assertThat(segment.getParent()).doesNotExist();
        assertThat(SpoolFixture.await(spool.spool().queues())).isEmpty();
    }

    @Test
    void afterAnUpdateWritersThatCanHaveANewQueueDoNotWait() throws Exception {
        store(MULTI);
        disk.spoil(name());
        spool.start();
        Enqueued next = spool.store(MULTI, "at once");
        assertThat(next.sequencingId()).isZero();
        assertThat(next.generationGuid()).isNotEqualTo(stored.get(0).generationGuid());
        disk.repair();
        backOff(1);
        spool.connect();
        awaitOpen();
        List<EncryptedRecord> offered = new ArrayList<>(nextOf(MULTI));
        offered.addAll(nextOf(MULTI));
        assertThat(present(offered)).containsExactlyInAnyOrder(0L, 0L, 1L, 2L);
        spool.confirm(stored.get(2));
        assertThat(segment.getParent()).as("it only drained").doesNotExist();
    }

    @Test
    void whatWasFoundBadAtAStartIsNotTriedAtTheNextEvenIfNothingWasOffered() throws Exception {
        store(SINGLE);
        disk.spoil(name(), 8_192, 8_193);
        startAnew();
        backOff(1, 2, 4, 8, 16);
        awaitOpen();
        int failures = disk.failures();
        spool.stop();
        startAnew();
        assertThat(disk.failures()).isEqualTo(failures);
        assertThat(spool.store(SINGLE, "goes on").sequencingId()).isEqualTo(RECORDS);
    }

    @Test
    void aQueueWhoseDirectoryCannotBeReadIsLookedAtOnceAMinute() throws Exception {
        store(SINGLE);
        AtomicInteger looks = new AtomicInteger();
        AtomicBoolean well = new AtomicBoolean();
        spool.storage(
                real ->
                        new ForwardingStorage(real) {
                            @Override
                            public List<Entry> list(String directory) throws IOException {
                                if (directory.equals("SlowBatch") && !well.get()) {
                                    looks.incrementAndGet();
                                    throw new IOException("Input/output error");
                                }
                                return super.list(directory);
                            }
                        });
        startAnew();
        backOff(1, 2, 4, 8, 16);
        awaitBackOff();
        assertThat(looks).as("six tries, then without what is bad").hasValue(7);
        backOff(60);
        awaitBackOff();
        assertThat(looks).hasValue(8);
        well.set(true);
        backOff(60);
        awaitOpen();
        assertThat(spool.left(SINGLE)).hasSize(RECORDS).doesNotContainNull();
    }

    @Test
    void aSpoolThatStopsMeanwhileLeavesNoTimerAndTheFilesAsTheyWere() throws Exception {
        store(SINGLE);
        byte[] content = Files.readAllBytes(segment);
        disk.spoil(name());
        startAnew();
        backOff(1);
        awaitBackOff();
        spool.stop();
        assertThat(spool.clock.pending()).isZero();
        disk.repair();
        assertThat(segment).hasBinaryContent(content);
        startAnew();
        assertThat(spool.left(SINGLE)).hasSize(RECORDS).doesNotContainNull();
    }

    private static void refusedForNow(CompletionStage<?> answer) throws Exception {
        ReportingException refusal = SpoolFixture.failure(answer);
        assertThat(refusal.code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(refusal)
                .hasMessageContaining("Queue SLOW_BATCH cannot be read now: Input/output error")
                .hasMessageContaining("try again");
    }

    private String offline() throws Exception {
        return SpoolFixture.await(spool.spool().queues()).stream()
                .map(QueueState::offline)
                .flatMap(java.util.Optional::stream)
                .findFirst()
                .orElse("");
    }

    private void awaitOpen() throws Exception {
        spool.awaitChange("all queues are open", () -> offline().isEmpty());
    }

    /** Each time the queue waits as long, and is not tried before. */
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

    /** The age check of the key, and the next try. */
    private void awaitBackOff() {
        spool.clock.awaitPending(2);
    }

    /** The next batch of a priority; others may come before. */
    private List<EncryptedRecord> nextOf(Priority priority) throws Exception {
        while (true) {
            List<EncryptedRecord> batch = spool.uploader.next().getEncryptedRecordList();
            if (batch.get(0).getSequenceInformation().getPriority() == priority) {
                return batch;
            }
        }
    }

    private static List<Long> present(List<EncryptedRecord> records) {
        return records.stream()
                .filter(EncryptedRecord::hasEncryptedWrappedRecord)
                .map(record -> record.getSequenceInformation().getSequencingId())
                .toList();
    }

    private static Object digest(EncryptedRecord record) throws Exception {
        return SpoolFixture.wrapped(record).getRecordDigest();
    }

    private Object chainedTo(Enqueued record) throws Exception {
        spool.spool().uploader(null);
        List<EncryptedRecord> offered = spool.offered(record.priority());
        WrappedRecord last = SpoolFixture.wrapped(offered.get(offered.size() - 1));
        return last.getLastRecordDigest();
    }

    private String name() {
        return root.relativize(segment).toString();
    }
}
