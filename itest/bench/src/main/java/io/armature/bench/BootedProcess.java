package io.armature.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A platform started as a process that prints {@code ready <ms>} when it is up. */
final class BootedProcess {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private BootedProcess() {}

    /**
     * What one start showed.
     *
     * @param millis from the start of the JVM to ready
     * @param residentMegabytes of the JVM after 5 s idle; NaN if nobody asked
     */
    record Boot(double millis, double residentMegabytes) {}

    /**
     * Starts the process, waits until it is ready and, if its memory is asked for, idle, measures
     * and ends it.
     */
    static Boot measure(
            List<String> command, Map<String, String> environment, Path folder, boolean memory)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (BufferedReader out = process.inputReader()) {
            long millis = ready(out, command);
            return new Boot(millis, memory ? residentAfterIdle(process) : Double.NaN);
        } finally {
            end(process);
        }
    }

    private static long ready(BufferedReader out, List<String> command) throws IOException {
        StringBuilder printed = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                return Long.parseLong(line.substring("ready ".length()).trim());
            }
            printed.append(line).append('\n');
        }
        throw new IOException(command.get(0) + " ended before it was ready:\n" + printed);
    }

    /** The JVM's resident memory after 5 s idle. */
    static double residentAfterIdle(Process process) throws IOException {
        idle();
        return residentNow(process);
    }

    /** Waits for 5 s. */
    static void idle() {
        long end = System.nanoTime() + IDLE_NANOS;
        for (long left = IDLE_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /**
     * The JVM's resident memory; the JVM is the process itself or the descendant that uses most.
     */
    static double residentNow(Process process) throws IOException {
        double most = resident(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            most = Math.max(most, resident(child.pid()));
        }
        return most;
    }

    private static double resident(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        return 0;
    }

    static void end(Process process) throws IOException {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        family.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                family.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
