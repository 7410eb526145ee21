package io.armature.control.api;

/**
 * Writes JSON into a text. Members are separated where they need to be; whether brackets match is
 * up to the caller. One thread. Small on purpose: it is part of a boot, where a JSON library is
 * not.
 */
public final class JsonText {

    private final StringBuilder text;
    private boolean first = true;

    /** Empty. */
    public JsonText() {
        this(4_096);
    }

    private JsonText(int capacity) {
        text = new StringBuilder(capacity);
    }

    /** A text with its quotes; characters beyond ASCII stay. */
    public static String quoted(String text) {
        return new JsonText(text.length() + 2).value(text).toString();
    }

    /** Begins an object or array with that character. */
    public JsonText open(char bracket) {
        separate();
        text.append(bracket);
        first = true;
        return this;
    }

    /** Ends an object or array with that character. */
    public JsonText close(char bracket) {
        text.append(bracket);
        first = false;
        return this;
    }

    /** A member's name; its value follows. */
    public JsonText name(String name) {
        separate();
        quote(name);
        text.append(':');
        first = true;
        return this;
    }

    /** A text value; null is written as such. */
    public JsonText value(String value) {
        separate();
        if (value == null) {
            text.append("null");
        } else {
            quote(value);
        }
        return this;
    }

    /** A number. */
    public JsonText value(long value) {
        separate();
        text.append(value);
        return this;
    }

    /** A truth value. */
    public JsonText value(boolean value) {
        separate();
        text.append(value);
        return this;
    }

    /** Nanoseconds as milliseconds with three digits. */
    public JsonText millis(long nanos) {
        separate();
        appendMillis(text, nanos);
        return this;
    }

    private static void appendMillis(StringBuilder target, long nanos) {
        long micros = Math.abs(nanos) / 1_000;
        target.append(nanos < 0 && micros > 0 ? "-" : "").append(micros / 1_000).append('.');
        long fraction = micros % 1_000;
        target.append(fraction < 10 ? "00" : fraction < 100 ? "0" : "").append(fraction);
    }

    private void separate() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                default -> {
                    if (c < 0x20) {
                        text.append("\\u00").append(c < 0x10 ? "0" : "1");
                        text.append(Character.forDigit(c & 15, 16));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    /** What has been written so far. */
    @Override
    public String toString() {
        return text.toString();
    }
}
