package io.armature.backend.reporting.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.opening.RecordOpener;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.RateLimit;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEnvelope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes uploads and stores their records before it confirms them.
 *
 * <p>Threads: {@code opening} ones decrypt whole batches side by side; one stores the batches in
 * the order in which they came, as many as are ready with one force, and then confirms and answers.
 * What waits is bounded, in all and for each device; an upload beyond that is dropped, and the
 * device sends it again.
 */
public final class ReportingServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReportingServer.class);

    /** Records that are opened at once: a large upload is confirmed piece by piece. */
    private static final int PIECE_RECORDS = 256;

    /** No device has more in a packet: the smallest record that is sealed takes 100 bytes. */
    private static final int RECORDS_LIMIT = 100_000;

    private static final int GROUP_LIMIT_PIECES = 64;
    private static final long OPENED_LIMIT_BYTES = 64L << 20;
    private static final int BATCH_ID_LIMIT_BYTES = 64;

    /** What an upload costs besides its payload, so that small ones are bounded, too. */
    private static final int OVERHEAD_BYTES = 1024;

    /** How often a device that seals for an old key is told the new one. */
    private static final Duration KEY_NEWS = Duration.ofMinutes(1);

    private static final long STOP_LIMIT_SECONDS = 4;

    /**
     * @param openingThreads 1 or more
     * @param waitingBytes payload bytes that wait at most; a quarter of it for one device
     * @param messageBytes largest upload
     */
    public record Limits(int openingThreads, long waitingBytes, int messageBytes) {}

    /**
     * A piece of an upload on its way to the store.
     *
     * @param bytes released when it is stored
     */
    private record Waiting(
            long number, String device, int bytes, FutureTask<OpenedBatch> opening) {}

    private final BackendKeys keys;
    private final RecordStorage storage;
    private final Answers answers;
    private final Enrolled known;
    private final Pace keyNews;
    private final Statements statements;
    private final SpoolStates spools = new SpoolStates();
    private final Limits limits;
    private final RateLimit malformedLog;
    private final RateLimit droppedLog;
    private final RateLimit unknownLog;
    private final RateLimit failureLog;

    private final ExecutorService openers;
    private final ConcurrentLinkedQueue<RecordOpener> idleOpeners = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final WaitingBudget room;
    private final Set<String> dropsOf = ConcurrentHashMap.newKeySet();
    private final OpenedBudget budget = new OpenedBudget(OPENED_LIMIT_BYTES);
    private final AtomicLong pieces = new AtomicLong();
    private final Thread storing;
    private volatile boolean closing;
    private volatile Optional<ConfigurationNews> news = Optional.empty();

    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong malformed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    /**
     * Starts the server's threads.
     *
     * @param storage used by the server alone from now on, but for readers; closed with the server
     * @param known asked once for each upload
     */
    public ReportingServer(
            BackendKeys keys,
            RecordStorage storage,
            Outbox outbox,
            Enrolled known,
            DeviceClock clock,
            Limits limits) {
        this.keys = keys;
        this.storage = storage;
        this.answers = new Answers(outbox);
        this.known = known;
        this.statements = new Statements(storage, clock);
        this.keyNews = new Pace(clock, KEY_NEWS);
        this.unknownLog = new RateLimit(clock);
        this.limits = limits;
        this.room = new WaitingBudget(limits.waitingBytes());
        this.malformedLog = new RateLimit(clock);
        this.droppedLog = new RateLimit(clock);
        this.failureLog = new RateLimit(clock);
        this.openers = OpeningThreads.start(limits.openingThreads());
        this.storing = new Thread(this::storeAll, "backend-reporting-store");
        storing.start();
    }

    /**
     * Takes one message. Never blocks and never throws, whatever the message. One thread calls it,
     * so that the pieces of uploads keep their order.
     */
    public void received(String topic, byte[] payload) {
        Optional<String> device = Topics.uploader(topic);
        if (device.isEmpty() || payload.length > limits.messageBytes()) {
            malformed("topic or size", device.orElse("?"));
            return;
        }
        UploadEnvelope envelope;
        try {
            envelope = UploadEnvelope.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            malformed("message", device.get());
            return;
        }
        if (envelope.getRequest().getEncryptedRecordCount() > RECORDS_LIMIT) {
            malformed("number of records", device.get());
            return;
        }
        if (!envelope.hasRequest() || envelope.getBatchId().size() > BATCH_ID_LIMIT_BYTES) {
            malformed("envelope", device.get());
            return;
        }
        int cost = payload.length + OVERHEAD_BYTES;
        if (closing || !room.reserve(device.get(), cost)) {
            dropsOf.add(device.get());
            dropped.incrementAndGet();
            droppedLog
                    .permit()
                    .ifPresent(n -> log.warn("uploads dropped, too many wait suppressed={}", n));
            return;
        }
        accept(
                OpenedBatch.Upload.of(device.get(), envelope),
                envelope.getRequest().getEncryptedRecordList(),
                cost);
    }

    private void accept(OpenedBatch.Upload upload, List<EncryptedRecord> records, int cost) {
        FutureTask<Boolean> admission = new FutureTask<>(() -> known.test(upload.device()));
        int from = 0;
        boolean last = false;
        while (!last) {
            int to = Math.min(records.size(), from + PIECE_RECORDS);
            last = to == records.size();
            List<EncryptedRecord> piece = records.subList(from, to);
            boolean end = last;
            long number = pieces.getAndIncrement();
            FutureTask<OpenedBatch> opening =
                    new FutureTask<>(() -> open(number, upload, admission, piece, end));
            waiting.add(new Waiting(number, upload.device(), end ? cost : 0, opening));
            openers.execute(opening);
            from = to;
        }
    }

    /** From now on devices that have an older configuration are told. */
    public void tell(ConfigurationNews source) {
        news = Optional.of(source);
    }

    /** What was seen since the start. Any thread. */
    public ServerCounts counts() {
        return new ServerCounts(
                batches.get(),
                malformed.get(),
                dropped.get(),
                unknown.get(),
                statements.refused(),
                failures.get());
    }

    /** What each device last said of its spool, since the start. Any thread. */
    public Map<String, SpoolState> spools() {
        return spools.all();
    }

    /** Stores and confirms what has been taken, then ends. */
    @Override
    public void close() {
        closing = true;
        openers.shutdown();
        // Wakes the storing thread.
        FutureTask<OpenedBatch> nothing = new FutureTask<>(() -> null);
        nothing.run();
        waiting.add(new Waiting(pieces.getAndIncrement(), "", 0, nothing));
        try {
            storing.join(TimeUnit.SECONDS.toMillis(STOP_LIMIT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private OpenedBatch open(
            long number,
            OpenedBatch.Upload upload,
            FutureTask<Boolean> admission,
            List<EncryptedRecord> records,
            boolean last)
            throws InterruptedException {
        budget.awaitRoom(number);
        if (!admitted(upload, admission, last)) {
            return null;
        }
        RecordOpener idle = idleOpeners.poll();
        RecordOpener opener = idle != null ? idle : new RecordOpener(keys);
        try {
            OpenedBatch opened =
                    OpenedBatch.open(upload, records, last, opener, keys::id, storage::passed);
            budget.opened(opened.bytes());
            return opened;
        } finally {
            idleOpeners.add(opener);
        }
    }

    private boolean admitted(OpenedBatch.Upload upload, FutureTask<Boolean> admission, boolean last)
            throws InterruptedException {
        admission.run(); // by the upload's first piece
        try {
            boolean admitted = admission.get();
            if (!admitted) {
                refuse(upload, last);
            }
            return admitted;
        } catch (ExecutionException e) {
            dropsOf.add(upload.device());
            if (last) {
                failed(List.of(upload), e.getCause());
            }
            return false;
        }
    }

    private void refuse(OpenedBatch.Upload upload, boolean last) {
        if (last) {
            unknown.incrementAndGet();
            unknownLog
                    .permit()
                    .ifPresent(
                            n ->
                                    log.warn(
                                            "unknown device refused device={} suppressed={}",
                                            upload.device(),
                                            n));
            reply(upload, Answers.Code.PERMISSION_DENIED, "unknown device");
        }
    }

    private void malformed(String what, String device) {
        malformed.incrementAndGet();
        malformedLog
                .permit()
                .ifPresent(n -> log.warn("malformed {} device={} suppressed={}", what, device, n));
    }

    private void storeAll() {
        List<OpenedBatch> group = new ArrayList<>();
        try (storage) {
            while (!(closing && waiting.isEmpty())) {
                collect(group);
                store(group);
                budget.stored(group.stream().mapToLong(OpenedBatch::bytes).sum());
                group.clear();
            }
        } catch (InterruptedException e) {
            log.warn("interrupted, no more records are stored");
        } catch (IOException e) {
            log.warn("records not closed cleanly, the next start reads them again", e);
        }
    }

    /** Waits for one piece, then takes what is ready besides. */
    private void collect(List<OpenedBatch> group) throws InterruptedException {
        Waiting next = waiting.take();
        while (next != null) {
            budget.waitingFor(next.number());
            OpenedBatch opened = opened(next);
            if (opened != null) {
                group.add(opened);
            }
            room.release(next.device(), next.bytes());
            Waiting following = waiting.peek();
            boolean more =
                    following != null
                            && following.opening().isDone()
                            && group.size() < GROUP_LIMIT_PIECES;
            next = more ? waiting.poll() : null;
        }
    }

    /** Null if there is nothing to store. */
    private OpenedBatch opened(Waiting piece) throws InterruptedException {
        try {
            return piece.opening().get();
        } catch (ExecutionException e) {
            // Nothing a device sends may end this thread.
            malformed("records: " + e.getCause(), piece.device());
            return null;
        }
    }

    private void store(List<OpenedBatch> group) {
        List<Arrival> arrivals = new ArrayList<>();
        for (OpenedBatch batch : group) {
            if (batch.malformed() > 0) {
                malformed("records", batch.upload().device());
            }
            arrivals.addAll(batch.items());
        }
        Set<String> missed = Set.copyOf(dropsOf);
        dropsOf.removeAll(missed);
        Map<QueueName, Long> confirmable;
        try {
            confirmable = storage.store(arrivals, missed);
        } catch (IOException | RuntimeException e) {
            // Outermost of this thread: it must go on whatever happens to one group.
            dropsOf.addAll(missed);
            failed(group.stream().map(OpenedBatch::upload).toList(), e);
            return;
        }
        confirmable.forEach(answers::confirm);
        for (OpenedBatch batch : group) {
            tellKey(batch);
            if (batch.last()) {
                String device = batch.upload().device();
                spools.said(device, batch.upload().spool());
                batch.upload().counters().ifPresent(said -> statements.take(device, said));
                news.ifPresent(
                        n -> batch.upload().configuration().ifPresent(v -> n.said(device, v)));
                batches.incrementAndGet();
                reply(batch.upload(), Answers.Code.OK, "");
            }
        }
    }

    private void tellKey(OpenedBatch batch) {
        String device = batch.upload().device();
        boolean asked = batch.last() && batch.upload().needsKey();
        if (asked || (batch.keyIsOld() && keyNews.due(device, keys.id()))) {
            answers.key(device, keys.signedKey());
        }
    }

    private void failed(List<OpenedBatch.Upload> uploads, Throwable reason) {
        failures.incrementAndGet();
        failureLog
                .permit()
                .ifPresent(n -> log.error("records not stored suppressed={}", n, reason));
        for (OpenedBatch.Upload upload : uploads) {
            reply(upload, Answers.Code.UNAVAILABLE, "records could not be stored");
        }
    }

    private void reply(OpenedBatch.Upload upload, Answers.Code code, String message) {
        answers.reply(upload.device(), upload.batchId(), code, message);
    }
}
