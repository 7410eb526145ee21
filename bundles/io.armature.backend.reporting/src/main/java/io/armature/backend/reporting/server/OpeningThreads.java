package io.armature.backend.reporting.server;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that open records side by side. */
final class OpeningThreads {

    private OpeningThreads() {}

    /** What comes when they have been shut down is done by who brings it: somebody waits for it. */
    static ExecutorService start(int threads) {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "backend-reporting-open-" + number.incrementAndGet()),
                (task, threadsThatEnded) -> task.run());
    }
}
