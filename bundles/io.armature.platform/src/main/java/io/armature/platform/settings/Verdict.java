package io.armature.platform.settings;

import io.armature.platform.api.Fault;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the files and features ask for, checked against the catalogue: the values to use, by PID and
 * attribute id, and what is wrong.
 *
 * @param origins where each value comes from, by {@code pid/id}
 */
record Verdict(
        Map<String, Map<String, Object>> wanted, Map<String, String> origins, List<Fault> faults) {

    static Verdict of(Catalogue catalogue, List<GivenValue> given, List<Fault> earlier) {
        Verdict verdict = new Verdict(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
        verdict.faults.addAll(catalogue.faults());
        verdict.faults.addAll(earlier);
        for (Catalogue.Feature feature : catalogue.features()) {
            verdict.feature(catalogue, feature);
        }
        Map<String, String> seen = new HashMap<>();
        for (GivenValue value : given) {
            verdict.given(catalogue, value, seen);
        }
        return verdict;
    }

    private void feature(Catalogue catalogue, Catalogue.Feature feature) {
        String key = feature.id().replace('.', '_');
        Setting setting = catalogue.settings().getOrDefault(feature.pid(), Map.of()).get(key);
        String subject = "feature " + feature.origin() + ": " + feature.pid() + "/" + key;
        if (setting == null) {
            fault(subject, "no such setting");
            return;
        }
        List<String> texts =
                setting.many() ? Catalogue.elements(feature.value()) : List.of(feature.value());
        use(setting, subject, texts, feature.origin());
    }

    private void given(Catalogue catalogue, GivenValue value, Map<String, String> seen) {
        Map<String, Setting> pid = catalogue.settings().get(value.pid());
        Setting setting = pid == null ? null : pid.get(value.key());
        if (setting == null) {
            fault(
                    value.subject(),
                    pid == null
                            ? "no bundle of this image has settings of that name"
                            : "no such setting; there are " + String.join(", ", pid.keySet()));
            return;
        }
        String file = "etc/armature/" + value.file();
        String earlier = seen.putIfAbsent(value.pid() + '/' + value.key(), file);
        if (earlier != null) {
            fault(value.subject(), "is set before by " + earlier + "; " + first(setting, earlier));
        } else if (!fits(setting, value.kind())) {
            fault(value.subject(), refused(value.shown(), setting));
        } else {
            use(setting, value.subject(), value.values(), file);
        }
    }

    private String first(Setting setting, String file) {
        return file.equals(origins.get(setting.pid() + '/' + setting.id()))
                ? "that value is used"
                : "that value is not allowed, " + instead(setting);
    }

    private static boolean fits(Setting setting, GivenValue.Kind kind) {
        ValueType type = setting.type();
        return switch (kind) {
            case TEXT -> !setting.many() && textual(type);
            case NUMBER -> !setting.many() && type.numeric();
            case BOOLEAN -> !setting.many() && type == ValueType.BOOLEAN;
            case TEXT_LIST -> setting.many() && textual(type);
            case EMPTY_LIST -> setting.many();
            case NUMBER_LIST -> setting.many() && type.numeric();
            case BOOLEAN_LIST -> setting.many() && type == ValueType.BOOLEAN;
            case OTHER -> false;
        };
    }

    private static boolean textual(ValueType type) {
        return type == ValueType.STRING
                || type == ValueType.PASSWORD
                || type == ValueType.CHARACTER;
    }

    private void use(Setting setting, String subject, List<String> texts, String origin) {
        Object values = Array.newInstance(setting.type().held(), texts.size());
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            try {
                Object value = setting.type().parse(text);
                if (!inRange(setting, value)) {
                    fault(subject, refused(text, setting));
                    return;
                }
                Array.set(values, i, value);
            } catch (IllegalArgumentException e) {
                fault(subject, refused(text, setting));
                return;
            }
        }
        wanted.computeIfAbsent(setting.pid(), pid -> new TreeMap<>())
                .put(setting.id(), setting.many() ? values : Array.get(values, 0));
        origins.put(setting.pid() + '/' + setting.id(), origin);
    }

    private static boolean inRange(Setting setting, Object value) {
        if (!setting.options().isEmpty() && !setting.options().contains(value.toString())) {
            return false;
        }
        if (!setting.type().numeric() && !(value instanceof String)) {
            return true;
        }
        BigDecimal size =
                value instanceof String text
                        ? BigDecimal.valueOf(text.length())
                        : new BigDecimal(value.toString());
        return (setting.min().isEmpty() || size.compareTo(new BigDecimal(setting.min())) >= 0)
                && (setting.max().isEmpty() || size.compareTo(new BigDecimal(setting.max())) <= 0);
    }

    private String refused(String shown, Setting setting) {
        String text = setting.type() == ValueType.PASSWORD ? "the value" : shown;
        return text + " is not allowed: " + setting.allowed() + "; " + instead(setting);
    }

    private String instead(Setting setting) {
        Object used = wanted.getOrDefault(setting.pid(), Map.of()).get(setting.id());
        return (used == null ? "the default " + setting.fallback() : "the feature's value")
                + " is used";
    }

    private void fault(String subject, String reason) {
        faults.add(new Fault("configuration", subject, reason));
    }
}
