package io.armature.services.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Monotonic time and one-shot timers; tests let it pass by hand. Any thread. */
interface Timing {

    /** Nanoseconds from an arbitrary moment; never goes back. */
    long nanos();

    /** Has the executor run a task after a delay. */
    void after(Duration delay, Executor executor, Runnable task);

    /** The machine's time. */
    static Timing machine() {
        return new Timing() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void after(Duration delay, Executor executor, Runnable task) {
                CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, executor)
                        .execute(task);
            }
        };
    }
}
