package io.armature.platform.settings;

import java.util.List;

/**
 * A value as written in a file of {@code etc/armature}.
 *
 * @param file the file's name
 * @param values the texts; one, unless it was a list
 * @param kind how it was written
 */
record GivenValue(String file, String pid, String key, List<String> values, Kind kind) {

    /** How a value was written. */
    enum Kind {
        TEXT,
        NUMBER,
        BOOLEAN,
        TEXT_LIST,
        NUMBER_LIST,
        BOOLEAN_LIST,
        EMPTY_LIST,
        OTHER
    }

    String subject() {
        return "etc/armature/" + file + ": " + pid + "/" + key;
    }

    String shown() {
        String text = String.join(",", values);
        return text.length() <= 64 ? text : text.substring(0, 61) + "...";
    }
}
