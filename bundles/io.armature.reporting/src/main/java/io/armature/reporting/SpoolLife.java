package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.health.HealthHistory;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.queue.DiskPool;
import io.armature.reporting.queue.Ground;
import io.armature.reporting.queue.MemoryPool;
import io.armature.reporting.queue.ShedLedger;
import io.armature.reporting.queue.Shedding;
import io.armature.reporting.seal.KeyFiles;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.storage.LostAndFound;
import io.armature.reporting.storage.RootInUseException;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.upload.EventRate;
import io.armature.reporting.upload.KeyRequests;
import io.armature.reporting.upload.Outlet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and closes the spool and owns its threads. */
final class SpoolLife {

    private static final Logger log = LoggerFactory.getLogger(SpoolLife.class);
    private static final int OPEN_TRIES = 6;
    private static final Duration OPEN_RETRY = Duration.ofSeconds(1);
    private static final int SEALERS = 2;

    private final Spool.StorageOpener opener;
    private final Function<KeyFiles, Sealing> sealings;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final Runnable changed;
    private final ThreadPoolExecutor jobs;
    private final ThreadPoolExecutor sealers = Workers.pool("reporting-sealer", SEALERS);
    private final ThreadPoolExecutor answers = Workers.pool("reporting-answers", 1);
    private final MemoryPool memory;
    private final DiskPool disk;
    private final Admission admission;
    private final Counters counters = new Counters();
    private final Usage usage;
    private final HealthHistory health;
    private final EventRate rate;
    private final Outlet outlet;
    private final Operations operations = new Operations();
    private final Entrance entrance = new Entrance();

    // Of the one job that opens.
    private Handover handover;
    private int refusals;

    private volatile SpoolSettings settings;
    private volatile SealSettings sealSettings;
    private volatile String fault;
    private volatile Sealing sealing;
    private volatile Set<Destination> blocked = Set.of();

    SpoolLife(
            Spool.StorageOpener opener,
            Function<KeyFiles, Sealing> sealings,
            DeviceClock clock,
            Randomness randomness,
            SpoolSettings settings,
            Runnable changed) {
        this.opener = opener;
        this.sealings = sealings;
        this.clock = clock;
        this.randomness = randomness;
        this.settings = settings;
        this.changed = changed;
        this.jobs = Workers.pool("reporting-job", settings.jobs());
        this.memory = new MemoryPool(settings.memoryPoolBytes());
        this.disk = new DiskPool(settings.diskPoolBytes());
        this.admission = new Admission(memory, settings.waitingBytes(), sealers);
        this.usage = new Usage(clock, disk);
        this.health = new HealthHistory(clock, jobs);
        this.rate = new EventRate(clock, settings.rateInterval());
        this.outlet = new Outlet(clock, jobs, disk, settings.uploads(), health, rate);
    }

    void start() {
        jobs.execute(() -> open(1));
    }

    private void open(int attempt) {
        if (entrance.isClosed()) {
            return;
        }
        Storage storage = null;
        try {
            storage = opener.open();
            opened(core(storage));
        } catch (RootInUseException e) {
            refused(e);
        } catch (IOException | RuntimeException e) {
            if (storage != null) {
                storage.close();
            }
            if (attempt < OPEN_TRIES) {
                log.warn("spool not opened attempt={} error=\"{}\"", attempt, e.toString());
                clock.after(OPEN_RETRY, jobs, () -> open(attempt + 1));
            } else {
                openingFailed(e);
            }
        }
    }

    /**
     * An earlier instance has not ended yet, since its disk does not answer, or another process has
     * the files: sooner or later they are free.
     */
    private void refused(RootInUseException e) {
        refusals++;
        if (refusals >= OPEN_TRIES) {
            ReportingException why = unavailable(e.getMessage(), e);
            fault = e.getMessage();
            if (entrance.refuse(why)) {
                log.error("spool not opened yet error=\"{}\"", fault);
                counters.count("StartStatus", why.code());
                changed.run();
            }
            admission.failWithoutKey(clock.monotonicNanos() + 1, why);
        }
        clock.after(OPEN_RETRY, jobs, () -> open(1));
    }

    private static ReportingException unavailable(String why, Exception cause) {
        return new ReportingException(StatusCode.UNAVAILABLE, "Storage unavailable: " + why, cause);
    }

    private SpoolCore core(Storage storage) throws IOException {
        LostAndFound lostAndFound = new LostAndFound(storage, settings.lostAndFoundBytes());
        Sealing made = sealings.apply(new StoredKeyFiles(storage, lostAndFound));
        made.load();
        Ground ground =
                new Ground(
                        storage,
                        lostAndFound,
                        disk,
                        new Shedding(() -> settings.flags().controlledDegradation()),
                        new ShedLedger(storage, lostAndFound::take),
                        memory,
                        made,
                        clock,
                        randomness,
                        answers,
                        settings.segmentBytes(),
                        settings.firstSegmentBytes());
        Handover left = left(storage);
        health.open(storage);
        if (left.health()) {
            health.enabled(true);
        }
        Queues queues =
                new Queues(ground, outlet, () -> settings.flags(), left, jobs, counters, changed);
        queues.open();
        sealing = made;
        SealSettings wanted = sealSettings;
        if (wanted != null) {
            made.change(wanted);
        }
        KeyRequests keys = new KeyRequests(made, outlet);
        Rounds rounds = new Rounds(clock, jobs, () -> settings, keys, queues);
        KeyWait keyWait = new KeyWait(clock, jobs, admission, made, keys, () -> settings);
        return new SpoolCore(
                ground,
                queues,
                keys,
                keyWait,
                rounds,
                new SpoolCore.Notes(health, counters, usage),
                jobs);
    }

