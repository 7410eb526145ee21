package io.armature.boot.conductor;

import static io.armature.boot.timeline.Timeline.NONE;

import io.armature.boot.api.Phase;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.Span.Kind;
import io.armature.boot.timeline.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far one phase is. What matters to a later conductor of the same boot goes into the record at
 * once. Any thread may call this.
 */
public final class PhaseProgress {

    private enum Tasks {
        NOT_STARTED,
        RUNNING,
        DONE
    }

    private enum Publication {
        NONE,
        STARTED,
        SETTLED
    }

    private final Phase phase;
    private final BootRecord record;
    private final Timeline timeline;
    private final List<Integer> taskSpans = new ArrayList<>();

    private Tasks tasks = Tasks.NOT_STARTED;
    private Publication publication = Publication.NONE;
    private int[] before = {};
    private int lastBundle = NONE;
    private int announcement = NONE;

    /** What the record knows of that phase. */
    public PhaseProgress(Phase phase, BootRecord record, Timeline timeline) {
        this.phase = phase;
        this.record = record;
        this.timeline = timeline;
    }

    /** Takes over what an earlier conductor did; true if the milestone is published. */
    synchronized boolean adopt() {
        boolean published = phase.milestone().map(record::published).orElse(-1L) >= 0;
        if (published) {
            tasks = Tasks.DONE;
            publication = Publication.SETTLED;
        }
        return published;
    }

    synchronized void begin(long nanos, int... causes) {
        if (startNanos() < 0) {
            number("start", nanos);
        }
        before = causes;
    }

    void levelDone(long nanos) {
        number("level", nanos);
        synchronized (this) {
            // what the start-level thread did for the last bundle belongs to it
            timeline.end(lastBundle, nanos);
        }
    }

    /** True the first time in a boot. */
    boolean applicationStarted(long nanos) {
        if (record.number(key("bundles"), -1) >= 0) {
            return false;
        }
        number("bundles", nanos);
        return true;
    }

    synchronized void announced(long nanos) {
        if (announcement == NONE) {
            long from = Math.min(nanos, record.number(key("level"), nanos));
            announcement =
                    timeline.add(
                            Kind.TASK,
                            "announcement by " + record.announcedBy(),
                            from,
                            nanos,
                            started());
        }
    }

    /** The last bundle of the level whose start began. */
    public synchronized void bundle(int span) {
        lastBundle = span;
    }

    synchronized boolean startTasks() {
        if (tasks != Tasks.NOT_STARTED) {
            return false;
        }
        tasks = Tasks.RUNNING;
        return true;
    }

    synchronized int beginTask(String name, long nanos) {
        int span = timeline.begin(Kind.TASK, name, nanos, started());
        taskSpans.add(span);
        return span;
    }

    synchronized void finishTasks() {
        tasks = Tasks.DONE;
    }

    synchronized boolean tasksDone() {
        return tasks == Tasks.DONE;
    }

    synchronized void publishing(long nanos) {
        publication = Publication.STARTED;
        if (startNanos() >= 0 && endNanos() < 0) {
            timeline.add(Kind.PHASE, phase.label(), startNanos(), nanos);
        }
        number("end", nanos);
    }

    synchronized boolean isPublishing() {
        return publication != Publication.NONE;
    }

    synchronized void settled() {
        publication = Publication.SETTLED;
    }

    synchronized boolean isSettled() {
        return publication == Publication.SETTLED;
    }

    /** Spans after which every bundle of the level was started. */
    private int[] started() {
        return lastBundle == NONE ? before : new int[] {lastBundle};
    }

    /** Spans that the milestone waited for: bundles, announcement, tasks. */
    synchronized int[] causes() {
        int[] started = started();
        int[] causes = Arrays.copyOf(started, started.length + 1 + taskSpans.size());
        causes[started.length] = announcement;
        for (int i = 0; i < taskSpans.size(); i++) {
            causes[started.length + 1 + i] = taskSpans.get(i);
        }
        return causes;
    }

    void milestoneSpan(int span) {
        number("milestone", span);
    }

    int milestoneSpan() {
        return (int) record.number(key("milestone"), NONE);
    }

    public Phase phase() {
        return phase;
    }

    /** When its level was asked for, -1 before that. */
    public long startNanos() {
        return record.number(key("start"), -1);
    }

    /** When its milestone was due, -1 before that. */
    public long endNanos() {
        return record.number(key("end"), -1);
    }

    /** Names of its tasks that are not over. */
    public List<String> openTasks() {
        String prefix = phase.label() + '/';
        List<String> names = new ArrayList<>();
        for (String key : record.openTasks()) {
            if (key.startsWith(prefix)) {
                names.add(key.substring(prefix.length()));
            }
        }
        names.sort(null);
        return names;
    }

    private void number(String name, long value) {
        record.note(key(name), value);
    }

    private String key(String name) {
        return phase.label() + ':' + name;
    }
}
