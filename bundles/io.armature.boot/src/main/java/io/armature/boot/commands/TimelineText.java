package io.armature.boot.commands;

import io.armature.boot.BootView;
import io.armature.boot.conductor.PhaseProgress;
import io.armature.boot.timeline.CriticalPath;
import io.armature.boot.timeline.Span;
import io.armature.boot.timeline.Span.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** A boot as a table of phases and a waterfall of spans. */
final class TimelineText {

    private static final int NARROWEST = 60;
    private static final int WIDEST = 160;
    private static final int DEFAULT = 100;
    private static final int NAME = 38;
    private static final int NUMBERS = 2 + 10 + 9 + 2;

    private final BootView view;
    private final List<Span> spans;
    private final BitSet critical;
    private final long jvm;
    private final int bar;

    /**
     * @param columns of the terminal, 0 if it has none
     */
    TimelineText(BootView view, int columns) {
        this.view = view;
        spans = view.spans();
        critical = CriticalPath.of(spans);
        jvm = view.jvmStartNanos();
        int width = columns == 0 ? DEFAULT : Math.min(WIDEST, Math.max(NARROWEST, columns));
        bar = Math.max(10, width - NAME - NUMBERS);
    }

    String render(boolean criticalOnly) {
        StringBuilder text = new StringBuilder(8_192);
        phases(text);
        text.append('\n');
        waterfall(text, criticalOnly);
        text.append('\n');
        critical(text);
        text.append("class archive: ").append(view.archive()).append('\n');
        return text.toString();
    }

    private void phases(StringBuilder text) {
        row(text, "PHASE", "START", "DONE", "KERNEL");
        for (PhaseProgress progress : view.phases()) {
            boolean done = progress.endNanos() >= 0;
            row(
                    text,
                    progress.phase().label(),
                    millis(progress.startNanos() - jvm),
                    done ? millis(progress.endNanos() - jvm) : "-",
                    done ? millis(progress.endNanos()) : "-");
            if (!done) {
                for (String reason : view.waiting(progress)) {
                    text.append("    waits: ").append(reason).append('\n');
                }
            }
        }
    }

    private static void row(StringBuilder text, String name, String... numbers) {
        text.append(name).append(" ".repeat(Math.max(1, 18 - name.length())));
        for (String number : numbers) {
            text.append(" ".repeat(Math.max(1, 13 - number.length()))).append(number);
        }
        text.append('\n');
    }

    private void waterfall(StringBuilder text, boolean criticalOnly) {
        List<Span> shown = new ArrayList<>();
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (Span span : spans) {
            if (span.kind() != Kind.PHASE && (!criticalOnly || critical.get(span.id()))) {
                shown.add(span);
                from = Math.min(from, span.startNanos());
                to = Math.max(to, Math.max(span.startNanos(), span.endNanos()));
            }
        }
        shown.sort(Comparator.comparingLong(Span::startNanos).thenComparingInt(Span::id));
        for (Span span : shown) {
            line(text, span, from, Math.max(1, to - from));
        }
    }

    private void line(StringBuilder text, Span span, long from, long range) {
        String indent = span.kind() == Kind.COMPONENT ? "  " : "";
        String name = indent + shortened(span.name(), NAME - indent.length() - 1);
        text.append(critical.get(span.id()) ? "* " : "  ");
        text.append(name).append(" ".repeat(NAME - name.length()));
        String start = millis(span.startNanos() - jvm);
        String took = span.ended() ? millis(span.endNanos() - span.startNanos()) : "-";
        text.append(" ".repeat(Math.max(0, 10 - start.length()))).append(start);
        text.append(" ".repeat(Math.max(1, 9 - took.length()))).append(took).append("  ");
        int first = (int) ((span.startNanos() - from) * (bar - 1) / range);
        long end = span.ended() ? span.endNanos() : from + range;
        int last = (int) ((end - from) * (bar - 1) / range);
        text.append(" ".repeat(first)).append(critical.get(span.id()) ? '#' : '=');
        text.append((critical.get(span.id()) ? "#" : "=").repeat(Math.max(0, last - first)));
        text.append('\n');
    }

    /** The end of a name tells more than its beginning. */
    private static String shortened(String name, int most) {
        String own = name.startsWith("io.armature.") ? name.substring(12) : name;
        return own.length() <= most ? own : ".." + own.substring(own.length() - most + 2);
    }

    private void critical(StringBuilder text) {
        List<Span> path = new ArrayList<>();
        critical.stream()
                .mapToObj(spans::get)
                .filter(span -> span.kind() != Kind.COMPONENT)
                .forEach(path::add);
        path.sort(Comparator.comparingLong(Span::startNanos));
        List<Span> longest = new ArrayList<>(path);
        longest.sort(Comparator.comparingLong(span -> span.startNanos() - span.endNanos()));
        text.append("critical path: ").append(path.size()).append(" steps; longest:");
        for (Span span : longest.subList(0, Math.min(5, longest.size()))) {
            text.append(" ").append(shortened(span.name(), NAME)).append(' ');
            text.append(millis(span.endNanos() - span.startNanos()));
        }
        text.append('\n');
    }

    private static String millis(long nanos) {
        long tenths = Math.round(nanos / 100_000.0);
        String sign = tenths < 0 ? "-" : "";
        return sign + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10;
    }
}
