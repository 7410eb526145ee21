package io.armature.platform.settings;

import java.math.BigDecimal;
import java.util.Optional;

/** Types of settings, with what Configuration Admin holds for them. */
enum ValueType {
    STRING("String", String.class, "text"),
    PASSWORD("Password", String.class, "text"),
    CHARACTER("Character", Character.class, "one character"),
    LONG("Long", Long.class, "whole number"),
    INTEGER("Integer", Integer.class, "whole number"),
    SHORT("Short", Short.class, "whole number"),
    BYTE("Byte", Byte.class, "whole number"),
    DOUBLE("Double", Double.class, "number"),
    FLOAT("Float", Float.class, "number"),
    BOOLEAN("Boolean", Boolean.class, "true or false");

    private final String written;
    private final Class<?> held;
    private final String label;

    ValueType(String written, Class<?> held, String label) {
        this.written = written;
        this.held = held;
        this.label = label;
    }

    static Optional<ValueType> written(String name) {
        for (ValueType type : values()) {
            if (type.written.equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    Class<?> held() {
        return held;
    }

    String label() {
        return label;
    }

    boolean numeric() {
        return ordinal() >= LONG.ordinal() && ordinal() <= FLOAT.ordinal();
    }

    /**
     * Makes the value that Configuration Admin holds.
     *
     * @throws IllegalArgumentException if the text is no value of this type
     */
    Object parse(String text) {
        try {
            return switch (this) {
                case STRING, PASSWORD -> text;
                case CHARACTER -> character(text);
                case LONG -> new BigDecimal(bounded(text)).longValueExact();
                case INTEGER -> new BigDecimal(bounded(text)).intValueExact();
                case SHORT -> new BigDecimal(bounded(text)).shortValueExact();
                case BYTE -> new BigDecimal(bounded(text)).byteValueExact();
                case DOUBLE -> finite(Double.parseDouble(text));
                case FLOAT -> (float) finite(Float.parseFloat(text));
                case BOOLEAN -> bool(text);
            };
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("no " + written, e);
        }
    }

    private static String bounded(String text) {
        // 1e999999999 would be expanded
        if (text.length() > 32 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            throw new IllegalArgumentException("no plain number");
        }
        return text;
    }

    private static Character character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException("not one character");
        }
        return text.charAt(0);
    }

    private static double finite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("not finite");
        }
        return value;
    }

    private static Boolean bool(String text) {
        if (text.equals("true")) {
            return Boolean.TRUE;
        }
        if (text.equals("false")) {
            return Boolean.FALSE;
        }
        throw new IllegalArgumentException("neither true nor false");
    }
}
