package io.armature.itest.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The pipe that the conductor writes each milestone to. */
final class PhasePipe implements AutoCloseable {

    private static final String END = "end of pipe";

    private final Path path;
    private final RandomAccessFile pipe;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();
    private final Thread reader;

    private PhasePipe(Path path, RandomAccessFile pipe) {
        this.path = path;
        this.pipe = pipe;
        this.reader = new Thread(this::read, "phases");
        reader.setDaemon(true);
        reader.start();
    }

    static PhasePipe make(Path path) throws IOException, InterruptedException {
        Files.deleteIfExists(path);
        Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        if (mkfifo.waitFor() != 0) {
            throw new IOException("mkfifo failed");
        }
        // Open for both ends: neither side ever blocks at opening or sees an end too early.
        return new PhasePipe(path, new RandomAccessFile(path.toFile(), "rw"));
    }

    Path path() {
        return path;
    }

    /** Adds a line of the test's own, for example that the process has gone. */
    void note(String line) {
        lines.add(line);
    }

    /** Waits for a milestone's line; fails with what came instead. */
    String await(String label, long seconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new AssertionError("no " + label + " within " + seconds + " s, only " + seen);
            }
            seen.add(line);
            if (line.startsWith(label + " ")) {
                return line;
            }
            if (line.startsWith("exited ")) {
                throw new AssertionError("device " + line + " before " + label + ": " + seen);
            }
        }
    }

    void forget() {
        lines.clear();
        seen.clear();
    }

    private void read() {
        try {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    Channels.newInputStream(pipe.getChannel()),
                                    StandardCharsets.UTF_8));
            String line = in.readLine();
            while (line != null && !line.equals(END)) {
                lines.add(line);
                line = in.readLine();
            }
        } catch (IOException e) {
            lines.add("exited: the pipe broke, " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        pipe.write((END + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            reader.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pipe.close();
    }
}
