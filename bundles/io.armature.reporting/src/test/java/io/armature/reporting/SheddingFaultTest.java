package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.storage.NoSpaceException;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shedding beside uploads, on a full disk, and on one whose steps fail. */
class SheddingFaultTest {

    private static final int SEGMENT = 64 << 10;
    private static final long POOL = 4 * SEGMENT;
    private static final int RECORD = 20_000;

    @TempDir Path root;
    private final AtomicReference<InterceptedStorage.Interceptor> interceptor =
            new AtomicReference<>((point, path) -> {});
    private SpoolFixture spool;

    private void start(Path directory, long poolBytes) {
        spool =
                new SpoolFixture(directory)
                        .settings(SpoolFixture.small(SEGMENT, poolBytes))
                        .intercepted(interceptor)
                        .start();
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private static String data(int number) {
        return number + " " + "x".repeat(RECORD);
    }

    private List<Enqueued> fill(Priority priority, int segments) throws Exception {
        List<Enqueued> stored = new ArrayList<>();
        for (int i = 0; i < 3 * segments; i++) {
            stored.add(spool.store(priority, data(i)));
        }
        return stored;
    }

    @Test
    void aDamagedNoteOfWhatWasShedIsAFaultAndKept() throws Exception {
        Files.writeString(root.resolve("shed"), "damaged");
        start(root, POOL);
        spool.store(Priority.MANUAL_BATCH, "x");
        assertThat(spool.spool().faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.toString()).contains("shed", "is damaged"));
        assertThat(root.resolve("lost+found/shed")).hasContent("damaged");
        assertThat(root.resolve("shed")).hasSize(64 << 10);
    }

