package io.armature.boot.timeline;

import static io.armature.boot.timeline.Timeline.NONE;

import io.armature.boot.timeline.Span.Kind;
import java.util.ArrayList;
import java.util.List;

/** The launcher's stamps: {@code name=nanos} pairs joined with commas. */
public final class Stamps {

    /** Number in the record: the JVM's start, kernel's monotonic clock. */
    public static final String JVM_START = "jvm-start";

    /** Number in the record: the span that ended when the conductor began. */
    public static final String LAST = "launched-span";

    private record Stamp(String name, long nanos) {}

    private Stamps() {}

    /**
     * Records what happened before the conductor, once per boot.
     *
     * @param text of the property {@code armature.stamps}, null if there is none
     * @param bundles starts of level 1 in the same form, null if there are none
     * @return id of the last span
     */
    public static int record(
            BootRecord record, Timeline timeline, String text, String bundles, long now) {
        int earlier = (int) record.number(LAST, -2);
        if (earlier != -2) {
            return earlier;
        }
        List<Stamp> stamps = parse(text);
        long jvm = now;
        int last = NONE;
        Stamp previous = null;
        for (Stamp stamp : stamps) {
            if (stamp.name().equals("jvm")) {
                jvm = stamp.nanos();
            }
            if (previous != null) {
                last = add(timeline, previous, stamp.name(), stamp.nanos(), last);
            }
            previous = stamp;
        }
        List<Stamp> starts = parse(bundles);
        if (previous != null) {
            long end = starts.isEmpty() ? now : starts.get(0).nanos();
            last = add(timeline, previous, "conductor", end, last);
        }
        for (int i = 0; i < starts.size(); i++) {
            Stamp start = starts.get(i);
            long end = i + 1 < starts.size() ? starts.get(i + 1).nanos() : now;
            last = timeline.add(Kind.BUNDLE, start.name(), start.nanos(), end, last);
        }
        record.note(JVM_START, jvm);
        record.note(LAST, last);
        return last;
    }

    private static int add(Timeline timeline, Stamp from, String to, long end, int after) {
        Kind kind =
                switch (from.name()) {
                    case "stub" -> Kind.STUB;
                    case "jvm" -> Kind.JVM;
                    default -> to.equals("conductor") ? Kind.FRAMEWORK : Kind.LAUNCHER;
                };
        String name =
                switch (kind) {
                    case STUB -> "stub";
                    case JVM -> "jvm";
                    case FRAMEWORK -> "framework";
                    default -> "launcher: " + to;
                };
        return timeline.add(kind, name, from.nanos(), end, after);
    }

    private static List<Stamp> parse(String text) {
        List<Stamp> stamps = new ArrayList<>();
        if (text != null) {
            int start = 0;
            while (start < text.length()) {
                int comma = text.indexOf(',', start);
                int end = comma < 0 ? text.length() : comma;
                int equals = text.indexOf('=', start);
                if (equals > start && equals < end) {
                    add(stamps, text.substring(start, equals), text.substring(equals + 1, end));
                }
                start = end + 1;
            }
        }
        stamps.sort((a, b) -> Long.compare(a.nanos(), b.nanos()));
        return stamps;
    }

    private static void add(List<Stamp> stamps, String name, String nanos) {
        try {
            stamps.add(new Stamp(name, Long.parseLong(nanos)));
        } catch (NumberFormatException e) {
            return; // a stamp is not worth a boot
        }
    }
}
