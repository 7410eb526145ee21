package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.FailureText;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.queue.ReadRetries;
import io.armature.reporting.queue.RecordQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the queues on disk, each by itself. One that fails is tried again for as long as a segment
 * that cannot be read; then it is opened without what cannot be read. If even that fails, its
 * directory is looked at once a minute. Thread-safe.
 */
final class Openings {

    private static final Logger log = LoggerFactory.getLogger(Openings.class);
    private static final Duration LATER = Duration.ofMinutes(1);

    /** What an opening does not insist on. */
    enum Effort {
        /** All must be read. */
        WHOLE,
        /** What cannot be read is given up. */
        SALVAGE
    }

    /** Opens queues and takes them; no two calls for the same name overlap. */
    interface Opener {

        /**
         * @return empty if there is nothing in it
         * @throws IOException if it cannot be read
         */
        Optional<RecordQueue> open(QueueName name, Effort effort) throws IOException;

        /** A queue was opened, or there was nothing in it. */
        void opened(QueueName name, Optional<RecordQueue> queue);

        /** It was opened after it had failed. */
        void openedLate(QueueName name);

        /** It could not be opened and will be tried again. */
        void failed(QueueName name);
    }

    private final DeviceClock clock;
    private final Executor jobs;
    private final Opener opener;
    private final Map<QueueName, String> failing = new ConcurrentHashMap<>();

    // Guarded by this.
    private final ReadRetries<QueueName> retries = new ReadRetries<>();
    private final Map<QueueName, DeviceClock.Timer> timers = new HashMap<>();
    private boolean closed;

    /**
     * @param jobs opens what could not be opened at once
     */
    Openings(DeviceClock clock, Executor jobs, Opener opener) {
        this.clock = clock;
        this.jobs = jobs;
        this.opener = opener;
    }

    /** Opens a queue now, or later if it cannot be read now. */
    void open(QueueName name) {
        open(name, Effort.WHOLE);
    }

    private void open(QueueName name, Effort effort) {
        try {
            Optional<RecordQueue> queue = opener.open(name, effort);
            synchronized (this) {
                timers.remove(name);
                if (closed) {
                    queue.ifPresent(RecordQueue::leave);
                    return;
                }
                // In this order: nobody may think that there is no such queue.
                opener.opened(name, queue);
                if (failing.remove(name) != null) {
                    log.info("queue opened at last queue=\"{}\"", name);
                    opener.openedLate(name);
                }
            }
        } catch (IOException | RuntimeException e) {
            failed(name, effort, e);
        }
    }

    private void failed(QueueName name, Effort effort, Exception e) {
        String before = failing.put(name, FailureText.of(e));
        if (before == null) {
            log.error("queue cannot be opened, is tried again queue=\"{}\"", name, e);
        } else {
            log.debug("queue cannot be opened queue=\"{}\"", name, e);
        }
        opener.failed(name);
        synchronized (this) {
            if (closed) {
                return;
            }
            if (effort == Effort.SALVAGE) {
                later(name, LATER, Effort.SALVAGE);
                return;
            }
            Optional<Duration> wait = retries.failed(name);
            if (wait.isPresent()) {
                later(name, wait.get(), Effort.WHOLE);
            } else {
                jobs.execute(() -> open(name, Effort.SALVAGE));
            }
        }
    }

    private void later(QueueName name, Duration wait, Effort effort) {
        timers.put(name, clock.after(wait, jobs, () -> open(name, effort)));
    }

    /** Queues that could not be opened yet, with what the disk says. */
    Map<QueueName, String> failing() {
        return Map.copyOf(failing);
    }

    /** What the disk says; empty if the queue is open, or unknown. */
    Optional<String> failing(QueueName name) {
        return Optional.ofNullable(failing.get(name));
    }

    /** Opens no more. */
    synchronized void close() {
        closed = true;
        timers.values().forEach(DeviceClock.Timer::cancel);
        timers.clear();
    }
}
