package io.armature.composer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compiles a slot's settings file, docs/formats/settings.md. */
final class SettingsFile {

    private static final String FIRST_LINE = "armature-settings 1";

    private final List<String> lines = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Setting> settings = new HashMap<>();
    private final Map<String, String> origins = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();

    private SettingsFile() {}

    /** The file's text. */
    static String compile(Composition composition) throws CompositionException {
        SettingsFile file = new SettingsFile();
        for (ShippedBundle bundle : composition.bundles()) {
            if (bundle.own()) {
                file.add(bundle);
            }
        }
        for (Feature feature : composition.features()) {
            file.add("Feature " + feature.name(), feature.name(), feature.configurations());
        }
        FirmwareProfile profile = composition.profile();
        Map<String, String> ofFeatures = Map.copyOf(file.values);
        file.values.clear();
        file.add("Profile " + profile.name(), profile.name(), profile.configurations());
        ofFeatures.forEach(file.values::putIfAbsent);
        return file.text();
    }

    private void add(ShippedBundle bundle) throws CompositionException {
        Metatype metatype = Metatype.of(bundle);
        metatype.names()
                .forEach(
                        (pid, name) ->
                                lines.add(String.join("\t", "pid", pid, bundle.name(), name)));
        for (Setting setting : metatype.settings()) {
            if (settings.putIfAbsent(setting.pid() + "\t" + setting.key(), setting) != null) {
                faults.add(
                        "%s has two settings %s of %s."
                                .formatted(bundle.name(), setting.key(), setting.pid()));
            }
            lines.add(setting.line());
        }
    }

    private void add(String who, String origin, Map<String, Map<String, Object>> configurations) {
        configurations.forEach(
                (pid, keys) -> keys.forEach((key, value) -> add(who, origin, pid, key, value)));
    }

    private void add(String who, String origin, String pid, String key, Object value) {
        Setting setting = settings.get(pid + "\t" + key);
        if (setting == null) {
            faults.add("%s sets %s of %s, which no bundle knows.".formatted(who, key, pid));
            return;
        }
        String text = setting.accept(value).orElse(null);
        if (text == null) {
            faults.add(
                    "%s sets %s of %s to %s, allowed is %s."
                            .formatted(who, key, pid, value, setting.allowedValues()));
            return;
        }
        String place = pid + "\t" + setting.id();
        String line = String.join("\t", "feature", pid, setting.id(), text, origin);
        String other = values.putIfAbsent(place, line);
        String firstOrigin = origins.putIfAbsent(place, who + "=" + text);
        if (other != null && firstOrigin != null && !firstOrigin.endsWith("=" + text)) {
            faults.add(
                    "%s sets %s of %s to %s, another feature differs: %s."
                            .formatted(who, key, pid, text, firstOrigin));
        }
    }

    private String text() throws CompositionException {
        if (!faults.isEmpty()) {
            throw new CompositionException(faults);
        }
        lines.addAll(values.values());
        lines.sort(
                (a, b) ->
                        Arrays.compareUnsigned(
                                a.getBytes(StandardCharsets.UTF_8),
                                b.getBytes(StandardCharsets.UTF_8)));
        return FIRST_LINE + "\n" + String.join("", lines.stream().map(l -> l + "\n").toList());
    }
}
