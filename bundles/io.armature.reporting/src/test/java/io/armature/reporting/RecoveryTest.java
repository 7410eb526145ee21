package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {

    private static final Priority SINGLE = Priority.SLOW_BATCH;
    private static final Priority MULTI = Priority.FAST_BATCH;

    @TempDir Path root;
    private SpoolFixture spool;

    private SpoolFixture start() {
        spool = new SpoolFixture(root).settings(SpoolFixture.small(64 << 10, 64L << 20)).start();
        return spool;
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void aFlippedByteAnywhereInASegmentCostsAtMostOneRecord() throws Exception {
        Path segment = threeRecords(MULTI);
        byte[] good = Files.readAllBytes(segment);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) 0x81;
            Files.write(segment, bad);
            spool.start();
            List<String> left = spool.left(MULTI);
            spool.stop();
            List<String> present = new ArrayList<>(left);
            present.removeIf(data -> data == null);
            assertThat(present).as("flipped at %d", at).hasSizeGreaterThanOrEqualTo(2);
            assertThat(List.of("zero", "one", "two")).containsAll(present);
            Files.write(segment, good);
        }
        spool.start();
    }

    @Test
    void aSegmentCutAtAnyByteKeepsWhatIsBeforeTheCut() throws Exception {
        Path segment = threeRecords(MULTI);
        byte[] good = Files.readAllBytes(segment);
        int kept = 0;
        for (int length = 0; length < good.length; length++) {
            Files.createDirectories(segment.getParent());
            Files.write(segment, java.util.Arrays.copyOf(good, length));
            spool.start();
            List<String> left = spool.left(MULTI);
            spool.stop();
            assertThat(left).hasSizeGreaterThanOrEqualTo(kept);
            assertThat(List.of("zero", "one", "two").subList(0, left.size())).isEqualTo(left);
            kept = left.size();
            if (Files.exists(segment)) {
                Files.delete(segment);
            }
        }
        assertThat(kept).isEqualTo(2);
        spool.start();
    }

    @Test
    void writingGoesOnBehindATornTailAndTheChainHolds() throws Exception {
        Path segment = threeRecords(SINGLE);
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            int end = end(segment);
            file.write(
                    ByteBuffer.wrap(
                            java.util.Arrays.copyOfRange(Files.readAllBytes(segment), 128, 200)),
                    end);
        }
        spool.start();
        Enqueued next = spool.store(SINGLE, "three");
        assertThat(next.sequencingId()).isEqualTo(3);
        List<EncryptedRecord> records = spool.offered(SINGLE);
        assertThat(SpoolFixture.data(records.get(3))).isEqualTo("three");
        assertThat(SpoolFixture.wrapped(records.get(3)).getLastRecordDigest())
                .isEqualTo(SpoolFixture.wrapped(records.get(2)).getRecordDigest());
    }

    @Test
    void writingGoesOnInTheSameSegmentBehindAZeroTail() throws Exception {
        Path segment = threeRecords(SINGLE);
        spool.start();
        assertThat(spool.store(SINGLE, "three").sequencingId()).isEqualTo(3);
        assertThat(spool.left(SINGLE)).containsExactly("zero", "one", "two", "three");
        assertThat(spool.segments(new Enqueued(SINGLE, "", 1, 0))).containsExactly(segment);
    }

    @Test
    void aSegmentThatReplacesAnEmptyOneIsKeptUntilItIsConfirmed() throws Exception {
        Path segment = threeRecords(SINGLE);
        // What a power cut leaves of a segment that was made and never forced.
        String name = segment.getFileName().toString();
        Path empty = segment.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".3");
        Files.createFile(empty);
        spool.start();
        Enqueued three = spool.store(SINGLE, "three");
        assertThat(three.sequencingId()).isEqualTo(3);
        spool.confirm(new Enqueued(SINGLE, "", three.generationId(), 2));
        spool.restart();
        assertThat(spool.left(SINGLE)).containsExactly("three");
    }

    @Test
    void aMissingSegmentIsGapsAndTheRestIsSent() throws Exception {
        start();
        Enqueued last = fillSegments(MULTI, 4);
        List<Path> segments = spool.segments(last);
        spool.stop();
        Files.delete(segments.get(1));
        spool.start();
        List<String> left = spool.left(MULTI);
        assertThat(left).hasSize((int) last.sequencingId() + 1);
        assertThat(left.get(0)).startsWith("record 0 ");
        assertThat(left).contains((String) null);
        assertThat(left.get(left.size() - 1)).startsWith("record " + last.sequencingId() + " ");
    }

    @Test
    void foreignFilesAreSetAsideAndForeignDirectoriesLeftAlone() throws Exception {
        Path segment = threeRecords(MULTI);
        Path foreign = segment.resolveSibling("notes.txt");
        Files.writeString(foreign, "mine");
        Path other = segment.resolveSibling("P_FastBatch.77.0");
        Files.writeString(other, "another generation");
        Files.createDirectory(root.resolve("holiday"));
        spool.start();
        assertThat(spool.left(MULTI)).containsExactly("zero", "one", "two");
        assertThat(foreign).doesNotExist();
        assertThat(other).doesNotExist();
        try (var files = Files.list(root.resolve("lost+found"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .hasSize(2)
                    .anyMatch(name -> name.endsWith("notes.txt"));
        }
        assertThat(root.resolve("holiday")).isDirectory();
    }

    @Test
    void aQueueOfNamesWithoutGenerationStartsAfresh() throws Exception {
        Path directory = Files.createDirectory(root.resolve("SlowBatch"));
        Files.writeString(directory.resolve("P_SlowBatch.0"), "no generation");
        Files.writeString(directory.resolve("P_SlowBatch.x.7"), "no number");
        start();
        Enqueued stored = spool.store(SINGLE, "fresh");
        assertThat(stored.sequencingId()).isZero();
        assertThat(spool.left(SINGLE)).containsExactly("fresh");
        assertThat(spool.spool().faults()).isEmpty();
        assertThat(root.resolve("lost+found")).isDirectoryContaining("glob:**SlowBatch.0");
        assertThat(root.resolve("lost+found")).isDirectoryContaining("glob:**SlowBatch.x.7");
    }

    @Test
    void lostAndFoundIsCappedOldestFirst() throws Exception {
        Path segment = threeRecords(MULTI);
        for (int i = 0; i < 20; i++) {
            Path foreign = segment.resolveSibling("big" + i);
            Files.write(foreign, new byte[1 << 20]);
        }
        spool.start();
        spool.left(MULTI);
        try (var files = Files.list(root.resolve("lost+found"))) {
            assertThat(files.count()).isEqualTo(16);
        }
    }

    @Test
    void aSecondSpoolOnTheSameRootIsRefused() throws Exception {
        start();
        spool.store(MULTI, "first");
        SpoolFixture second = new SpoolFixture(root);
        try {
            second.start();
            for (int retry = 0; retry < 5; retry++) {
                second.clock.awaitPending(1);
                second.clock.advance(java.time.Duration.ofSeconds(1));
            }
            assertThat(SpoolFixture.failure(second.enqueue(MULTI, "x")).code())
                    .isEqualTo(StatusCode.UNAVAILABLE);
            assertThat(second.spool().faults())
                    .extracting(Fault::reason)
                    .first()
                    .asString()
                    .contains("in use by another process");
        } finally {
            second.close();
        }
        assertThat(spool.store(MULTI, "still works").sequencingId()).isEqualTo(1);
    }

    @Test
    void aQueueThatCannotBeOpenedIsShownOfflineAndTheOthersWork() throws Exception {
        Path segment = threeRecords(SINGLE);
        String name = root.relativize(segment).toString();
        spool.storage(
                real ->
                        new InterceptedStorage(
                                real,
                                (point, path) -> {
                                    if (point == Point.OPEN && path.equals(name)) {
                                        throw new IOException("Input/output error");
                                    }
                                }));
        spool.start();
        assertThat(spool.store(MULTI, "works").sequencingId()).isEqualTo(0);
        assertThat(SpoolFixture.failure(spool.enqueue(SINGLE, "x")).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        List<QueueState> queues = SpoolFixture.await(spool.spool().queues());
        assertThat(queues).filteredOn(queue -> queue.offline().isPresent()).hasSize(1);
        assertThat(spool.spool().faults()).extracting(Fault::subject).contains("queue SLOW_BATCH");
        assertThat(segment).exists();
    }

    @Test
    void aSingleGenerationGoesOnWithItsIdsAndAMultiGenerationStartsAnew() throws Exception {
        start();
        Enqueued single = spool.store(SINGLE, "a");
        Enqueued multi = spool.store(MULTI, "a");
        spool.restart();
        Enqueued singleNext = spool.store(SINGLE, "b");
        Enqueued multiNext = spool.store(MULTI, "b");
        assertThat(single.generationGuid()).isEmpty();
        assertThat(singleNext).isEqualTo(new Enqueued(SINGLE, "", single.generationId(), 1));
        assertThat(multiNext.sequencingId()).isEqualTo(0);
        assertThat(multiNext.generationGuid()).isNotEqualTo(multi.generationGuid());
        assertThat(multi.generationGuid())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }

    @Test
    void anUpdateOfTheBundleGoesOnWithTheSameQueuesAndIds() throws Exception {
        start();
        Enqueued before = spool.store(MULTI, "a");
        spool.update();
        Enqueued after = spool.store(MULTI, "b");
        assertThat(after)
                .isEqualTo(new Enqueued(MULTI, before.generationGuid(), before.generationId(), 1));
        List<EncryptedRecord> records = spool.offered(MULTI);
        assertThat(SpoolFixture.wrapped(records.get(1)).getLastRecordDigest())
                .isEqualTo(SpoolFixture.wrapped(records.get(0)).getRecordDigest());
    }

    @Test
    void whatIsConfirmedIsNotOfferedAgainAfterARestart() throws Exception {
        start();
        Enqueued multi = spool.store(MULTI, "a");
        Enqueued single = spool.store(SINGLE, "a");
        spool.store(SINGLE, "b");
        spool.confirm(multi);
        spool.confirm(single);
        spool.restart();
        assertThat(SpoolFixture.await(spool.spool().queues()))
                .extracting(QueueState::priority, QueueState::firstUnconfirmedId)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(SINGLE, 1L));
        assertThat(spool.left(SINGLE)).containsExactly("b");
    }

    @Test
    void aPositionThatAPowerCutTookBackMakesNoGapsOfWhatIsDeleted() throws Exception {
        start();
        Enqueued first = spool.store(SINGLE, "a");
        spool.confirm(first);
        Enqueued last = fillSegments(SINGLE, 4);
        List<Path> segments = spool.segments(last);
        Path position = segments.get(0).resolveSibling("confirmed");
        byte[] old = Files.readAllBytes(position);
        spool.confirm(new Enqueued(SINGLE, "", last.generationId(), last.sequencingId() - 1));
        spool.stop();
        assertThat(segments.get(0)).doesNotExist();
        Files.write(position, old);
        spool.start();
        assertThat(spool.left(SINGLE)).isNotEmpty().doesNotContainNull();
    }

    @Test
    void idsThatWereConfirmedAreNeverUsedAgain() throws Exception {
        start();
        spool.store(SINGLE, "a");
        Enqueued second = spool.store(SINGLE, "b");
        spool.confirm(second);
        Path segment = spool.segments(second).get(0);
        spool.stop();
        Files.write(segment, new byte[64 << 10]);
        spool.start();
        assertThat(spool.store(SINGLE, "c").sequencingId()).isEqualTo(2);
        assertThat(spool.left(SINGLE)).containsExactly("c");
    }

    @Test
    void anEmptyQueueOfAnEarlierRunVanishesAtStart() throws Exception {
        start();
        Enqueued stored = spool.store(MULTI, "a");
        Path directory = spool.segments(stored).get(0).getParent();
        spool.stop();
        Files.delete(directory.resolve(spool.segments(stored).get(0)));
        spool.restart();
        assertThat(SpoolFixture.await(spool.spool().queues())).isEmpty();
        assertThat(directory).doesNotExist();
    }

    @Test
    void aDrainedQueueOfAnEarlierRunGoesAsAWhole() throws Exception {
        Path segment = threeRecords(MULTI);
        spool.start();
        List<EncryptedRecord> records = spool.offered(MULTI);
        var sequence = records.get(2).getSequenceInformation();
        spool.confirm(
                new Enqueued(
                        MULTI,
                        sequence.getGenerationGuid(),
                        sequence.getGenerationId(),
                        sequence.getSequencingId()));
        assertThat(segment.getParent()).doesNotExist();
        assertThat(SpoolFixture.await(spool.spool().queues())).isEmpty();
    }

    @Test
    void aFlushThatWaitsWhileItsQueueIsDrainedAndGoesEndsWell() throws Exception {
        threeRecords(MULTI);
        spool.uploader.reply(request -> new CompletableFuture<>());
        spool.start().connect();
        var last = spool.uploader.next().getEncryptedRecord(2).getSequenceInformation();
        CompletionStage<Void> flush = spool.spool().flush(MULTI);
        assertThat(flush.toCompletableFuture()).isNotDone();
        spool.confirm(new Enqueued(MULTI, last.getGenerationGuid(), last.getGenerationId(), 2));
        SpoolFixture.await(flush);
        assertThat(SpoolFixture.await(spool.spool().queues())).isEmpty();
    }

    @Test
    void idsGoOnEvenIfTheTailOfTheLastSegmentIsDamaged() throws Exception {
        Path segment = threeRecords(SINGLE);
        byte[] bad = Files.readAllBytes(segment);
        bad[130] ^= 1;
        Files.write(segment, bad);
        spool.start();
        assertThat(spool.store(SINGLE, "three").sequencingId()).isEqualTo(3);
        assertThat(spool.left(SINGLE)).containsExactly(null, "one", "two", "three");
    }

    /** Stores three records and stops. */
    private Path threeRecords(Priority priority) throws Exception {
        start();
        spool.store(priority, "zero");
        spool.store(priority, "one");
        Enqueued last = spool.store(priority, "two");
        Path segment = spool.segments(last).get(0);
        spool.stop();
        if (priority == MULTI) {
            spool.restart();
            SpoolFixture.await(spool.spool().queues());
            spool.stop();
            Files.deleteIfExists(root.resolve("handover"));
        }
        return segment;
    }

    private Enqueued fillSegments(Priority priority, int count) throws Exception {
        Enqueued stored = spool.store(priority, "record 0 " + "x".repeat(20_000));
        for (int i = 1; spool.segments(stored).size() < count; i++) {
            stored = spool.store(priority, "record " + i + " " + "x".repeat(20_000));
        }
        return stored;
    }

    /** Behind the last byte that is not zero. */
    private static int end(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
