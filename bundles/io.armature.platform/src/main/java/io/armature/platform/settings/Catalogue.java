package io.armature.platform.settings;

import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings that the slot's bundles declare and the values that its features set: the file
 * {@code settings}, described in {@code docs/formats/settings.md}.
 */
final class Catalogue {

    static final String FIRST_LINE = "armature-settings 1";
    static final int LONGEST_BYTES = 1 << 20;

    /** A feature's or profile's value in place of a bundle's default. */
    record Feature(String pid, String id, String value, String origin) {}

    private final Map<String, Map<String, Setting>> settings = new TreeMap<>();
    private final List<Feature> features = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    private Catalogue() {}

    /** Reads the file; one that cannot be used gives an empty catalogue with a fault. */
    static Catalogue read(Path file) {
        Catalogue catalogue = new Catalogue();
        try {
            if (Files.size(file) > LONGEST_BYTES) {
                throw new IOException("longer than " + LONGEST_BYTES + " bytes");
            }
            catalogue.parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            catalogue.fault(file.toString(), "cannot be read (" + FailureText.of(e) + ")");
        }
        return catalogue;
    }

    static Catalogue of(String text) {
        Catalogue catalogue = new Catalogue();
        catalogue.parse(text);
        return catalogue;
    }

    private void parse(String text) {
        int end = text.indexOf('\n');
        if (end < 0 || !text.substring(0, end).equals(FIRST_LINE)) {
            fault("settings", "is not of version 1; settings are not checked, defaults are used");
            return;
        }
        for (int start = end + 1; start < text.length(); start = end + 1) {
            end = text.indexOf('\n', start);
            if (end < 0) {
                fault("settings", "ends without a line break");
                return;
            }
            line(fields(text.substring(start, end)));
        }
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>(10);
        int start = 0;
        for (int tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', start)) {
            fields.add(line.substring(start, tab));
            start = tab + 1;
        }
        fields.add(line.substring(start));
        return fields;
    }

    private void line(List<String> f) {
        switch (f.get(0)) {
            case "pid" -> {
                if (f.size() >= 2) {
                    settings.computeIfAbsent(f.get(1), pid -> new TreeMap<>());
                }
            }
            case "setting" -> setting(f);
            case "feature" -> {
                if (f.size() == 5) {
                    features.add(new Feature(f.get(1), f.get(2), f.get(3), f.get(4)));
                } else {
                    fault("settings", "broken line: " + String.join(" ", f));
                }
            }
            default -> {} // of a later writer
        }
    }

    private void setting(List<String> f) {
        Optional<ValueType> type = f.size() == 10 ? ValueType.written(f.get(3)) : Optional.empty();
        if (type.isEmpty()) {
            fault("settings", "broken line: " + String.join(" ", f));
            return;
        }
        Setting setting =
                new Setting(
                        f.get(1),
                        f.get(2),
                        type.get(),
                        f.get(4).equals("many"),
                        f.get(5),
                        f.get(6),
                        f.get(7),
                        elements(f.get(8)),
                        f.get(9));
        settings.computeIfAbsent(setting.pid(), pid -> new TreeMap<>()).put(setting.key(), setting);
    }

    /** Splits a list: {@code ,} separates, {@code \} takes the next character as it is. */
    static List<String> elements(String text) {
        List<String> elements = new ArrayList<>();
        if (text.isEmpty()) {
            return elements;
        }
        StringBuilder element = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                element.append(text.charAt(++i));
            } else if (c == ',') {
                elements.add(element.toString());
                element.setLength(0);
            } else {
                element.append(c);
            }
        }
        elements.add(element.toString());
        return elements;
    }

    private void fault(String subject, String reason) {
        faults.add(new Fault("configuration", subject, reason));
    }

    /** By PID, then key. */
    Map<String, Map<String, Setting>> settings() {
        return settings;
    }

    List<Feature> features() {
        return features;
    }

    List<Fault> faults() {
        return faults;
    }
}
