package io.armature.boot.application;

import java.util.ArrayList;
import java.util.List;

/**
 * How often something may be started again: at most so many ends within a window. The window's
 * boundary counts, so an end exactly one window ago is still in it.
 *
 * @param limit ends that are still answered by a start
 * @param windowSeconds length of the window
 * @param ends seconds of earlier ends, oldest first
 */
record RespawnWindow(int limit, long windowSeconds, List<Long> ends) {

    RespawnWindow {
        ends = List.copyOf(ends);
    }

    /** The application's: 6 in 60 s. */
    static RespawnWindow ofApplication() {
        return new RespawnWindow(6, 60, List.of());
    }

    /** Adds an end and forgets those that are too old. */
    RespawnWindow ended(long nowSeconds) {
        List<Long> kept = new ArrayList<>();
        for (long end : ends) {
            if (end >= nowSeconds - windowSeconds) {
                kept.add(end);
            }
        }
        kept.add(nowSeconds);
        return new RespawnWindow(limit, windowSeconds, kept);
    }

    /** True if the last end may be answered by a start. */
    boolean mayStart() {
        return ends.size() <= limit;
    }

    /** The ends as a text that {@link #restored} reads. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (long end : ends) {
            text.append(text.length() == 0 ? "" : ",").append(end);
        }
        return text.toString();
    }

    /** The window with the ends of a text, null for none. */
    RespawnWindow restored(String text) {
        List<Long> restored = new ArrayList<>();
        if (text != null && !text.isEmpty()) {
            for (String end : text.split(",")) {
                restored.add(Long.valueOf(end));
            }
        }
        return new RespawnWindow(limit, windowSeconds, restored);
    }
}
