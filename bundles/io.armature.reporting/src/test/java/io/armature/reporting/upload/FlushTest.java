package io.armature.reporting.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.SpoolSettings;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.health.HealthHistory;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.queue.DiskPool;
import io.armature.reporting.queue.Ground;
import io.armature.reporting.queue.MemoryPool;
import io.armature.reporting.queue.QueueEvents;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.queue.ReadState;
import io.armature.reporting.queue.Receipt;
import io.armature.reporting.queue.RecordQueue;
import io.armature.reporting.queue.Segment;
import io.armature.reporting.queue.ShedLedger;
import io.armature.reporting.queue.Shedding;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.LostAndFound;
import io.armature.reporting.testing.PlainSealing;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way out of a flush, above all of one that waits for a pass behind a running one. */
class FlushTest {

    private static final int SEGMENT_BYTES = 64 << 10;

    @TempDir Path root;
    private final HandClock clock = new HandClock();
    private final RecordingUploader uploader = new RecordingUploader();
    private final CompletableFuture<UploadEncryptedRecordResponse> reply =
            new CompletableFuture<>();
    private final MemoryPool memory = new MemoryPool(4L << 20);
    private final DiskPool disk = new DiskPool(64L << 20);
    private FileStorage storage;
    private RecordQueue queue;
    private Outlet outlet;
    private QueueUploads uploads;

    /** Jobs run on the thread that starts them; the uploader keeps its reply to itself. */
    @BeforeEach
    void storeOneRecord() throws Exception {
        storage = FileStorage.open(root);
        outlet =
                new Outlet(
                        clock,
                        Runnable::run,
                        disk,
                        SpoolSettings.standard().uploads(),
                        new HealthHistory(clock, Runnable::run),
                        new EventRate(clock, Duration.ofMinutes(3)));
        queue =
                RecordQueue.fresh(
                        ground(), new QueueName(QueueKind.MANUAL_BATCH, ""), 1, new NoEvents());
        uploads = new QueueUploads(queue, memory, outlet, () -> {}, () -> {});
        Receipt stored = new Receipt(failure -> {});
        byte[] record = SpoolFixture.request(Priority.MANUAL_BATCH, "x").getRecord().toByteArray();
        queue.order(record, new byte[32], 0, stored).seal();
        SpoolFixture.await(stored);
        uploader.reply(request -> reply);
        outlet.uploader(uploader);
    }

    private Ground ground() {
        LostAndFound lostAndFound = new LostAndFound(storage, 1 << 20);
        return new Ground(
                storage,
                lostAndFound,
                disk,
                new Shedding(() -> true),
                new ShedLedger(storage, lostAndFound::take),
                memory,
                PlainSealing.withKey(),
                clock,
                new Random(1)::nextBytes,
                Runnable::run,
                SEGMENT_BYTES,
                SEGMENT_BYTES);
    }

    private static final class NoEvents implements QueueEvents {
        @Override
        public void written(RecordQueue queue) {}

        @Override
        public void shed(RecordQueue queue, ReadState.Given given) {}

        @Override
        public void noteNeeded(RecordQueue queue) {}

        @Override
        public void changed(RecordQueue queue) {}

        @Override
        public void unreadable(Segment segment, String why) {}
    }

    @AfterEach
    void close() throws Exception {
        SpoolFixture.await(queue.close());
        storage.close();
    }

    @Test
    void endsWellOnceThePassHasReadWhateverTheUploaderSaysLater() throws Exception {
        CompletionStage<Void> flush = uploads.flush();
        SpoolFixture.await(flush);
        assertThat(uploader.next().getEncryptedRecordCount()).isEqualTo(1);
        reply.completeExceptionally(new IllegalStateException("no reply"));
        SpoolFixture.await(uploads.flush());
        assertThat(uploader.next().getEncryptedRecordCount()).isEqualTo(1);
    }

    @Test
    void endsWellWhenNothingIsLeft() throws Exception {
        outlet.uploader(null);
        queue.reads().confirm(0, queue.durableNext());
        SpoolFixture.await(uploads.flush());
    }

    @Test
    void waitsForThePassBehindTheOneThatRuns() throws Exception {
        CompletionStage<Void> flush = waitingFlush();
        assertThat(flush.toCompletableFuture()).isNotDone();
        reply.complete(RecordingUploader.ok());
        SpoolFixture.await(flush);
    }

    /** The server confirmed everything meanwhile, so the queue of an earlier run was removed. */
    @Test
    void endsWellWhenItsQueueIsDrainedAndRemovedMeanwhile() throws Exception {
        CompletionStage<Void> flush = waitingFlush();
        queue.reads().confirm(0, queue.durableNext());
        uploads.removed();
        SpoolFixture.await(flush);
        SpoolFixture.await(uploads.flush());
    }

    /** Also where the server asked for confirmed ids again, of which nothing is there. */
    @Test
    void endsWellWhenItsQueueIsRemovedAlthoughIdsWereAskedForAgain() throws Exception {
        CompletionStage<Void> flush = waitingFlush();
        queue.reads().confirm(0, queue.durableNext());
        queue.reads().force(-1, queue.durableNext());
        uploads.removed();
        SpoolFixture.await(flush);
        SpoolFixture.await(uploads.flush());
    }

    @Test
    void endsWellWhenTheSpoolStopsAndEverythingIsConfirmed() throws Exception {
        CompletionStage<Void> flush = waitingFlush();
        queue.reads().confirm(0, queue.durableNext());
        uploads.close();
        SpoolFixture.await(flush);
    }

    @Test
    void saysThatTheSpoolStopsWhileRecordsAreLeft() throws Exception {
        CompletionStage<Void> flush = waitingFlush();
        uploads.close();
        assertThat(SpoolFixture.failure(flush)).hasToString("UNAVAILABLE:The spool is stopping");
    }

    @Test
    void saysThatTheSpoolStopsAlsoWhenItComesBehindTheEnd() throws Exception {
        uploads.close();
        assertThat(SpoolFixture.failure(uploads.flush()))
                .hasToString("UNAVAILABLE:The spool is stopping");
    }

    @Test
    void saysThatNoUploaderIsThereWhenItLeavesMeanwhile() throws Exception {
        CompletionStage<Void> flush = waitingFlush();
        outlet.uploader(null);
        reply.completeExceptionally(new IllegalStateException("gone"));
        assertThat(SpoolFixture.failure(flush).code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(SpoolFixture.failure(uploads.flush()).code()).isEqualTo(StatusCode.UNAVAILABLE);
    }

    @Test
    void saysThatReportingIsDisabledWhenTheServerSwitchesItOffMeanwhile() throws Exception {
        CompletionStage<Void> flush = waitingFlush();
        reply.complete(RecordingUploader.ok().toBuilder().setDisable(true).build());
        assertThat(SpoolFixture.failure(flush))
                .hasToString("FAILED_PRECONDITION:Reporting is disabled");
    }

    private CompletionStage<Void> waitingFlush() throws Exception {
        SpoolFixture.await(uploads.flush());
        CompletionStage<Void> waiting = uploads.flush();
        assertThat(waiting.toCompletableFuture()).isNotDone();
        return waiting;
    }
}