    private QueueState state(Priority priority) throws Exception {
        return SpoolFixture.await(spool.spool().queues()).stream()
                .filter(queue -> queue.priority() == priority)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatTheServerHasInHandCanBeShedAndConfirmed() throws Exception {
        start(root, POOL);
        List<Enqueued> low = fill(Priority.MANUAL_BATCH, 2);
        fill(Priority.SECURITY, 2);
        CompletableFuture<UploadEncryptedRecordResponse> reply = new CompletableFuture<>();
        spool.uploader.reply(request -> reply);
        spool.connect();
        List<EncryptedRecord> batch = next(Priority.MANUAL_BATCH);
        assertThat(batch).hasSize(6);

        spool.store(Priority.SECURITY, data(6));

        assertThat(spool.segments(low.get(0))).hasSize(1);
        assertThat(spool.spool().faults()).hasSize(1);
        for (int i = 0; i < 6; i++) {
            assertThat(SpoolFixture.data(batch.get(i))).isEqualTo(data(i));
        }
        reply.complete(RecordingUploader.ok());
        spool.confirm(low.get(5));
        assertThat(spool.spool().faults()).isEmpty();
        assertThat(spool.store(Priority.MANUAL_BATCH, "next").sequencingId()).isEqualTo(6);
        spool.spool().uploader(null);
        assertThat(spool.left(Priority.MANUAL_BATCH)).containsExactly("next");
        assertThat(state(Priority.MANUAL_BATCH).counters().shed()).isEqualTo(3);
    }

    /** The next batch of this priority; SECURITY offers its records, too. */
    private List<EncryptedRecord> next(Priority priority) throws Exception {
        while (true) {
            List<EncryptedRecord> batch = spool.uploader.next().getEncryptedRecordList();
            if (batch.get(0).getSequenceInformation().getPriority() == priority) {
                return batch;
            }
        }
    }

    @Test
    void aQueueThatIsBeingReadIsPassedOver() throws Exception {
        start(root, POOL);
        List<Enqueued> lowest = fill(Priority.MANUAL_BATCH, 2);
        List<Enqueued> low = fill(Priority.BACKGROUND_BATCH, 2);
        try (Held held = hold("Manual")) {
            spool.uploader.reply(request -> CompletableFuture.completedFuture(ok()));
            spool.connect();
            held.reached();

            spool.store(Priority.SECURITY, data(0));

            assertThat(spool.segments(low.get(0))).hasSize(1);
            assertThat(spool.segments(lowest.get(0))).hasSize(2);
        }
        assertThat(next(Priority.MANUAL_BATCH)).hasSize(6).allMatch(SheddingFaultTest::whole);
    }

    @Test
    void whatIsReadForLongIsNotShed() throws Exception {
        start(root, POOL);
        fill(Priority.MANUAL_BATCH, 4);
        try (Held held = hold("Manual")) {
            spool.uploader.reply(request -> CompletableFuture.completedFuture(ok()));
            spool.connect();
            held.reached();
            assertThat(SpoolFixture.failure(spool.enqueue(Priority.SECURITY, data(0))).code())
                    .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        }
        assertThat(next(Priority.MANUAL_BATCH)).hasSize(12).allMatch(SheddingFaultTest::whole);
        spool.store(Priority.SECURITY, data(0));
    }

    private static boolean whole(EncryptedRecord record) {
        return record.hasEncryptedWrappedRecord();
    }

    private static UploadEncryptedRecordResponse ok() {
        return RecordingUploader.ok();
    }

    /** A pass that has opened a segment and gets no further until this is closed. */
    private static final class Held implements AutoCloseable {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        void reached() throws InterruptedException {
            assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() {
            goOn.countDown();
        }
    }

    private Held hold(String directory) {
        Held held = new Held();
        interceptor.set(
                (point, path) -> {
                    boolean job = Thread.currentThread().getName().startsWith("reporting-job");
                    if (point == Point.OPEN && job && path.startsWith(directory + ".")) {
                        held.reached.countDown();
                        try {
                            if (!held.goOn.await(20, TimeUnit.SECONDS)) {
                                throw new IOException("held for too long");
                            }
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                    }
                });
        return held;
    }

    @Test
    void aFullFileSystemShedsLikeAFullPool() throws Exception {
        start(root, 64L << 20);
        List<Enqueued> low = fill(Priority.BACKGROUND_BATCH, 2);
        fill(Priority.SECURITY, 2);
        interceptor.set(
                (point, path) -> {
                    if (point == Point.CREATE && path.contains("/P_") && segments() >= 4) {
                        throw new NoSpaceException("No space left on device");
                    }
                });
        for (int i = 6; i < 12; i++) {
            assertThat(spool.store(Priority.SECURITY, data(i)).sequencingId()).isEqualTo(i);
        }
        assertThat(spool.segments(low.get(0))).isEmpty();
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.SECURITY, data(12))).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        spool.restart();
        assertThat(spool.left(Priority.SECURITY)).hasSize(12).doesNotContainNull();
        assertThat(spool.left(Priority.BACKGROUND_BATCH)).hasSize(6).containsOnlyNulls();
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.getFileName().toString().startsWith("P_")).count();
        }
    }

    @Test
    void noStepThatFailsWhileSheddingLosesMoreThanIsTold() throws Exception {
        for (Point point :
                EnumSet.of(
                        Point.OPEN,
                        Point.WRITE,
                        Point.FORCE,
                        Point.CREATE,
                        Point.UNLINK,
                        Point.RENAME,
                        Point.FORCE_DIRECTORY)) {
            for (int nth = 1; nth <= 5; nth++) {
                failing(point, nth, Optional.empty());
                failing(point, nth, Optional.of(1));
            }
        }
    }

    /** Once, or from then on, as if the process died there. */
    private void failing(Point point, int nth, Optional<Integer> times) throws Exception {
        Path directory = Files.createTempDirectory(root, "spool");
        start(directory, POOL);
        fill(Priority.SECURITY, 2);
        fill(Priority.SLOW_BATCH, 2);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        interceptor.set(
                (at, path) -> {
                    boolean due =
                            calls.get() >= nth || at == point && calls.incrementAndGet() == nth;
                    if (due && failures.getAndIncrement() < times.orElse(Integer.MAX_VALUE)) {
                        throw new IOException("Input/output error");
                    }
                });
        List<String> answered = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            store(Priority.FAST_BATCH, "new " + data(i), answered);
        }
        interceptor.set((at, path) -> {});
        String what = point + " " + nth + " " + times;
        spool.restart();
        assertThat(spool.left(Priority.SECURITY)).as(what).hasSize(6).doesNotContainNull();
        // Where the lower queue could not give up any, the writer's own had to.
        List<String> written = spool.left(Priority.FAST_BATCH);
        int own = (int) written.stream().filter(data -> data == null).count();
        if (!written.isEmpty()) {
            assertThat(state(Priority.FAST_BATCH).counters().shed()).as(what).isEqualTo(own);
            assertThat(written.subList(own, written.size())).as(what).doesNotContainNull();
        }
        assertThat(written)
                .as(what)
                .containsAll(answered.subList(Math.min(own, answered.size()), answered.size()));
        List<String> low = spool.left(Priority.SLOW_BATCH);
        assertThat(low).as(what).hasSize(6);
        long gaps = low.stream().filter(data -> data == null).count();
        assertThat(state(Priority.SLOW_BATCH).counters().shed()).as(what).isEqualTo(gaps);
        assertThat(low.subList(0, (int) gaps)).as(what).allMatch(data -> data == null);
        spool.stop();
    }

    private void store(Priority priority, String data, List<String> answered) throws Exception {
        try {
            spool.store(priority, data);
            answered.add(data);
        } catch (ReportingException e) {
            assertThat(e.code().retryable()).as("%s", e).isTrue();
        }
    }

    @Test
    void writersThatShedAtTheSameTimeAllEnd() throws Exception {
        start(root, POOL);
        List<CompletionStage<Enqueued>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            for (Priority priority :
                    List.of(Priority.IMMEDIATE, Priority.SLOW_BATCH, Priority.MANUAL_BATCH)) {
                all.add(spool.enqueue(priority, data(i)));
            }
        }
        List<ReportingException> refused = new ArrayList<>();
        for (CompletionStage<Enqueued> each : all) {
            try {
                SpoolFixture.await(each);
            } catch (ReportingException e) {
                refused.add(e);
            }
        }
        assertThat(refused).allMatch(e -> e.code() == StatusCode.RESOURCE_EXHAUSTED);
        for (QueueState queue : SpoolFixture.await(spool.spool().queues())) {
            List<String> left = spool.left(queue.priority());
            long gaps = left.stream().filter(data -> data == null).count();
            assertThat(queue.counters().shed()).isEqualTo(gaps);
        }
    }
}
