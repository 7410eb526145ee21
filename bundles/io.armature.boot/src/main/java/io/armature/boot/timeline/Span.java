package io.armature.boot.timeline;

import java.util.List;

/**
 * Something that took time.
 *
 * @param id its place in the record
 * @param startNanos kernel's monotonic clock
 * @param endNanos -1 while it lasts
 * @param thread the thread it ran on, empty if it had none
 * @param after ids of what it could not start before
 */
public record Span(
        int id,
        Kind kind,
        String name,
        long startNanos,
        long endNanos,
        String thread,
        List<Integer> after) {

    /** What can take time. */
    public enum Kind {
        STUB,
        JVM,
        LAUNCHER,
        FRAMEWORK,
        BUNDLE,
        COMPONENT,
        TASK,
        MILESTONE,
        PHASE;

        /** As shown to users. */
        public String label() {
            return switch (this) {
                case STUB -> "stub";
                case JVM -> "jvm";
                case LAUNCHER -> "launcher";
                case FRAMEWORK -> "framework";
                case BUNDLE -> "bundle";
                case COMPONENT -> "component";
                case TASK -> "task";
                case MILESTONE -> "milestone";
                case PHASE -> "phase";
            };
        }
    }

    /** True once it is over. */
    public boolean ended() {
        return endNanos >= 0;
    }
}
