package io.armature.reporting.upload;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.queue.MemoryPool;
import io.armature.reporting.queue.ReadRetries;
import io.armature.reporting.queue.RecordQueue;
import io.armature.reporting.queue.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads of one queue: one pass at a time, each up to the uploader's reply. Triggers that come
 * meanwhile are joined into the next pass. Any thread may trigger; passes run as jobs.
 */
public final class QueueUploads {

    private static final Logger log = LoggerFactory.getLogger(QueueUploads.class);

    private static final int MEMORY_TRIES = 16;
    private static final Duration MEMORY_WAIT = Duration.ofMillis(50);

    private final RecordQueue queue;
    private final MemoryPool memory;
    private final Outlet outlet;
    private final Runnable deletable;
    private final Runnable starved;
    private final Period period;
    private final SentIds sent;
    private final ReadRetries<Segment> retries = new ReadRetries<>();

    // Guarded by this.
    private Reason pending;
    private boolean busy;
    private boolean closed;
    private boolean removed;
    private boolean lastFailed;
    private Reason.Offer lastOffer = Reason.Offer.ALL;
    private long lastNext;
    private long offeredNext;
    private CachedIds cached = CachedIds.NONE;
    private DeviceClock.Timer retry;
    private ReportingException unread;
    private List<CompletableFuture<Void>> waiting = new ArrayList<>();

    /**
     * @param deletable run after each pass: what was confirmed meanwhile can be deleted
     * @param starved run when there was no memory to send anything
     */
    public QueueUploads(
            RecordQueue queue,
            MemoryPool memory,
            Outlet outlet,
            Runnable deletable,
            Runnable starved) {
        this.queue = queue;
        this.memory = memory;
        this.outlet = outlet;
        this.deletable = deletable;
        this.starved = starved;
        this.period = new Period(outlet, queue.name().kind().period(), this::periodEnded);
        this.sent = new SentIds(queue, outlet);
    }

    /** How far its records went out. */
    public SentIds sent() {
        return sent;
    }

    /** The ids that the uploader holds already, as far as it has said. */
    public synchronized CachedIds cached() {
        return cached;
    }

    /** As an earlier instance knew them. */
    public synchronized void cached(CachedIds ids) {
        cached = ids;
    }

    /** A write was answered. */
    public void written() {
        Duration every = queue.name().kind().period().orElse(null);
        if (every != null && every.isZero()) {
            trigger(Reason.IMMEDIATE_FLUSH);
        } else {
            period.begin();
        }
    }

    /** Something may be left from before: an earlier run, or a time without uploader. */
    public void resume() {
        if (unconfirmed()) {
            trigger(Reason.INIT_RESUME);
            period.begin();
        }
    }

    private void periodEnded() {
        if (unconfirmed()) {
            trigger(Reason.PERIODIC);
            period.begin();
        }
    }

    /** Whether there is something that the server has not, or wants again. */
    public boolean unconfirmed() {
        return queue.reads().start() < queue.durableNext();
    }

    /** Starts a pass, or has the running one followed by another. */
    public void trigger(Reason reason) {
        ReportingException obstacle;
        boolean start = false;
        synchronized (this) {
            obstacle = obstacle();
            if (obstacle == null) {
                pending = Reason.stronger(pending, reason);
                start = !busy;
                busy = true;
                obstacle = unread;
            }
        }
        if (start) {
            outlet.jobs().execute(this::pass);
        } else if (obstacle != null) {
            answerWaiting(obstacle);
        }
    }

    /** Why no pass can start now, null if one can. Guarded by this. */
    private ReportingException obstacle() {
        if (closed) {
            return new ReportingException(StatusCode.UNAVAILABLE, "The spool is stopping");
        }
        return outlet.connected() && !outlet.disabled() ? null : outlet.refusal();
    }

