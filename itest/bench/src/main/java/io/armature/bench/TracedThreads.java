package io.armature.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Threads of this process, and every system call that they make, as strace sees it. */
final class TracedThreads implements AutoCloseable {

    private static final String PROGRAM = "strace";
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Pattern ATTACHED = Pattern.compile(".*Process \\d+ attached.*");

    /** {@code 4711 1790000000.123456 epoll_wait(…}: thread and seconds of the clock. */
    private static final Pattern CALL = Pattern.compile("\\d+ +(\\d+)\\.(\\d{3})\\d* .*");

    private final Path trace;
    private final Process strace;

    /**
     * Attaches, which wakes each thread once.
     *
     * @param threads numbers of the threads by {@link #named}
     * @param trace file for what they do
     */
    TracedThreads(Map<Integer, String> threads, Path trace) throws IOException {
        this.trace = trace;
        List<String> command = new ArrayList<>(List.of(PROGRAM, "-ttt", "-o", trace.toString()));
        for (int thread : threads.keySet()) {
            command.add("-p");
            command.add(Integer.toString(thread));
        }
        strace = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader said = strace.inputReader();
        String last = "";
        int attached = 0;
        while (attached < threads.size()) {
            String line = said.readLine();
            if (line == null) {
                throw new IOException(PROGRAM + " ended: " + last);
            }
            attached += ATTACHED.matcher(line).matches() ? 1 : 0;
            last = line;
        }
    }

    /** Why they cannot be traced here. */
    static Optional<String> hindrance() throws IOException {
        boolean there =
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
        if (!there) {
            return Optional.of("needs " + PROGRAM);
        }
        boolean root = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        return root ? Optional.empty() : Optional.of("needs root, to trace this process");
    }

    /** Threads of this process whose names begin so, by their numbers. */
    static Map<Integer, String> named(String beginning) throws IOException {
        Map<Integer, String> found = new TreeMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                String name = name(task);
                if (name.startsWith(beginning)) {
                    found.put(Integer.parseInt(task.getFileName().toString()), name);
                }
            }
        }
        return found;
    }

    private static String name(Path task) throws IOException {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (NoSuchFileException e) {
            return ""; // it has ended
        }
    }

    /**
     * System calls that began, or went on after an interruption, within a time, and signals.
     *
     * @param from milliseconds as of {@link System#currentTimeMillis}
     * @param to first millisecond that does not count
     */
    long calls(long from, long to) throws IOException {
        try (Stream<String> lines = Files.lines(trace)) {
            return lines.mapToLong(TracedThreads::millis)
                    .filter(at -> at >= from && at < to)
                    .count();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long millis(String line) {
        Matcher call = CALL.matcher(line);
        return call.matches() ? Long.parseLong(call.group(1) + call.group(2)) : -1;
    }

    @Override
    public void close() throws IOException {
        strace.destroy();
        try {
            strace.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
