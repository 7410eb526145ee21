package io.armature.dbus.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a bus listens.
 *
 * @param path its socket
 */
public record BusAddress(Path path) {

    private static final String PREFIX = "unix:path=";

    /**
     * Reads {@code unix:path=PATH}, with {@code %xx} for odd bytes.
     *
     * @throws IllegalArgumentException for any other address
     */
    public static BusAddress parse(String text) {
        String value = text.strip();
        int comma = value.indexOf(',');
        String first = comma < 0 ? value : value.substring(0, comma); // a guid may follow
        if (!first.startsWith(PREFIX) || first.indexOf(';') >= 0) {
            throw fault(text);
        }
        try {
            Path path = Path.of(unescape(first.substring(PREFIX.length())));
            if (path.isAbsolute()) {
                return new BusAddress(path);
            }
        } catch (InvalidPathException | NumberFormatException e) {
            // Said below, with what is expected.
        }
        throw fault(text);
    }

    private static String unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '%' && i + 2 < raw.length) {
                bytes.write(
                        Integer.parseInt(new String(raw, i + 1, 2, StandardCharsets.US_ASCII), 16));
                i += 2;
            } else {
                bytes.write(raw[i]);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException fault(String text) {
        return new IllegalArgumentException(
                "bus_address must be unix:path=/PATH, was '" + text + "'");
    }
}
