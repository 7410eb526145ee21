package io.armature.reporting.queue;

import io.armature.platform.api.FailureText;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.storage.NoSpaceException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a queue's records written and forced in groups: while one group is being forced the next
 * gathers. Whoever has the turn does it, one thread at a time: a caller that waits and finds nobody
 * at it, since waking another thread and being woken by it takes a third of a force, else a thread
 * of the committer's own, which lives while there is work and for a while after.
 */
final class Committer {

    private static final Logger log = LoggerFactory.getLogger(Committer.class);
    private static final long LEAST_SPIN_NANOS = 5_000;
    private static final long MOST_SPIN_NANOS = 60_000;

    /** So many groups of one record, with none behind, are the sign of a single caller. */
    private static final int LONE_GROUPS = 16;

    private static final long NAP_NANOS = 1_000_000;

    /** Who has less time than this leaves the disk to the thread: nothing ends a force. */
    private static final long LEAST_LEFT_NANOS = 5_000_000_000L;

    /** So many times what a group took of late must fit into the time that a caller has left. */
    private static final long LEAST_LEFT_GROUPS = 100;

    /** How slowly a group that took long is forgotten, in groups. */
    private static final long SLOWEST_FADES = 256;

    private static final long IDLE_NANOS = 5_000_000_000L;

    /** What the committer's thread is at. */
    private enum Rest {
        NONE,
        /** Looks by itself again soon. */
        NAP,
        /** Must be woken. */
        SLEEP
    }

    private final RecordQueue queue;
    private final LongSupplier nanos;
    private final ReentrantLock turn = new ReentrantLock();

    // Guarded by the turn.
    private final SegmentWriter writer;
    private boolean ended;
    private int lone;

    // Between wake(), help() and await().
    private volatile boolean work;
    private volatile boolean helped;
    private volatile boolean alone;
    private volatile boolean stopping;
    private volatile long slowestNanos;
    private volatile Rest rest = Rest.NONE;
    private Thread thread;

    // The thread's own.
    private final boolean spins = Runtime.getRuntime().availableProcessors() > 1;
    private long spinNanos = LEAST_SPIN_NANOS;

    /**
     * @param nanos the time of the disk's steps
     */
    Committer(RecordQueue queue, LongSupplier nanos, SegmentWriter writer) {
        this.queue = queue;
        this.nanos = nanos;
        this.writer = writer;
    }

    /**
     * There may be something to write. While callers help, the thread is left to its nap: waking it
     * costs a tenth of a force, and it would mostly find the work done.
     */
    void wake() {
        work = true;
        Thread running = running();
        if (rest == Rest.SLEEP) {
            LockSupport.unpark(running);
        }
    }

    /**
     * The caller is about to wait for an answer: writes up to it on the calling thread, unless
     * somebody else is writing or there are many callers, whom the thread serves without a pause.
     * The answer may still be open on return.
     *
     * @param leftNanos how long the caller may wait
     */
    void help(Receipt awaited, long leftNanos) {
        if (leftNanos < LEAST_LEFT_NANOS || leftNanos / LEAST_LEFT_GROUPS < slowestNanos) {
            return;
        }
        helped = true;
        if (!alone || !turn.tryLock()) {
            return;
        }
        try {
            boolean more = true;
            while (more && !awaited.isDone()) {
                more = write(awaited);
            }
        } finally {
            turn.unlock();
        }
        if (stopping || queue.ready()) {
            work = true;
            LockSupport.unpark(running());
        }
    }

    /** Ends once everything that was ordered is answered; at once if nothing is under way. */
    void stop() {
        stopping = true;
        synchronized (this) {
            if (thread == null && turn.tryLock()) {
                try {
                    if (endIfDrained()) {
                        return;
                    }
                } finally {
                    turn.unlock();
                }
            }
        }
        wake();
    }

    private synchronized Thread running() {
        if (thread == null) {
            String name =
                    "reporting-"
                            + queue.name().kind().name().toLowerCase(Locale.ROOT)
                            + "-committer";
            thread = new Thread(this::run, name);
            thread.setDaemon(true);
            thread.start();
        }
        return thread;
    }

    private void run() {
        boolean more = true;
        while (more) {
            more = serve() && (await() || !retire());
        }
    }

