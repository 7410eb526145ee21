package io.armature.boot.conductor;

import static io.armature.boot.timeline.Timeline.NONE;

import io.armature.boot.api.Phase;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.Span.Kind;
import io.armature.boot.timeline.Stamps;
import io.armature.boot.timeline.Timeline;
import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises the start level step by step and publishes the milestones.
 *
 * <p>All state changes run on {@code events}, one after another and short; whatever may take long
 * (tasks, publishing) runs on {@code work}. After every event {@link #advance} looks at the whole
 * state and starts what is due, so the order of events does not matter and a new conductor in the
 * middle of a boot goes on where the old one stopped.
 *
 * <p>The application's level is raised before boot-services is published: its components then start
 * on the publishing thread, and one that hangs cannot keep the framework's start-level thread from
 * the failsafe level.
 */
public final class Conductor {

    /** From boot-services to failsafe with a silent application. */
    public static final Duration FAILSAFE_DELAY = Duration.ofSeconds(30);

    /** A phase that takes longer is said to be late. */
    public static final Duration LATE = Duration.ofSeconds(10);

    /** Longest that one hanging component holds up the next level. */
    static final Duration SETTLE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final String FAILSAFE_AT = "failsafe-at";
    private static final String SILENCE = "silence-span";

    private final Framework framework;
    private final BootRecord record;
    private final Timeline timeline;
    private final DeviceClock clock;
    private final Executor events;
    private final Executor work;
    private final BootObserver observer;
    private final boolean headless;
    private final Map<Phase, PhaseProgress> phases = new EnumMap<>(Phase.class);
    private final Map<Phase, CompletableFuture<Void>> reached = new EnumMap<>(Phase.class);

    // confined to events
    private int level;
    private int requested;
    private boolean levelLate;
    private boolean expired;
    private DeviceClock.Timer failsafeTimer;

    private volatile boolean stopped;

    /**
     * @param headless nobody announces: the conductor does when the application's level is done
     */
    public Conductor(
            Framework framework,
            BootRecord record,
            Timeline timeline,
            DeviceClock clock,
            Executor events,
            Executor work,
            BootObserver observer,
            boolean headless) {
        this.framework = framework;
        this.record = record;
        this.timeline = timeline;
        this.clock = clock;
        this.events = events;
        this.work = work;
        this.observer = observer;
        this.headless = headless;
        for (Phase phase : Phase.values()) {
            phases.put(phase, new PhaseProgress(phase, record, timeline));
            reached.put(phase, new CompletableFuture<>());
        }
    }

    /** Begins, or goes on where an earlier conductor of this boot stopped. */
    public void start() {
        events.execute(
                () -> {
                    level = framework.level();
                    reached.get(Phase.FRAMEWORK).complete(null);
                    for (Phase phase : Phase.values()) {
                        if (phases.get(phase).adopt()) {
                            reached.get(phase).complete(null);
                        }
                    }
                    advance();
                });
    }

    /** The application gives service. Repeated calls change nothing. */
    public void announce(String by) {
        if (record.announce(by, clock.monotonicNanos())) {
            LOG.info("application announced by={}", by);
        }
        events.execute(this::advance);
    }

    /** Completes when the phase's milestone is published. */
    public CompletionStage<Void> reached(Phase phase) {
        return reached.get(phase).minimalCompletionStage();
    }

    /** True when the phase's milestone is published. */
    public boolean isReached(Phase phase) {
        return reached.get(phase).isDone();
    }

    /** Progress of a phase; may be read from any thread. */
    public PhaseProgress progress(Phase phase) {
        return phases.get(phase);
    }

    /** Ends: no level is raised and no timer expires after this. What is published stays. */
    public void stop() {
        stopped = true;
        events.execute(this::cancelFailsafeTimer);
    }

    private void advance() {
        if (stopped) {
            return;
        }
        if (!at(Phase.STARTUP) || !milestone(Phase.STARTUP)) {
            return;
        }
        if (!at(Phase.BOOT_SERVICES) || !tasksDone(Phase.BOOT_SERVICES)) {
            return;
        }
        armFailsafeTimer();
        boolean applicationStarted = at(Phase.APPLICATION);
        if (!applicationStarted && !levelLate) {
            return;
        }
        boolean complete = application(applicationStarted);
        if (!complete && !expired) {
            return;
        }
        cancelFailsafeTimer();
        if (at(Phase.FAILSAFE)
                && milestone(Phase.FAILSAFE)
                && complete
                && at(Phase.SYSTEM_SERVICES)) {
            milestone(Phase.SYSTEM_SERVICES);
        }
    }

    private boolean application(boolean started) {
        boolean settled = milestone(Phase.BOOT_SERVICES);
        if (started) {
            PhaseProgress progress = phases.get(Phase.APPLICATION);
            if (progress.applicationStarted(clock.monotonicNanos())) {
                long nanos = clock.monotonicNanos();
                work.execute(() -> observer.applicationStarted(nanos));
            }
            if (headless && settled) {
                record.announce("conductor", clock.monotonicNanos());
            }
        }
        if (!started || record.announcedBy() == null) {
            return false;
        }
        phases.get(Phase.APPLICATION).announced(record.announcedNanos());
        return milestone(Phase.APPLICATION);
    }

    /** True if the phase's level is reached; asks for it otherwise. */
    private boolean at(Phase phase) {
        int target = phase.level();
        if (level >= target) {
            return true;
        }
        if (requested < target) {
            requested = target;
            phases.get(phase).begin(clock.monotonicNanos(), causesOf(phase));
            observer.changed();
            framework.raise(target, new Raised(events, new LevelDone(phase)));
            clock.after(LATE, work, () -> checkLate(phase));
            if (phase == Phase.APPLICATION) {
                clock.after(SETTLE, events, this::applicationLevelLate);
            }
        }
        return false;
    }

    // Classes, not lambdas: linking those holds up the start-level thread in each boot.
    private record Raised(Executor events, Runnable done) implements Runnable {
        @Override
        public void run() {
            events.execute(done);
        }
    }

    private final class LevelDone implements Runnable {
        private final Phase phase;

        LevelDone(Phase phase) {
            this.phase = phase;
        }

        @Override
        public void run() {
            level = Math.max(level, phase.level());
            phases.get(phase).levelDone(clock.monotonicNanos());
            advance();
        }
    }

    private void checkLate(Phase phase) {
        if (!stopped && !phases.get(phase).isPublishing()) {
            observer.late(phase);
        }
    }

    private void applicationLevelLate() {
        if (level < Phase.APPLICATION.level()) {
            levelLate = true;
            advance();
        }
    }

    private boolean milestone(Phase phase) {
        PhaseProgress progress = phases.get(phase);
        if (!progress.isPublishing() && tasksDone(phase)) {
            publish(phase, progress);
        }
        return progress.isSettled();
    }

    private boolean tasksDone(Phase phase) {
        PhaseProgress progress = phases.get(phase);
        if (progress.startTasks()) {
            work.execute(() -> runTasks(phase, progress));
        }
        return progress.tasksDone();
    }

    private void runTasks(Phase phase, PhaseProgress progress) {
        TaskRun run =
                new TaskRun(
                        phase,
                        record,
                        timeline,
                        clock,
                        progress,
                        () -> {
                            progress.finishTasks();
                            events.execute(this::advance);
                        });
        run.start(framework.tasks(phase));
        observer.changed();
    }

    private void publish(Phase phase, PhaseProgress progress) {
        long nanos = clock.monotonicNanos();
        String id = phase.milestone().orElseThrow();
        progress.publishing(nanos);
        if (!record.claim(id, nanos)) {
            progress.settled();
            return;
        }
        work.execute(
                () -> {
                    observer.reaching(phase, nanos);
                    int span = timeline.begin(Kind.MILESTONE, id, nanos, causesOfMilestone(phase));
                    progress.milestoneSpan(span);
                    long millis = (nanos - record.number(Stamps.JVM_START, 0)) / 1_000_000;
                    LOG.info("milestone phase={} ms={}", phase.label(), millis);
                    framework.publish(id);
                    timeline.end(span, clock.monotonicNanos());
                    observer.reached(phase);
                    settle(progress);
                    observer.recorded(phase);
                    reached.get(phase).complete(null);
                });
        clock.after(SETTLE, events, () -> settle(progress));
    }

    private void settle(PhaseProgress progress) {
        events.execute(
                () -> {
                    progress.settled();
                    advance();
                });
    }

    private void armFailsafeTimer() {
        if (failsafeTimer != null
                || expired
                || phases.get(Phase.FAILSAFE).isPublishing()
                || level >= Phase.FAILSAFE.level()) {
            return;
        }
        long now = clock.monotonicNanos();
        long at = record.number(FAILSAFE_AT, now + FAILSAFE_DELAY.toNanos());
        record.note(FAILSAFE_AT, at);
        Duration rest = Duration.ofNanos(Math.max(0, at - now));
        failsafeTimer = clock.after(rest, events, this::failsafeDue);
    }

    private void failsafeDue() {
        if (!stopped && !phases.get(Phase.APPLICATION).isPublishing()) {
            LOG.warn("application silent seconds={}", FAILSAFE_DELAY.toSeconds());
            expired = true;
            long now = clock.monotonicNanos();
            int span =
                    timeline.add(
                            Kind.TASK,
                            "silence of the application",
                            now - FAILSAFE_DELAY.toNanos(),
                            now,
                            milestones(Phase.BOOT_SERVICES));
            record.note(SILENCE, span);
            observer.changed();
            advance();
        }
    }

    private void cancelFailsafeTimer() {
        if (failsafeTimer != null) {
            failsafeTimer.cancel();
        }
    }

    /** Spans that the level of a phase could not be raised before. */
    public int[] causesOf(Phase phase) {
        return switch (phase) {
            case FRAMEWORK, STARTUP -> new int[] {(int) record.number(Stamps.LAST, NONE)};
            case BOOT_SERVICES -> milestones(Phase.STARTUP);
            case APPLICATION -> phases.get(Phase.BOOT_SERVICES).causes();
            case FAILSAFE ->
                    phases.get(Phase.APPLICATION).isPublishing()
                            ? milestones(Phase.APPLICATION)
                            : new int[] {(int) record.number(SILENCE, NONE)};
            case SYSTEM_SERVICES -> milestones(Phase.APPLICATION, Phase.FAILSAFE);
        };
    }

    private int[] milestones(Phase... waitedFor) {
        int[] spans = new int[waitedFor.length];
        for (int i = 0; i < spans.length; i++) {
            spans[i] = phases.get(waitedFor[i]).milestoneSpan();
        }
        return spans;
    }

    /** Spans that the milestone of a phase could not be published before. */
    private int[] causesOfMilestone(Phase phase) {
        int[] own = phases.get(phase).causes();
        int[] other =
                switch (phase) {
                    // its publication starts the application, whose level was raised before
                    case BOOT_SERVICES -> phases.get(Phase.APPLICATION).causes();
                    case APPLICATION -> milestones(Phase.BOOT_SERVICES);
                    default -> new int[0];
                };
        int[] all = Arrays.copyOf(own, own.length + other.length);
        System.arraycopy(other, 0, all, own.length, other.length);
        return all;
    }

    /** Phases in order. */
    public List<PhaseProgress> progress() {
        return List.copyOf(phases.values());
    }
}
