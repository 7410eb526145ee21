package io.armature.boot;

import io.armature.boot.api.Phase;
import io.armature.boot.conductor.PhaseProgress;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.Span.Kind;
import io.armature.boot.timeline.Stamps;
import io.armature.boot.timeline.Timeline;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** A boot that is written down, not run: the JVM started 10 s after the kernel. */
public final class RecordedBoot {

    private static final long JVM_NANOS = 10_000_000_000L;

    private final BootRecord record = new BootRecord(new ConcurrentHashMap<>());
    private final Timeline timeline = new Timeline(record);

    public RecordedBoot() {
        record.note(Stamps.JVM_START, JVM_NANOS);
    }

    /** Notes a span; times in microseconds since the JVM's start, a negative end: it lasts. */
    public int span(Kind kind, String name, long start, long end, int... after) {
        return timeline.add(kind, name, nanos(start), end < 0 ? -1 : nanos(end), after);
    }

    /** Notes a phase; times as with {@link #span}. */
    public void phase(Phase phase, long start, long end) {
        record.note(phase.label() + ":start", nanos(start));
        if (end >= 0) {
            record.note(phase.label() + ":end", nanos(end));
        }
    }

    /** The picture of it; every phase that is not done waits for a task. */
    public BootView view() {
        return view(List.of());
    }

    /** As the other, with what components of every finished phase lack. */
    public BootView view(List<String> lacks) {
        List<PhaseProgress> progress =
                Arrays.stream(Phase.values())
                        .map(phase -> new PhaseProgress(phase, record, timeline))
                        .toList();
        BootFacts facts = new BootFacts("boot", "device", "0.1.0", "generic-x86_64", "used");
        return new BootView(
                () -> progress,
                record,
                timeline,
                facts,
                phase -> phase.endNanos() < 0 ? List.of("task mount is running") : lacks);
    }

    private static long nanos(long micros) {
        return JVM_NANOS + micros * 1_000;
    }
}