    /** Writes until nothing is left; false at the end of the queue. */
    private boolean serve() {
        turn.lock();
        try {
            boolean more = true;
            while (more) {
                more = write(null) && !(helped && alone);
            }
            return !endIfDrained();
        } finally {
            turn.unlock();
        }
    }

    private boolean endIfDrained() {
        if (!ended && stopping && queue.drained()) {
            end();
        }
        return ended;
    }

    private void end() {
        ended = true;
        writer.close();
        queue.committerEnded();
    }

    /** True when there is work, false when there was none for long. */
    private boolean await() {
        while (helped && alone) {
            helped = false;
            rest = Rest.NAP;
            LockSupport.parkNanos(this, NAP_NANOS);
            rest = Rest.NONE;
            if (work) {
                return true;
            }
        }
        long start = System.nanoTime();
        while (spins && !work && System.nanoTime() - start < spinNanos) {
            Thread.onSpinWait();
        }
        long left = IDLE_NANOS;
        while (!work && !(helped && alone) && left > 0) {
            sleep(left);
            left = start + IDLE_NANOS - System.nanoTime();
        }
        adaptSpin(System.nanoTime() - start);
        return work || left > 0;
    }

    /**
     * One of many callers, or one that waits with a short limit, brings the next record sooner than
     * a thread wakes up: it is worth staying awake for that one, and for nobody else.
     */
    private void adaptSpin(long waitedNanos) {
        spinNanos =
                waitedNanos < 2 * MOST_SPIN_NANOS
                        ? Math.min(2 * spinNanos, MOST_SPIN_NANOS)
                        : Math.max(spinNanos / 2, LEAST_SPIN_NANOS);
    }

    private void sleep(long nanos) {
        rest = Rest.SLEEP;
        if (!work) {
            LockSupport.parkNanos(this, nanos);
        }
        rest = Rest.NONE;
    }

    /** Ends the thread unless work came in the meantime; the next wake starts another. */
    private synchronized boolean retire() {
        if (work || stopping || !turn.tryLock()) {
            return false;
        }
        try {
            writer.idle();
        } finally {
            turn.unlock();
        }
        thread = null;
        return true;
    }

    /** Takes a group and answers it, well or badly; false if there is none. */
    private boolean write(Receipt awaited) {
        work = false;
        List<PendingWrite> group = List.of();
        try {
            group = queue.take(writer.groupLimit());
            if (!group.isEmpty()) {
                commit(group, awaited);
            }
            return !group.isEmpty();
        } catch (RuntimeException | Error e) {
            log.error("committer died queue=\"{}\"", queue.name(), e);
            queue.failed(
                    group,
                    new ReportingException(
                            StatusCode.INTERNAL, "Queue " + queue.name() + " failed: " + e, e),
                    "internal error " + e);
            end();
            return false;
        }
    }

    private void commit(List<PendingWrite> group, Receipt awaited) {
        long start = nanos.getAsLong();
        try {
            writer.store(group);
        } catch (PoolFullException | NoSpaceException e) {
            log.warn("no space queue=\"{}\" error=\"{}\"", queue.name(), e.getMessage());
            queue.failed(
                    group,
                    new ReportingException(
                            StatusCode.RESOURCE_EXHAUSTED,
                            "Not enough disk space available to write new record: "
                                    + e.getMessage(),
                            e),
                    null);
            return;
        } catch (IOException e) {
            log.error("queue goes offline queue=\"{}\"", queue.name(), e);
            queue.failed(
                    group,
                    new ReportingException(
                            StatusCode.UNAVAILABLE,
                            "Queue " + queue.name() + " cannot be written: " + FailureText.of(e),
                            e),
                    "cannot be written: " + FailureText.of(e) + "; check the disk, then restart");
            return;
        } finally {
            long slowest = slowestNanos;
            slowestNanos = Math.max(nanos.getAsLong() - start, slowest - slowest / SLOWEST_FADES);
        }
        // Before the answers: who hears its own may be back at once.
        lone = group.size() == 1 && !queue.ready() ? Math.min(lone + 1, LONE_GROUPS) : 0;
        alone = lone == LONE_GROUPS;
        queue.committed(group, awaited);
    }
}
