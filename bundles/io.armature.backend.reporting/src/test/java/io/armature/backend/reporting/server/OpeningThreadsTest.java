package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpeningThreadsTest {

    @Test
    void uploadThatComesDuringTheStopIsOpenedByItsReceiver() throws Exception {
        ExecutorService threads = OpeningThreads.start(2);
        FutureTask<String> before = new FutureTask<>(() -> Thread.currentThread().getName());
        threads.execute(before);
        threads.shutdown();
        FutureTask<String> after = new FutureTask<>(() -> Thread.currentThread().getName());
        threads.execute(after);
        assertThat(after).isDone();
        assertThat(after.get()).isEqualTo(Thread.currentThread().getName());
        assertThat(before.get(60, TimeUnit.SECONDS)).startsWith("backend-reporting-open-");
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
}
