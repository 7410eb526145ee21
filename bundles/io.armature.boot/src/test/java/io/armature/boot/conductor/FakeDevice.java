package io.armature.boot.conductor;

import io.armature.boot.api.Phase;
import io.armature.boot.api.PhaseTask;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.Timeline;
import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/**
 * A framework, a clock and executors under a test's control: nothing happens but in {@link #settle}
 * and {@link #advance}, on the test's thread.
 */
final class FakeDevice implements Framework, DeviceClock, BootObserver {

    /** What happened, in order: levels raised and conditions published. */
    final List<String> log = new ArrayList<>();

    final ConcurrentMap<String, Object> facts = new ConcurrentHashMap<>();
    final BootRecord record = new BootRecord(facts);
    final Timeline timeline = new Timeline(record);
    final Map<Phase, List<PhaseTask>> tasks = new EnumMap<>(Phase.class);
    final Map<String, Runnable> onPublish = new HashMap<>();

    /** Levels that do not come to an end by themselves. */
    final List<Integer> stuckLevels = new ArrayList<>();

    /** Conditions whose publication does not come to an end. */
    final List<String> stuckConditions = new ArrayList<>();

    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final List<Pending> timers = new ArrayList<>();
    private final Map<Integer, Runnable> waitingLevels = new HashMap<>();
    private long now = 1_000_000_000L;
    private int level = 1;

    private record Pending(long due, Runnable run) {}

    Conductor conductor(boolean headless) {
        Executor events = ready::add;
        return new Conductor(this, record, timeline, this, events, ready::add, this, headless);
    }

    /** Runs what is due now. */
    void settle() {
        for (int steps = 0; !ready.isEmpty(); steps++) {
            if (steps > 10_000) {
                throw new AssertionError("never settles");
            }
            now += 1_000;
            ready.removeFirst().run();
        }
    }

    /** Runs so many things of those that are due now. */
    void settle(int steps) {
        for (int i = 0; i < steps && !ready.isEmpty(); i++) {
            now += 1_000;
            ready.removeFirst().run();
        }
    }

    /** Lets time pass, timer by timer. */
    void advance(Duration time) {
        long end = now + time.toNanos();
        settle();
        while (true) {
            Pending next = null;
            for (Pending timer : timers) {
                if (timer.due() <= end && (next == null || timer.due() < next.due())) {
                    next = timer;
                }
            }
            if (next == null) {
                break;
            }
            timers.remove(next);
            now = Math.max(now, next.due());
            next.run().run();
            settle();
        }
        now = Math.max(now, end);
    }

    int pendingTimers(Duration within) {
        long end = now + within.toNanos();
        return (int) timers.stream().filter(timer -> timer.due() <= end).count();
    }

    void finishLevel(int stuck) {
        waitingLevels.remove(stuck).run();
        settle();
        waitingLevels.values().forEach(ready::add);
        waitingLevels.clear();
        settle();
    }

    void task(Phase phase, String name, CompletableFuture<?> done) {
        tasks.computeIfAbsent(phase, p -> new ArrayList<>())
                .add(
                        new PhaseTask() {
                            @Override
                            public String name() {
                                return name;
                            }

                            @Override
                            public CompletableFuture<?> run() {
                                log.add("task " + name);
                                return done;
                            }
                        });
    }

    @Override
    public int level() {
        return level;
    }

    @Override
    public void raise(int target, Runnable reached) {
        log.add("level " + target);
        Runnable done =
                () -> {
                    level = Math.max(level, target);
                    reached.run();
                };
        // the framework's thread does one level after another
        if (stuckLevels.contains(target) || !waitingLevels.isEmpty()) {
            waitingLevels.put(target, done);
        } else {
            ready.add(done);
        }
    }

    @Override
    public void publish(String condition) {
        log.add(condition);
        Runnable action = onPublish.get(condition);
        if (action != null) {
            action.run();
        }
        if (stuckConditions.contains(condition)) {
            throw new Hanging();
        }
    }

    /** Ends the thread of a publication that would hang for ever. */
    static final class Hanging extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    void settleHanging() {
        boolean hangs = true;
        while (hangs) {
            try {
                settle();
                hangs = false;
            } catch (Hanging e) {
                hangs = true;
            }
        }
    }

    @Override
    public List<PhaseTask> tasks(Phase phase) {
        return tasks.getOrDefault(phase, List.of());
    }

    @Override
    public Instant wall() {
        return Instant.EPOCH;
    }

    @Override
    public Instant minimumDate() {
        return Instant.EPOCH;
    }

    @Override
    public long monotonicNanos() {
        return now;
    }

    @Override
    public Timer after(Duration delay, Executor executor, Runnable task) {
        Pending pending = new Pending(now + delay.toNanos(), () -> executor.execute(task));
        timers.add(pending);
        return () -> timers.remove(pending);
    }

    @Override
    public void applicationStarted(long nanos) {
        log.add("application started");
    }

    @Override
    public void reaching(Phase phase, long nanos) {
        log.add("stamp " + phase.label());
    }

    @Override
    public void reached(Phase phase) {
        log.add("reached " + phase.label());
    }

    @Override
    public void recorded(Phase phase) {}

    @Override
    public void late(Phase phase) {
        log.add("late " + phase.label());
    }

    @Override
    public void changed() {}

    /** The levels and conditions of the log, without the rest. */
    List<String> course() {
        return log.stream()
                .filter(line -> line.startsWith("level ") || line.startsWith("armature."))
                .toList();
    }
}