    /** What the last instance left: taken once, for a start that fails behind it is repeated. */
    private Handover left(Storage storage) throws IOException {
        if (handover == null) {
            handover = Handover.take(storage, opener.keepsake());
            if (handover.disabled()) {
                outlet.disable();
            }
            blocked = handover.blocked();
            counters.take(handover.counts());
        }
        return handover;
    }

    /** Other settings from now on; nothing is closed or opened for that. */
    void change(SpoolSettings wanted, SealSettings seal) {
        settings = wanted;
        sealSettings = seal;
        disk.limit(wanted.diskPoolBytes());
        memory.limit(wanted.memoryPoolBytes());
        admission.waitingLimit(wanted.waitingBytes());
        outlet.settings(wanted.uploads());
        Workers.resize(jobs, wanted.jobs());
        Sealing made = sealing;
        if (made != null) {
            made.change(seal);
        }
        core().ifPresent(
                        core -> {
                            core.rounds().plan();
                            core.keyWait().changed();
                        });
        changed.run();
    }

    SpoolFlags flags() {
        return settings.flags();
    }

    private void opened(SpoolCore core) {
        counters.count("StartStatus", StatusCode.OK);
        Optional<String> migration = opener.migration();
        if (migration.isPresent()) { // each boot passes here: no lambda
            counters.count("MigrationStatus", migration.get());
        }
        fault = null;
        if (!entrance.open(core)) {
            // Closed meanwhile: what the instance before handed over is for the next one.
            core.close();
            return;
        }
        opener.keepsake().forget();
        core.rounds().plan();
        admission.open(core.queues()::place, sealing::keyPresent);
        core.keyWait().look();
        if (outlet.connected()) {
            core.resumeUploads();
        }
        changed.run();
        log.info("spool open queues={} bytes={}", core.queues().lanes().size(), disk.usedBytes());
    }

    private void openingFailed(Exception e) {
        log.error("spool stays closed", e);
        fault = "cannot be opened: " + FailureText.of(e) + "; check the disk, then restart";
        ReportingException why = unavailable(fault, e);
        entrance.fail(why);
        admission.abort(why);
        counters.count("StartStatus", why.code());
        changed.run();
    }

    /**
     * Runs an operation once the spool is open; the end of the spool waits for it.
     *
     * @return fails with ReportingException only
     */
    <T> CompletionStage<T> operate(Function<SpoolCore, CompletionStage<T>> operation) {
        return operations.run(() -> entrance.opened().thenCompose(operation));
    }

    void submit(Arrival arrival) {
        rate.add(arrival.record.length);
        ReportingException why = entrance.refusal();
        if (why != null) {
            arrival.answer.completeExceptionally(why);
            return;
        }
        if (admission.submit(arrival)) {
            core().ifPresent(core -> core.keyWait().look());
        }
    }

    /** Completes once the spool is open; fails if it stays closed. */
    CompletionStage<Void> serving() {
        return Stages.plain(entrance.serving());
    }

    Optional<SpoolCore> core() {
        return entrance.core();
    }

    long largestWriteBytes() {
        return memory.largestWriteBytes();
    }

    Counters counters() {
        return counters;
    }

    HealthHistory health() {
        return health;
    }

    Executor jobs() {
        return jobs;
    }

    boolean disabled() {
        return outlet.disabled();
    }

    Set<Destination> blocked() {
        return blocked;
    }

    void blocked(Set<Destination> destinations) {
        blocked = destinations;
    }

    /** Bytes of records and batches under way. */
    long memoryBytes() {
        return memory.usedBytes();
    }

    long diskBytes() {
        return disk.usedBytes();
    }

    boolean connected() {
        return outlet.connected();
    }

    void uploader(Uploader uploader) {
        outlet.uploader(uploader);
        if (uploader != null) {
            core().ifPresent(core -> jobs.execute(core::resumeUploads));
        }
        changed.run();
    }

    List<Fault> faults() {
        String own = fault;
        if (own != null) {
            return List.of(new Fault("reporting", "spool", own));
        }
        return core().map(SpoolCore::faults).orElse(List.of());
    }

    /**
     * Ends in good order; nothing is interrupted, since that would close files under a write. A
     * disk that needs longer is not waited for: who is not being stored is refused, and the files
     * are kept until nothing of this instance can touch them any more.
     */
    void close(Duration limit) {
        if (!entrance.close()) {
            return;
        }
        long end = System.nanoTime() + limit.toNanos();
        ReportingException why = Ending.stopping();
        CompletableFuture<Void> quiet = operations.close(why);
        core().ifPresent(
                        core ->
                                admission.failWithoutKey(
                                        clock.monotonicNanos() + 1, Ending.keyless()));
        Workers.await(admission.close(why).toCompletableFuture(), end);
        admission.abort(why);
        entrance.fail(why);
        CompletableFuture<Void> stored =
                core().map(SpoolCore::close)
                        .map(CompletionStage::toCompletableFuture)
                        .orElse(CompletableFuture.completedFuture(null));
        Workers.await(stored, end);
        core().ifPresent(core -> core.giveUp(why));
        Ending.Pools pools = new Ending.Pools(sealers, jobs, answers);
        CompletableFuture<Void> ended =
                new Ending(pools, this::last, opener.keepsake())
                        .begin(entrance::coreOrLate, stored, quiet, end);
        Workers.await(ended, end);
        operations.abort(why);
        if (!ended.isDone()) {
            log.warn("the disk does not answer: the files are kept until it has");
        }
    }

    /** What is known at the end. */
    private Handover last(SpoolCore core) {
        health.close();
        Queues queues = core.queues();
        return new Handover(
                queues.writers(),
                queues.ends(),
                queues.memories(),
                disabled(),
                blocked,
                health.enabled(),
                counters.bare());
    }
}
