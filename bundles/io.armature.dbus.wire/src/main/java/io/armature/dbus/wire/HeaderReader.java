package io.armature.dbus.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads a header's fields; unknown ones, of whatever type, are passed over. */
final class HeaderReader {

    private static final int DEEPEST = 64;
    private static final int FIELDS = 10;

    private final Body in;
    private final String[] texts = new String[FIELDS];
    private final int[] numbers = new int[FIELDS];

    /**
     * @param fields the content of the array of fields, at a boundary of 8
     */
    HeaderReader(ByteBuffer fields) {
        this.in = new Body(fields);
    }

    Header read() throws MalformedException {
        Arrays.fill(texts, "");
        while (in.hasMore()) {
            in.align(8);
            int code = in.octet();
            String type = in.signature();
            boolean known = code < FIELDS && code > 0;
            if (known && (type.equals("s") || type.equals("o"))) {
                texts[code] = in.text();
            } else if (known && type.equals("g")) {
                texts[code] = in.signature();
            } else if (known && type.equals("u")) {
                numbers[code] = in.word();
            } else {
                int end = skip(type, 0, 0);
                if (end != type.length()) {
                    throw new MalformedException("a variant of several types");
                }
            }
        }
        return new Header(
                texts[Header.PATH],
                texts[Header.INTERFACE],
                texts[Header.MEMBER],
                texts[Header.ERROR_NAME],
                numbers[Header.REPLY_SERIAL],
                texts[Header.DESTINATION],
                texts[Header.SENDER],
                texts[Header.SIGNATURE],
                numbers[Header.DESCRIPTORS]);
    }

    /** Passes over one value of the first complete type at that place; returns its end. */
    private int skip(String type, int at, int depth) throws MalformedException {
        if (depth > DEEPEST || at >= type.length()) {
            throw new MalformedException("a type that ends early or is too deep");
        }
        char one = type.charAt(at);
        switch (one) {
            case 'y' -> in.skip(1);
            case 'n', 'q' -> fixed(2);
            case 'b', 'i', 'u', 'h' -> fixed(4);
            case 'x', 't', 'd' -> fixed(8);
            case 's', 'o' -> in.text();
            case 'g' -> in.signature();
            case 'v' -> variant(depth);
            case 'a' -> {
                int length = in.length();
                in.align(boundary(type, at + 1));
                in.skip(length);
                return end(type, at + 1, depth + 1);
            }
            case '(', '{' -> {
                in.align(8);
                int next = at + 1;
                char close = one == '(' ? ')' : '}';
                while (next < type.length() && type.charAt(next) != close) {
                    next = skip(type, next, depth + 1);
                }
                return next + 1;
            }
            default -> throw new MalformedException("an unknown type");
        }
        return at + 1;
    }

    private void fixed(int size) throws MalformedException {
        in.align(size);
        in.skip(size);
    }

    private void variant(int depth) throws MalformedException {
        skip(in.signature(), 0, depth + 1);
    }

    /** Where the complete type at that place ends. */
    private static int end(String type, int at, int depth) throws MalformedException {
        if (depth > DEEPEST || at >= type.length()) {
            throw new MalformedException("a type that ends early or is too deep");
        }
        char one = type.charAt(at);
        if (one == 'a') {
            return end(type, at + 1, depth + 1);
        }
        if (one != '(' && one != '{') {
            return at + 1;
        }
        int next = at + 1;
        char close = one == '(' ? ')' : '}';
        while (next < type.length() && type.charAt(next) != close) {
            next = end(type, next, depth + 1);
        }
        return next + 1;
    }

    private static int boundary(String type, int at) {
        return switch (at < type.length() ? type.charAt(at) : 'y') {
            case 'n', 'q' -> 2;
            case 'b', 'i', 'u', 'h', 's', 'o', 'a' -> 4;
            case 'x', 't', 'd', '(', '{' -> 8;
            default -> 1;
        };
    }
}
