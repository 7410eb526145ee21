package io.armature.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Digests that the stub has already taken, in the form that {@code sha256sum} prints: a native
 * program takes less than half the time of a JVM that compiles for size. They only spare work: what
 * they lack or tell otherwise is read here.
 */
final class GivenDigests {

    private static final int LIMIT_BYTES = 1 << 20;
    private static final int HEX_DIGITS = 64;
    private static final int PREFIX = HEX_DIGITS + 2; // a blank, and a blank or an asterisk

    private final Map<String, String> byPath = new HashMap<>();

    private GivenDigests() {}

    /** Knows nothing. */
    static GivenDigests none() {
        return new GivenDigests();
    }

    /**
     * Reads to the end of the stream.
     *
     * @param slot the slot's path as it stands in front of each file, ending in a slash
     */
    static GivenDigests read(InputStream in, String slot) {
        GivenDigests given = new GivenDigests();
        String text;
        try {
            text = new String(in.readNBytes(LIMIT_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return given; // everything is read here, then
        }
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            int path = start + PREFIX;
            if (path < end && text.startsWith(slot, path)) {
                given.byPath.put(
                        text.substring(path + slot.length(), end),
                        text.substring(start, start + HEX_DIGITS));
            }
            start = end + 1;
        }
        return given;
    }

    /** True if the file was found to have this digest. */
    boolean confirm(String path, String sha256) {
        return sha256.equals(byPath.get(path));
    }
}
