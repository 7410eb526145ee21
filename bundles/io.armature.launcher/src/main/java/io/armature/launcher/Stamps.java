package io.armature.launcher;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * When the steps of a start happened: nanoseconds of the monotonic clock, in the form that the
 * platform reads from the property {@code armature.stamps}. Not thread-safe.
 */
final class Stamps {

    private static final long NANOS_PER_TICK = 10_000_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long CLOCK_TOLERANCE_NANOS = 100_000_000L;
    private static final int START_TIME_FIELD = 22;

    private final StringBuilder text = new StringBuilder(256);

    /** Adds a stamp of now. */
    void mark(String name) {
        add(name, System.nanoTime());
    }

    /** Adds a stamp. */
    void add(String name, long nanos) {
        if (text.length() > 0) {
            text.append(',');
        }
        text.append(name).append('=').append(nanos);
    }

    /**
     * Adds the stub's start and the JVM process's start, both of 10 ms resolution. They come from
     * the clock that goes on while the machine sleeps; the difference is taken out here.
     *
     * @param stub first word of /proc/uptime as the stub saw it, or null
     */
    void addProcess(String stub) {
        try {
            long slept = slept(hundredths(read("/proc/uptime"), 0), System.nanoTime());
            if (stub != null) {
                add("stub", hundredths(stub, 0) - slept);
            }
            add("jvm", startTicks(read("/proc/self/stat")) * NANOS_PER_TICK - slept);
        } catch (IOException | IllegalArgumentException e) {
            // Without /proc the timeline begins at the launcher.
            return;
        }
    }

    private static long slept(long uptime, long monotonic) {
        long difference = uptime - monotonic;
        return Math.abs(difference) > CLOCK_TOLERANCE_NANOS ? difference : 0;
    }

    /** Seconds with a fraction of two digits, as nanoseconds. */
    static long hundredths(String text, int from) {
        long value = 0;
        int fraction = -1;
        for (int i = from; i < text.length() && fraction < 2; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                fraction = 0;
            } else if (c >= '0' && c <= '9') {
                value = value * 10 + (c - '0');
                fraction += fraction < 0 ? 0 : 1;
            } else {
                break;
            }
        }
        if (fraction != 2) {
            throw new IllegalArgumentException("uptime must be seconds and hundredths: " + text);
        }
        return value * (NANOS_PER_SECOND / 100);
    }

    /** Field 22 of /proc/PID/stat; the second field may hold blanks and parentheses. */
    static long startTicks(String stat) {
        int at = stat.lastIndexOf(')') + 2;
        for (int field = 3; field < START_TIME_FIELD; field++) {
            at = stat.indexOf(' ', at) + 1;
        }
        return Long.parseLong(stat, at, stat.indexOf(' ', at), 10);
    }

    private static String read(String path) throws IOException {
        byte[] buffer = new byte[1024];
        try (FileInputStream in = new FileInputStream(path)) {
            int length = in.read(buffer);
            return new String(buffer, 0, Math.max(length, 0), StandardCharsets.US_ASCII);
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
