package io.armature.platform.settings;

import io.armature.platform.api.Fault;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the next start would make of a directory's files.
 *
 * @param faults what is wrong
 * @param shown every setting, by PID and key
 */
public record SettingsCheck(List<Fault> faults, List<Shown> shown) {

    /**
     * A setting for people.
     *
     * @param value as text; hidden for a password
     * @param origin {@code default}, a feature's or a file's name
     */
    public record Shown(
            String pid,
            String key,
            String value,
            String origin,
            String allowed,
            String description) {}

    /** Checks without changing anything. */
    public static SettingsCheck of(Path slotSettings, Path directory) {
        Catalogue catalogue = Catalogue.read(slotSettings);
        Verdict verdict = EtcFiles.read(directory).check(catalogue);
        List<Shown> shown = new ArrayList<>();
        for (Map<String, Setting> settings : catalogue.settings().values()) {
            for (Setting setting : settings.values()) {
                shown.add(shown(setting, verdict));
            }
        }
        return new SettingsCheck(List.copyOf(verdict.faults()), shown);
    }

    private static Shown shown(Setting setting, Verdict verdict) {
        Object value = verdict.wanted().getOrDefault(setting.pid(), Map.of()).get(setting.id());
        String origin =
                verdict.origins().getOrDefault(setting.pid() + '/' + setting.id(), "default");
        return new Shown(
                setting.pid(),
                setting.key(),
                text(setting, value),
                origin,
                setting.allowed(),
                setting.description());
    }

    /** For people: the default if there is no value, hidden for a password. */
    static String text(Setting setting, Object value) {
        String text = value == null ? setting.fallback() : text(value);
        return setting.type() == ValueType.PASSWORD && !text.isEmpty() ? "********" : text;
    }

    private static String text(Object value) {
        if (!value.getClass().isArray()) {
            return value.toString();
        }
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) {
            elements.add(String.valueOf(Array.get(value, i)));
        }
        return String.join(",", elements);
    }
}
