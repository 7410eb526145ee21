package io.armature.itest.guest;

import java.util.List;

/**
 * How a command ended.
 *
 * @param status exit status
 * @param lines what it printed, errors too
 */
public record Outcome(int status, List<String> lines) {

    /** Copies the lines. */
    public Outcome {
        lines = List.copyOf(lines);
    }

    /** The lines, each with its end. */
    public String text() {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** Itself, of a command that must succeed. */
    public Outcome ok() {
        if (status != 0) {
            throw new AssertionError("status " + status + ": " + text());
        }
        return this;
    }
}
