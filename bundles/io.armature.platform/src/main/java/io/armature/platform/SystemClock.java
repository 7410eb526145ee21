package io.armature.platform;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The kernel's clocks, and one timer thread that is made with the first timer. */
@Component
public final class SystemClock implements DeviceClock {

    private final Instant minimumDate;
    private final ScheduledThreadPoolExecutor timers;

    @Activate
    public SystemClock(BundleContext context) {
        this(buildDate(context.getBundle().getHeaders("").get("Armature-Build-Date")));
    }

    SystemClock(Instant minimumDate) {
        this.minimumDate = minimumDate;
        timers = new ScheduledThreadPoolExecutor(1, SystemClock::thread);
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Instant buildDate(String header) {
        return header == null ? Instant.EPOCH : Instant.parse(header);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "platform-clock");
        thread.setDaemon(true);
        return thread;
    }

    @Deactivate
    void stop() {
        timers.shutdown();
    }

    int threads() {
        return timers.getPoolSize();
    }

    @Override
    public Instant wall() {
        return Instant.now();
    }

    @Override
    public Instant minimumDate() {
        return minimumDate;
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Executor executor, Runnable task) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must be >= 0, was " + delay);
        }
        HandOver handOver =
                new HandOver(
                        Objects.requireNonNull(executor, "executor"),
                        Objects.requireNonNull(task, "task"));
        Future<?> pending = timers.schedule(handOver, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> {
            boolean prevented = handOver.prevent();
            if (prevented) {
                pending.cancel(false);
            }
            return prevented;
        };
    }

    /** A future can be cancelled while it runs; a task that was handed over cannot. */
    private static final class HandOver implements Runnable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final Executor executor;
        private final Runnable task;

        HandOver(Executor executor, Runnable task) {
            this.executor = executor;
            this.task = task;
        }

        boolean prevent() {
            return over.compareAndSet(false, true);
        }

        @Override
        public void run() {
            if (prevent()) {
                executor.execute(task);
            }
        }
    }
}
