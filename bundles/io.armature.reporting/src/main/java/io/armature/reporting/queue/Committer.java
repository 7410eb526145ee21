package io.armature.reporting.queue;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.storage.NoSpaceException;
import io.armature.reporting.storage.Storage.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and forces a queue's records in groups: while one group is being forced the next gathers.
 * Its thread lives while there is work and for a while after; it is never interrupted, since that
 * would close the file under it.
 */
final class Committer {

    private static final Logger log = LoggerFactory.getLogger(Committer.class);
    private static final int GROUP_BYTES = 512 << 10;
    private static final long LEAST_SPIN_NANOS = 5_000;
    private static final long MOST_SPIN_NANOS = 60_000;
    private static final long IDLE_NANOS = 5_000_000_000L;

    private final RecordQueue queue;
    private final Ground ground;
    private final SegmentFiles files;
    private final boolean spins = Runtime.getRuntime().availableProcessors() > 1;
    private Optional<Segment> resume;
    private OpenSegment open;
    private ByteBuffer gathered;
    private long spinNanos = LEAST_SPIN_NANOS;

    // Who is awake: see wake() and await().
    private volatile boolean work;
    private volatile boolean parked;
    private volatile boolean stopping;
    private Thread thread;

    Committer(RecordQueue queue, Ground ground, SegmentFiles files, Optional<Segment> resume) {
        this.queue = queue;
        this.ground = ground;
        this.files = files;
        this.resume = resume;
    }

    /** There may be something to write. */
    void wake() {
        work = true;
        Thread running = running();
        if (parked) {
            LockSupport.unpark(running);
        }
    }

    /** Ends once everything that was ordered is answered; at once if nothing ever came. */
    void stop() {
        stopping = true;
        synchronized (this) {
            if (thread == null && queue.drained()) {
                closeOpen();
                queue.committerEnded();
                return;
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
        try {
            while (true) {
                work = false;
                List<PendingWrite> group = queue.take(groupLimit());
                if (!group.isEmpty()) {
                    commit(group);
                } else if (stopping && queue.drained()) {
                    break;
                } else if (!await() && retire()) {
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            log.error("committer died queue=\"{}\"", queue.name(), e);
            queue.failed(
                    List.of(),
                    new ReportingException(
                            StatusCode.INTERNAL, "Queue " + queue.name() + " failed: " + e, e),
                    "internal error " + e);
        }
        closeOpen();
        queue.committerEnded();
    }

    /** True when there is work, false when there was none for long. */
    private boolean await() {
        long start = System.nanoTime();
        long deadline = start + spinNanos;
        while (spins && System.nanoTime() < deadline) {
            if (work) {
                return true;
            }
            Thread.onSpinWait();
        }
        boolean came = park(start + IDLE_NANOS);
        adaptSpin(System.nanoTime() - start);
        return came;
    }

    private boolean park(long end) {
        parked = true;
        try {
            for (long left = IDLE_NANOS; left > 0; left = end - System.nanoTime()) {
                if (work) {
                    return true;
                }
                LockSupport.parkNanos(this, left);
            }
            return work;
        } finally {
            parked = false;
        }
    }

    /**
     * A caller that waits for each record brings the next within some ten microseconds, less than
     * it takes to wake a thread: it is worth staying awake for that one, and for nobody else.
     */
    private void adaptSpin(long waitedNanos) {
        spinNanos =
                waitedNanos < 2 * MOST_SPIN_NANOS
                        ? Math.min(2 * spinNanos, MOST_SPIN_NANOS)
                        : Math.max(spinNanos / 2, LEAST_SPIN_NANOS);
    }

    /** Ends the thread unless work came in the meantime; the next wake starts another. */
    private synchronized boolean retire() {
        if (work || stopping) {
            return false;
        }
        gathered = null;
        thread = null;
        return true;
    }

    private long groupLimit() {
        long free = open == null ? files.nextCapacity() : open.freeBytes();
        return Math.min(GROUP_BYTES, Math.max(free, 0));
    }

    private void commit(List<PendingWrite> group) {
        int bytes = group.stream().mapToInt(write -> write.frame.length).sum();
        try {
            store(group, bytes);
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
                            "Queue " + queue.name() + " cannot be written: " + e.getMessage(),
                            e),
                    "cannot be written: " + e.getMessage() + "; check the disk, then restart");
            return;
        }
        queue.committed(group);
    }

    /** Tries twice, the second time in a new segment; never forces one file twice. */
    private void store(List<PendingWrite> group, int bytes) throws IOException {
        resume();
        try {
            append(group, bytes);
        } catch (PoolFullException e) {
            throw e;
        } catch (IOException e) {
            log.warn("write failed queue=\"{}\" error=\"{}\"", queue.name(), e.toString());
            append(group, bytes);
        }
    }

    private void append(List<PendingWrite> group, int bytes) throws IOException {
        if (open == null || open.freeBytes() < bytes) {
            roll(group, bytes);
        }
        try {
            open.append(gather(group, bytes));
        } catch (IOException e) {
            abandon();
            throw e;
        }
    }

    /** Goes on in the last segment of an earlier run, forcing first what that one left unforced. */
    private void resume() throws IOException {
        if (resume.isPresent()) {
            Segment segment = resume.get();
            resume = Optional.empty();
            OpenSegment reopened =
                    new OpenSegment(
                            ground.storage().open(segment.path(), Access.CHANGE),
                            segment,
                            segment.end(),
                            false);
            try {
                reopened.force();
                open = reopened;
            } catch (IOException e) {
                reopened.close();
                log.warn("segment abandoned path={} error=\"{}\"", segment.path(), e.toString());
            }
        }
    }

    private void roll(List<PendingWrite> group, int bytes) throws IOException {
        OpenSegment next = files.create(group.get(0).id, queue.durableDigest(), bytes);
        closeOpen();
        open = next;
    }

    private void abandon() {
        Segment segment = open.segment();
        boolean empty = open.position() == SegmentHeader.BYTES;
        closeOpen();
        if (empty) {
            files.drop(segment);
        }
    }

    private void closeOpen() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private ByteBuffer gather(List<PendingWrite> group, int bytes) {
        if (bytes > GROUP_BYTES) {
            return ByteBuffer.wrap(group.get(0).frame);
        }
        if (gathered == null || gathered.capacity() < bytes) {
            int capacity = Math.max(bytes, Math.min(GROUP_BYTES, bytes * 2));
            gathered = ByteBuffer.allocateDirect(Math.max(capacity, 16 << 10));
        }
        gathered.clear();
        group.forEach(write -> gathered.put(write.frame));
        return gathered.flip();
    }
}
