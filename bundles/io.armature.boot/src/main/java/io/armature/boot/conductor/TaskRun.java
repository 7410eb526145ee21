package io.armature.boot.conductor;

import io.armature.boot.api.Phase;
import io.armature.boot.api.PhaseTask;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.Timeline;
import io.armature.platform.api.DeviceClock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the tasks of one phase side by side, each once per boot, and tells when all are over. */
final class TaskRun {

    private static final Logger LOG = LoggerFactory.getLogger(TaskRun.class);

    private final Phase phase;
    private final BootRecord record;
    private final Timeline timeline;
    private final DeviceClock clock;
    private final PhaseProgress progress;
    private final Runnable allDone;
    private final AtomicInteger open = new AtomicInteger(1);

    TaskRun(
            Phase phase,
            BootRecord record,
            Timeline timeline,
            DeviceClock clock,
            PhaseProgress progress,
            Runnable allDone) {
        this.phase = phase;
        this.record = record;
        this.timeline = timeline;
        this.clock = clock;
        this.progress = progress;
        this.allDone = allDone;
    }

    void start(List<PhaseTask> tasks) {
        Set<String> names = new HashSet<>();
        for (PhaseTask task : tasks) {
            String name = task.name();
            for (int i = 2; !names.add(name); i++) {
                name = task.name() + " " + i;
            }
            start(task, name);
        }
        over(); // the 1 that kept the count up while tasks were added
    }

    private void start(PhaseTask task, String name) {
        open.incrementAndGet();
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> earlier = record.startTask(phase.label() + '/' + name, done);
        if (earlier != null) {
            earlier.whenComplete((result, failure) -> over());
            return;
        }
        done.whenComplete((result, failure) -> over());
        int span = progress.beginTask(name, clock.monotonicNanos());
        run(task)
                .whenComplete(
                        (result, failure) -> {
                            timeline.end(span, clock.monotonicNanos());
                            if (failure != null) {
                                failed(name, failure);
                            }
                            done.complete(null);
                        });
    }

    private static CompletionStage<?> run(PhaseTask task) {
        try {
            CompletionStage<?> stage = task.run();
            return stage == null ? CompletableFuture.completedStage(null) : stage;
        } catch (RuntimeException | LinkageError e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private void failed(String name, Throwable failure) {
        LOG.warn("phase task failed phase={} task={}", phase.label(), name, failure);
        record.failed("task " + name + " of phase " + phase.label(), "failed: " + failure);
    }

    private void over() {
        if (open.decrementAndGet() == 0) {
            allDone.run();
        }
    }
}
