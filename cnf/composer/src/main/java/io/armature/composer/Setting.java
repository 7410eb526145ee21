package io.armature.composer;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One setting of a bundle, as its metatype describes it; texts have no control characters.
 *
 * @param pid whose setting
 * @param id attribute id
 * @param type metatype's type, {@code Character} for Char
 * @param many whether it takes several values
 * @param standard default, in the form of the settings file
 * @param min inclusive limit, empty for none
 * @param max inclusive limit, empty for none
 * @param options allowed values; empty for any
 * @param description one line
 */
record Setting(
        String pid,
        String id,
        String type,
        boolean many,
        String standard,
        String min,
        String max,
        List<String> options,
        String description) {

    Setting {
        options = List.copyOf(options);
    }

    /** The name that features, profiles and device owners use. */
    String key() {
        return id.replace('.', '_');
    }

    String line() {
        return String.join(
                "\t",
                "setting",
                pid,
                id,
                type,
                many ? "many" : "one",
                standard,
                min,
                max,
                list(options),
                description);
    }

    /** The form of the settings file of a value from JSON, or nothing if it is not allowed. */
    Optional<String> accept(Object value) {
        if (many) {
            if (!(value instanceof Collection<?> values)
                    || !values.stream().allMatch(element -> allowed(element.toString()))) {
                return Optional.empty();
            }
            return Optional.of(list(values));
        }
        boolean fits =
                switch (type) {
                    case "Boolean" -> value instanceof Boolean;
                    case "Long", "Integer", "Short", "Byte" -> value instanceof Long;
                    case "Double", "Float" -> value instanceof Number;
                    default -> value instanceof String;
                };
        return fits && allowed(value.toString()) ? Optional.of(value.toString()) : Optional.empty();
    }

    private boolean allowed(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            return false;
        }
        if (!options.isEmpty() && !options.contains(text)) {
            return false;
        }
        return switch (type) {
            case "Long", "Integer", "Short", "Byte", "Double", "Float" -> number(text);
            case "String" -> within(BigDecimal.valueOf(text.length()));
            default -> true;
        };
    }

    private boolean number(String text) {
        try {
            return within(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private boolean within(BigDecimal value) {
        return (min.isEmpty() || new BigDecimal(min).compareTo(value) <= 0)
                && (max.isEmpty() || new BigDecimal(max).compareTo(value) >= 0);
    }

    /** Says what is allowed, for a sentence. */
    String allowedValues() {
        if (!options.isEmpty()) {
            return "one of " + String.join(", ", options);
        }
        String range =
                min.isEmpty() && max.isEmpty()
                        ? ""
                        : " from "
                                + (min.isEmpty() ? "any" : min)
                                + " to "
                                + (max.isEmpty() ? "any" : max);
        return (many ? "an array of " : "a ") + type + range;
    }

    private static String list(Collection<?> values) {
        return values.stream()
                .map(value -> value.toString().replace("\\", "\\\\").replace(",", "\\,"))
                .collect(Collectors.joining(","));
    }
}
