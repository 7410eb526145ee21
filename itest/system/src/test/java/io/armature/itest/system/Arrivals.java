package io.armature.itest.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Follows the records that a backend stores, and measures the pauses between them. */
final class Arrivals implements AutoCloseable {

    private final Running following;
    private long lastNanos = System.nanoTime();
    private long longestNanos;

    Arrivals(Appliance backend) throws IOException {
        following = backend.begin("backend", "records", "--follow", "--json");
        Thread reader = new Thread(this::read, "arrivals");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = following.lines()) {
            while (lines.readLine() != null) {
                synchronized (this) {
                    long now = System.nanoTime();
                    longestNanos = Math.max(longestNanos, now - lastNanos);
                    lastNanos = now;
                }
            }
        } catch (IOException e) {
            // Closed, or the backend has gone: then the pause lasts.
        }
    }

    /** The longest pause since the last call, also one that still lasts. */
    synchronized long takeLongestMillis() {
        long pause = Math.max(longestNanos, System.nanoTime() - lastNanos);
        longestNanos = 0;
        return TimeUnit.NANOSECONDS.toMillis(pause);
    }

    @Override
    public void close() {
        following.close();
    }
}
