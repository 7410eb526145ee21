package io.armature.boot;

import io.armature.boot.api.Phase;
import io.armature.boot.conductor.PhaseProgress;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.CriticalPath;
import io.armature.boot.timeline.Span;
import io.armature.boot.timeline.Stamps;
import io.armature.boot.timeline.Timeline;
import io.armature.control.api.JsonText;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The boot of this moment as JSON: what boot.json, the console and the command line show. */
public final class BootView {

    private enum Looking {
        AT_OPEN_PHASES,
        AT_ALL_PHASES
    }

    private final Supplier<List<PhaseProgress>> progress;
    private final BootRecord record;
    private final Timeline timeline;
    private final BootFacts facts;
    private final Function<PhaseProgress, List<String>> waiting;

    /**
     * @param progress of all phases, in order
     * @param waiting what an unfinished phase waits for, what a finished one's components lack
     */
    BootView(
            Supplier<List<PhaseProgress>> progress,
            BootRecord record,
            Timeline timeline,
            BootFacts facts,
            Function<PhaseProgress, List<String>> waiting) {
        this.progress = progress;
        this.record = record;
        this.timeline = timeline;
        this.facts = facts;
        this.waiting = waiting;
    }

    /** The whole boot as one JSON object. */
    public String json() {
        return json(Looking.AT_ALL_PHASES);
    }

    /** As the other, but nobody looks at components of finished phases: cheap while it boots. */
    String jsonOfTheBoot() {
        return json(Looking.AT_OPEN_PHASES);
    }

    private String json(Looking looking) {
        long jvm = record.number(Stamps.JVM_START, 0);
        JsonText json = new JsonText().open('{');
        json.name("phase").value(done().label());
        json.name("boot_id").value(facts.bootId());
        json.name("device_id").value(facts.deviceId());
        json.name("version").value(facts.version());
        json.name("profile").value(facts.profile());
        json.name("archive").value(facts.archive());
        json.name("jvm_start_kernel_ms").millis(jvm);
        json.name("announced_by").value(record.announcedBy());
        json.name("phases").open('[');
        for (PhaseProgress begun : phases()) {
            phase(json, begun, jvm, looking);
        }
        json.close(']').name("spans").open('[');
        spans(json, jvm);
        return json.close(']').close('}').toString();
    }

    /** The last phase that is done. */
    public Phase done() {
        Phase last = Phase.FRAMEWORK;
        for (PhaseProgress phase : progress.get()) {
            if (phase.endNanos() >= 0) {
                last = phase.phase();
            }
        }
        return last;
    }

    /**
     * What an unfinished phase waits for, or why components of a finished one do not work; one
     * sentence each.
     */
    public List<String> waiting(PhaseProgress phase) {
        return waiting.apply(phase);
    }

    /** Phases that have begun, in order. */
    public List<PhaseProgress> phases() {
        return progress.get().stream().filter(p -> p.startNanos() >= 0).toList();
    }

    /** What was recorded so far. */
    public List<Span> spans() {
        return timeline.spans();
    }

    /** The JVM's start, kernel's monotonic clock. */
    public long jvmStartNanos() {
        return record.number(Stamps.JVM_START, 0);
    }

    /** Who announced, null if nobody has. */
    public String announcedBy() {
        return record.announcedBy();
    }

    /** Whether the class archive was used: {@code used}, {@code stale} or {@code absent}. */
    public String archive() {
        return facts.archive();
    }

    private void phase(JsonText json, PhaseProgress phase, long jvm, Looking looking) {
        json.open('{').name("name").value(phase.phase().label());
        stamps(json, phase.startNanos(), phase.endNanos(), jvm);
        json.name("waiting").open('[');
        if (phase.endNanos() < 0 || looking == Looking.AT_ALL_PHASES) {
            waiting.apply(phase).forEach(json::value);
        }
        json.close(']').close('}');
    }

    private void spans(JsonText json, long jvm) {
        List<Span> spans = timeline.spans();
        BitSet critical = CriticalPath.of(spans);
        for (Span span : spans) {
            json.open('{').name("name").value(span.name());
            json.name("kind").value(span.kind().label());
            stamps(json, span.startNanos(), span.endNanos(), jvm);
            if (critical.get(span.id())) {
                json.name("critical").value(true);
            }
            json.close('}');
        }
    }

    /**
     * @param end negative while it lasts
     */
    private static void stamps(JsonText json, long start, long end, long jvm) {
        json.name("start_ms").millis(start - jvm).name("start_kernel_ms").millis(start);
        if (end >= 0) {
            json.name("end_ms").millis(end - jvm).name("end_kernel_ms").millis(end);
        }
    }
}
