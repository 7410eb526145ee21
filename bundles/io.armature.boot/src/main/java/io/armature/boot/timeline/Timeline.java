package io.armature.boot.timeline;

import io.armature.boot.timeline.Span.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records spans into the boot record: cheap, from any thread, at most {@value #MOST} of them, which
 * the console's limit of 256 KiB a source holds.
 */
public final class Timeline {

    /** What a span is waiting for when nothing else is known. */
    public static final int NONE = -1;

    private static final int MOST = 1_280;
    private static final Kind[] KINDS = Kind.values();

    private final List<Map<String, Object>> spans;

    public Timeline(BootRecord record) {
        spans = record.spans();
    }

    /**
     * Notes a start on the calling thread.
     *
     * @param after ids of what it could not start before; {@link #NONE} is left out
     * @return its id
     */
    public int begin(Kind kind, String name, long startNanos, int... after) {
        return add(kind, name, startNanos, -1L, Thread.currentThread().getName(), after);
    }

    /** Notes something that is over. */
    public int add(Kind kind, String name, long startNanos, long endNanos, int... after) {
        return add(kind, name, startNanos, endNanos, "", after);
    }

    private int add(Kind kind, String name, long start, long end, String thread, int... after) {
        int[] known = Arrays.stream(after).filter(id -> id >= 0).toArray();
        Map<String, Object> fields = new HashMap<>(8);
        fields.put("kind", kind.ordinal());
        fields.put("name", name);
        fields.put("start", start);
        fields.put("end", end);
        fields.put("thread", thread);
        fields.put("after", known);
        synchronized (spans) {
            if (spans.size() >= MOST) {
                return NONE;
            }
            spans.add(fields);
            return spans.size() - 1;
        }
    }

    /** Notes an end; a later end of the same span replaces it. */
    public void end(int id, long endNanos) {
        if (id >= 0) {
            synchronized (spans) {
                spans.get(id).put("end", endNanos);
            }
        }
    }

    /** A copy of all spans, in the order they began to be recorded. */
    public List<Span> spans() {
        synchronized (spans) {
            List<Span> copy = new ArrayList<>(spans.size());
            for (int id = 0; id < spans.size(); id++) {
                copy.add(span(id, spans.get(id)));
            }
            return copy;
        }
    }

    private static Span span(int id, Map<String, Object> fields) {
        return new Span(
                id,
                KINDS[(Integer) fields.get("kind")],
                (String) fields.get("name"),
                (Long) fields.get("start"),
                (Long) fields.get("end"),
                (String) fields.get("thread"),
                Arrays.stream((int[]) fields.get("after")).boxed().toList());
    }
}
