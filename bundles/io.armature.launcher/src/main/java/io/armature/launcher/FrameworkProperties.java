package io.armature.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the slot's features want the framework to be told: the lines {@code framework.<key>=<value>}
 * of its profile, docs/formats/profile.md.
 */
final class FrameworkProperties {

    private static final String PREFIX = "framework.";

    private FrameworkProperties() {}

    /**
     * Reads the profile. The map may be changed.
     *
     * @throws LaunchException if there is no readable profile
     */
    static Map<String, String> read(Path profile) throws LaunchException {
        String text;
        try {
            text = new String(Files.readAllBytes(profile), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw LaunchException.refused("profile cannot be read: " + e);
        }
        Map<String, String> properties = new HashMap<>();
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            int equals = text.indexOf('=', start);
            if (text.startsWith(PREFIX, start) && equals >= 0 && equals < end) {
                properties.put(
                        text.substring(start + PREFIX.length(), equals),
                        text.substring(equals + 1, end));
            }
            start = end + 1;
        }
        return properties;
    }
}
