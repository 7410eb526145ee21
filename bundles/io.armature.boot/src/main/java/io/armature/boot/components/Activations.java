package io.armature.boot.components;

import io.armature.boot.timeline.Span.Kind;
import io.armature.boot.timeline.Timeline;
import java.util.HashMap;
import java.util.Map;

/** Makes spans of components from what the component runtime says while it activates them. */
public final class Activations {

    private static final String BEGIN = "This thread collected dependencies";
    private static final String END = "Set implementation object for component";

    private final Timeline timeline;
    private final Map<String, Long> begun = new HashMap<>();

    public Activations(Timeline timeline) {
        this.timeline = timeline;
    }

    /**
     * Hears a debug message, from any thread.
     *
     * @param component the component's name
     */
    void hear(String component, String message) {
        if (message.endsWith(BEGIN)) {
            long now = System.nanoTime();
            synchronized (this) {
                begun.put(component, now);
            }
        } else if (message.endsWith(END)) {
            long now = System.nanoTime();
            Long start;
            synchronized (this) {
                start = begun.remove(component);
            }
            int span = timeline.begin(Kind.COMPONENT, component, start == null ? now : start);
            timeline.end(span, now);
        }
    }
}