    /**
     * Starts a pass from the first unconfirmed id.
     *
     * @return completes when it has been read, or when nothing is left to read; fails when no pass
     *     can start any more
     */
    public CompletionStage<Void> flush() {
        CompletableFuture<Void> read = new CompletableFuture<>();
        if (!unconfirmed()) {
            read.complete(null);
            return read;
        }
        synchronized (this) {
            waiting.add(read);
        }
        trigger(Reason.MANUAL);
        return read;
    }

    /** No pass comes for those who wait. */
    private void answerWaiting(ReportingException why) {
        List<CompletableFuture<Void>> left;
        boolean done;
        synchronized (this) {
            left = waiting;
            waiting = new ArrayList<>();
            done = removed;
        }
        boolean nothingLeft = done || !unconfirmed();
        for (CompletableFuture<Void> flush : left) {
            if (nothingLeft) {
                flush.complete(null);
            } else {
                flush.completeExceptionally(why);
            }
        }
    }

    /** The queue was removed, since the server has all of it: whoever waits is done. */
    public void removed() {
        synchronized (this) {
            removed = true;
        }
        close();
    }

    /** No more passes; one that runs ends by itself. */
    public void close() {
        ReportingException stopping;
        synchronized (this) {
            closed = true;
            stopping = obstacle();
            period.close();
            if (retry != null) {
                retry.cancel();
            }
        }
        answerWaiting(stopping);
    }

    private void pass() {
        pass(1);
    }

    private void pass(int attempt) {
        Start start = start();
        if (start == null) {
            return;
        }
        try {
            Batch batch =
                    new BatchReader(queue, memory, outlet.settings(), start.skip(), start.from())
                            .read();
            queue.files().keepUnreadable();
            retries.passed();
            start.flushes().forEach(flush -> flush.complete(null));
            deletable.run();
            if (batch.starved() && attempt < MEMORY_TRIES) {
                again(attempt);
            } else {
                send(batch, start.why());
            }
        } catch (SegmentReadException e) {
            unreadable(e, start.flushes());
        } catch (RuntimeException e) {
            failed(e, start.flushes());
        }
    }

    /** What a pass is for. */
    private record Start(
            Reason why, long from, CachedIds skip, List<CompletableFuture<Void>> flushes) {}

    /** Null if no pass may start any more: then nobody waits for one. */
    private Start start() {
        ReportingException stopping;
        synchronized (this) {
            if (!closed) {
                return begin();
            }
            busy = false;
            stopping = obstacle();
        }
        answerWaiting(stopping);
        return null;
    }

    /** Guarded by this. */
    private Start begin() {
        Reason why = pending;
        lastOffer = why.offer();
        pending = null;
        unread = null;
        long from = queue.reads().start();
        if (lastOffer == Reason.Offer.NEW) {
            from = Math.max(from, offeredNext);
        }
        if (cached.expired(outlet.clock().monotonicNanos())) {
            cached = CachedIds.NONE;
        }
        List<CompletableFuture<Void>> flushes = waiting;
        waiting = new ArrayList<>();
        return new Start(why, from, cached, flushes);
    }

    private void failed(RuntimeException e, List<CompletableFuture<Void>> flushes) {
        log.warn("read pass failed queue=\"{}\"", queue.name(), e);
        ReportingException why =
                new ReportingException(
                        StatusCode.DATA_LOSS, "Queue " + queue.name() + " cannot be read: " + e, e);
        flushes.forEach(flush -> flush.completeExceptionally(why));
        ended(true, queue.durableNext(), false);
    }

