package io.armature.itest.system;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How a command ended.
 *
 * @param code exit code
 */
record Outcome(int code, byte[] output, String error) {

    String text() {
        return new String(output, StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return text().lines().toList();
    }

    /** The output of a command that must succeed. */
    Outcome ok() {
        if (code != 0) {
            throw new AssertionError("exit code " + code + ", standard error: " + error);
        }
        return this;
    }
}
