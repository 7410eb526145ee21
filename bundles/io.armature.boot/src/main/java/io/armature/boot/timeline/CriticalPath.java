package io.armature.boot.timeline;

import io.armature.boot.timeline.Span.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The chain of spans that a milestone really waited for. */
public final class CriticalPath {

    private CriticalPath() {}

    /**
     * Walks back from the last milestone: of all that a span could not start before, the one that
     * ended last held it up. Components that ran on the same thread within a span of the chain
     * belong to it.
     *
     * @param spans ids are places in this list
     * @return ids of the critical spans
     */
    public static BitSet of(List<Span> spans) {
        BitSet critical = new BitSet(spans.size());
        Span at = goal(spans);
        while (at != null && !critical.get(at.id())) {
            critical.set(at.id());
            at = latest(spans, at);
        }
        for (Span span : spans) {
            if (span.kind() == Kind.COMPONENT && within(spans, critical, span)) {
                critical.set(span.id());
            }
        }
        return critical;
    }

    private static Span goal(List<Span> spans) {
        Span goal = null;
        for (Span span : spans) {
            if (span.kind() == Kind.MILESTONE
                    && (goal == null || span.startNanos() >= goal.startNanos())) {
                goal = span;
            }
        }
        return goal;
    }

    private static Span latest(List<Span> spans, Span of) {
        Span latest = null;
        for (int id : of.after()) {
            Span span = spans.get(id);
            if (span.ended() && (latest == null || span.endNanos() > latest.endNanos())) {
                latest = span;
            }
        }
        return latest;
    }

    private static boolean within(List<Span> spans, BitSet critical, Span component) {
        List<Span> chain = new ArrayList<>();
        critical.stream().forEach(id -> chain.add(spans.get(id)));
        for (Span span : chain) {
            if (span.kind() != Kind.COMPONENT
                    && span.thread().equals(component.thread())
                    && span.startNanos() <= component.startNanos()
                    && span.endNanos() >= component.startNanos()) {
                return true;
            }
        }
        return false;
    }
}
