package io.armature.platform.settings;

import java.util.List;

/**
 * One setting that a bundle declares.
 *
 * @param id what Configuration Admin calls it
 * @param many true for a list of values
 * @param fallback the bundle's default as text
 * @param min inclusive, empty for none
 * @param max inclusive, empty for none
 * @param options allowed values, empty for any
 */
record Setting(
        String pid,
        String id,
        ValueType type,
        boolean many,
        String fallback,
        String min,
        String max,
        List<String> options,
        String description) {

    /** The name that users write. */
    String key() {
        return id.replace('.', '_');
    }

    /** What is allowed, for people. */
    String allowed() {
        if (!options.isEmpty()) {
            return "one of " + String.join(", ", options);
        }
        String what = type.label() + (many ? " list" : "");
        if (min.isEmpty() && max.isEmpty()) {
            return what;
        }
        String unit = type == ValueType.STRING || type == ValueType.PASSWORD ? " characters" : "";
        if (max.isEmpty()) {
            return what + " from " + min + unit;
        }
        return what + (min.isEmpty() ? "" : " from " + min) + " to " + max + unit;
    }
}
