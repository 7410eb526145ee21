package io.armature.platform.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The values of a component's properties under the names of its settings annotation, which is put
 * on the component's class and so brings the standard values along. It spares the component runtime
 * a class of its own for each such annotation, which takes 2 ms of every boot. Immutable; any
 * thread. Ranges are checked by whoever uses a value.
 */
public final class SettingValues {

    private final Map<String, ?> properties;

    /**
     * @param properties as the component runtime gives them: in keys a dot stands where the
     *     annotation's names have an underscore
     */
    public SettingValues(Map<String, ?> properties) {
        this.properties = Map.copyOf(properties);
    }

    private Object value(String name) {
        Object value = properties.get(name.replace('_', '.'));
        if (value == null) {
            throw new IllegalArgumentException("no setting " + name + " and no standard value");
        }
        return value;
    }

    /**
     * A whole number.
     *
     * @throws IllegalArgumentException if there is none, naming the setting
     */
    public long number(String name) {
        Object value = value(name);
        if (value instanceof Number number) {
            return number.longValue();
        }
        try {
            return Long.parseLong(value.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number, was " + value, e);
        }
    }

    /**
     * A whole number of 32 bits.
     *
     * @throws IllegalArgumentException if there is none, naming the setting
     */
    public int smallNumber(String name) {
        long number = number(name);
        if (number != (int) number) {
            throw new IllegalArgumentException(name + " is out of range: " + number);
        }
        return (int) number;
    }

    /**
     * Whether a setting is on.
     *
     * @throws IllegalArgumentException if it has no value
     */
    public boolean flag(String name) {
        return Boolean.parseBoolean(value(name).toString());
    }

    /**
     * A text, which may be empty.
     *
     * @throws IllegalArgumentException if it has no value
     */
    public String text(String name) {
        return value(name).toString();
    }

    /** Several texts, in their order; none if there is no value. */
    public List<String> texts(String name) {
        Object value = properties.get(name.replace('_', '.'));
        if (value == null) {
            return List.of();
        }
        if (value instanceof String[] several) {
            return List.of(several);
        }
        if (value instanceof Collection<?> several) {
            List<String> texts = new ArrayList<>(several.size());
            for (Object one : several) {
                texts.add(one.toString());
            }
            return List.copyOf(texts);
        }
        return List.of(value.toString());
    }
}
