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

/**
 * A boot as a table of phases and a waterfall of spans, at most as wide as the terminal. Times are
 * milliseconds since the JVM started; those under KERNEL since the kernel did.
 */
final class TimelineText {

    private static final int NARROWEST = 72;
    private static final int WIDEST = 160;
    private static final int DEFAULT = 100;
    private static final int LONGEST_STEPS = 5;
    private static final int PHASE = 18;
    private static final int[] PHASE_NUMBERS = {12, 12, 14, 14};
    private static final int SHORTEST_NAME = 20;
    private static final int LONGEST_NAME = 38;
    private static final int SHORTEST_BAR = 20;
    private static final int START = 10;
    private static final int KERNEL = 14;
    private static final int TOOK = 9;
    private static final int MARK = 2;
    private static final int NUMBERS = MARK + START + KERNEL + TOOK + MARK;

    private final BootView view;
    private final List<Span> spans;
    private final BitSet critical;
    private final long jvm;
    private final int width;
    private final int name;
    private final int bar;

    /**
     * @param columns of the terminal, 0 if it has none
     */
    TimelineText(BootView view, int columns) {
        this.view = view;
        spans = view.spans();
        critical = CriticalPath.of(spans);
        jvm = view.jvmStartNanos();
        width = columns == 0 ? DEFAULT : Math.min(WIDEST, Math.max(NARROWEST, columns));
        int room = width - NUMBERS;
        name = Math.max(SHORTEST_NAME, Math.min(LONGEST_NAME, room - SHORTEST_BAR));
        bar = room - name;
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
        row(text, "PHASE", "START", "DONE", "KERNEL START", "KERNEL DONE");
        for (PhaseProgress progress : view.phases()) {
            long start = progress.startNanos();
            long end = progress.endNanos();
            boolean done = end >= 0;
            row(
                    text,
                    progress.phase().label(),
                    millis(start - jvm),
                    done ? millis(end - jvm) : "-",
                    millis(start),
                    done ? millis(end) : "-");
            for (String reason : view.waiting(progress)) {
                text.append(done ? "    fault: " : "    waits: ").append(reason).append('\n');
            }
        }
    }

    private static void row(StringBuilder text, String name, String... numbers) {
        text.append(name).append(" ".repeat(Math.max(1, PHASE - name.length())));
        for (int i = 0; i < numbers.length; i++) {
            right(text, numbers[i], PHASE_NUMBERS[i]);
        }
        text.append('\n');
    }

    private static void right(StringBuilder text, String number, int width) {
        text.append(" ".repeat(Math.max(1, width - number.length()))).append(number);
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
        text.append(" ".repeat(MARK)).append("STEP").append(" ".repeat(name - 4));
        right(text, "START", START);
        right(text, "KERNEL START", KERNEL);
        right(text, "TOOK", TOOK);
        text.append('\n');
        shown.sort(Comparator.comparingLong(Span::startNanos).thenComparingInt(Span::id));
        for (Span span : shown) {
            line(text, span, from, Math.max(1, to - from));
        }
    }

    private void line(StringBuilder text, Span span, long from, long range) {
        String indent = span.kind() == Kind.COMPONENT ? "  " : "";
        String label = indent + shortened(span.name(), name - indent.length() - 1);
        String mark = critical.get(span.id()) ? "#" : "=";
        text.append(critical.get(span.id()) ? "* " : "  ");
        text.append(label).append(" ".repeat(name - label.length()));
        right(text, millis(span.startNanos() - jvm), START);
        right(text, millis(span.startNanos()), KERNEL);
        right(text, span.ended() ? millis(span.endNanos() - span.startNanos()) : "-", TOOK);
        int first = (int) ((span.startNanos() - from) * (bar - 1) / range);
        long end = span.ended() ? span.endNanos() : from + range;
        int last = (int) ((end - from) * (bar - 1) / range);
        text.append(" ".repeat(MARK + first)).append(mark.repeat(1 + Math.max(0, last - first)));
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
                .filter(span -> span.kind() != Kind.COMPONENT && span.ended())
                .forEach(path::add);
        path.sort(Comparator.comparingLong(Span::startNanos));
        List<Span> longest = new ArrayList<>(path);
        longest.sort(Comparator.comparingLong(span -> span.startNanos() - span.endNanos()));
        String lead =
                "critical path: " + path.size() + " steps" + (path.isEmpty() ? "" : "; longest:");
        text.append(lead);
        int column = lead.length();
        List<Span> shown = longest.subList(0, Math.min(LONGEST_STEPS, longest.size()));
        for (int i = 0; i < shown.size(); i++) {
            Span span = shown.get(i);
            String item =
                    " "
                            + shortened(span.name(), LONGEST_NAME)
                            + ' '
                            + millis(span.endNanos() - span.startNanos())
                            + (i + 1 < shown.size() ? "," : "");
            if (column + item.length() > width) {
                text.append("\n ");
                column = 1;
            }
            text.append(item);
            column += item.length();
        }
        text.append('\n');
    }

    private static String millis(long nanos) {
        long tenths = Math.round(nanos / 100_000.0);
        String sign = tenths < 0 ? "-" : "";
        return sign + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10;
    }
}
