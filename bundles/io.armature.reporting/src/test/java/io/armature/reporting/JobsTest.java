package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.proto.Priority;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statement 46: at most five jobs run at once; the others wait for their turn. */
class JobsTest {

    private static final int JOBS = 5;

    @Test
    void aPoolStartsNoMoreThreadsThanItIsAllowedAndQueuesTheRestInOrder() throws Exception {
        ThreadPoolExecutor pool = Workers.pool("test-job", SpoolSettings.standard().jobs());
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        try {
            for (int i = 0; i < 4 * JOBS; i++) {
                pool.execute(
                        () -> {
                            await(goOn);
                            done.incrementAndGet();
                        });
            }
            // Threads are started by execute itself, so this is final.
            assertThat(pool.getPoolSize()).isEqualTo(JOBS);
            assertThat(pool.getQueue()).hasSize(3 * JOBS);
        } finally {
            goOn.countDown();
            Workers.end(pool);
        }
        assertThat(done).hasValue(4 * JOBS);
        assertThat(pool.getLargestPoolSize()).isEqualTo(JOBS);
    }

    @Test
    void uploadsOfSevenQueuesRunFiveAtOnceAndAllGetTheirTurn(@TempDir Path root) throws Exception {
        CountDownLatch five = new CountDownLatch(JOBS);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (SpoolFixture spool = new SpoolFixture(root).start()) {
            for (Priority priority : Priority.values()) {
                if (priority != Priority.UNDEFINED_PRIORITY) {
                    spool.store(priority, "x");
                }
            }
            spool.uploader.reply(
                    request -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        threads.add(Thread.currentThread().getName());
                        five.countDown();
                        await(goOn);
                        now.decrementAndGet();
                        return CompletableFuture.completedFuture(RecordingUploader.ok());
                    });
            spool.connect();
            await(five);
            var waits = spool.spool().queues().toCompletableFuture();
            assertThat(waits).as("a job more").isNotDone();
            assertThat(SpoolFixture.await(spool.enqueue(Priority.FAST_BATCH, "no job")))
                    .isNotNull();
            goOn.countDown();
            SpoolFixture.await(waits);
            for (int i = 0; i < Priority.values().length - 1; i++) {
                spool.uploader.next();
            }
        }
        assertThat(most).hasValue(JOBS);
        assertThat(threads).hasSize(JOBS).allMatch(name -> name.startsWith("reporting-job-"));
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("not reached within 60 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