    /** A little later the disk may be well; after several tries the queue goes on without. */
    private void unreadable(SegmentReadException e, List<CompletableFuture<Void>> flushes) {
        String error = e.getCause().getMessage();
        Segment segment = e.segment();
        Optional<Duration> wait = retries.failed(segment);
        ReportingException why =
                new ReportingException(
                        StatusCode.UNAVAILABLE,
                        "Queue " + queue.name() + " cannot be read now: " + error + "; try again",
                        e);
        synchronized (this) {
            repeatLast();
            waiting.addAll(flushes);
            unread = wait.isPresent() ? why : null;
        }
        if (wait.isPresent()) {
            log.warn("segment not read path={} error=\"{}\"", segment.path(), error);
            answerWaiting(why);
            outlet.clock().after(wait.get(), outlet.jobs(), this::pass);
        } else {
            log.error("segment cannot be read path={} error=\"{}\"", segment.path(), error);
            queue.salvage(segment, error);
            outlet.jobs().execute(this::pass);
        }
    }

    /** Batches of other queues hold all the memory: a little later there will be some. */
    private void again(int attempt) {
        synchronized (this) {
            repeatLast();
        }
        outlet.clock().after(MEMORY_WAIT, outlet.jobs(), () -> pass(attempt + 1));
    }

    /** Has the next pass offer at least what the last one was for. Guarded by this. */
    private void repeatLast() {
        pending =
                Reason.stronger(
                        pending,
                        lastOffer == Reason.Offer.ALL
                                ? Reason.INCOMPLETE_RETRY
                                : Reason.IMMEDIATE_FLUSH);
    }

    private void send(Batch batch, Reason why) {
        if (batch.records().isEmpty()) {
            memory.releaseUpload(batch.bytes());
            if (batch.starved()) {
                starved.run();
            }
            ended(batch.starved(), batch.nextId(), batch.more() && !batch.starved());
            return;
        }
        sent.sending(batch.records());
        // The memory at once: at the spool's end jobs are dropped.
        outlet.upload(batch.records(), why)
                .whenComplete((reply, failure) -> memory.releaseUpload(batch.bytes()))
                .whenCompleteAsync(
                        (reply, failure) -> replied(batch, reply, failure), outlet.jobs());
    }

    private void replied(Batch batch, UploadEncryptedRecordResponse reply, Throwable failure) {
        if (failure != null || !reply.hasStatus()) {
            log.debug("upload without reply queue=\"{}\"", queue.name(), failure);
            ended(false, batch.nextId(), false);
            return;
        }
        boolean taken = reply.getStatus().getCode() == StatusCode.OK.number();
        synchronized (this) {
            cached =
                    CachedIds.of(
                            reply.getCachedEventsSeqIdsList(),
                            outlet.clock().monotonicNanos()
                                    + outlet.settings().cachedWait().toNanos());
            if (taken) {
                offeredNext = batch.nextId();
            }
        }
        ended(false, batch.nextId(), taken && batch.more());
    }

    private void ended(boolean failed, long nextId, boolean more) {
        boolean again;
        ReportingException obstacle;
        synchronized (this) {
            lastFailed = failed;
            lastNext = nextId;
            if (more) {
                pending = Reason.stronger(pending, Reason.CONTINUATION);
            }
            obstacle = obstacle();
            again = pending != null && obstacle == null;
            busy = again;
            startRetry();
        }
        if (again) {
            outlet.jobs().execute(this::pass);
        } else if (obstacle != null) {
            answerWaiting(obstacle);
        }
    }

    /** Counts from the last pass that offered everything; new writes do not put it off. */
    private void startRetry() {
        Duration delay = queue.name().kind().retry();
        if (delay.isZero() || closed) {
            return;
        }
        if (retry != null && lastOffer == Reason.Offer.ALL) {
            retry.cancel();
            retry = null;
        }
        if (retry == null) {
            retry = outlet.clock().after(delay, outlet.jobs(), this::retryDue);
        }
    }

    private void retryDue() {
        Reason reason;
        synchronized (this) {
            retry = null;
            reason =
                    lastFailed
                            ? Reason.FAILURE_RETRY
                            : queue.reads().firstUnconfirmed() < lastNext
                                    ? Reason.INCOMPLETE_RETRY
                                    : null;
        }
        if (reason != null) {
            trigger(reason);
        }
    }
}
