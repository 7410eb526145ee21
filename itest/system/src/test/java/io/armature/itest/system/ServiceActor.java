package io.armature.itest.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that obeys lines and tells lines: services_process.py or {@link ServiceProcess}. */
final class ServiceActor implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 60;
    private static final String END = "the process ended";

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();
    private final Thread reader;

    ServiceActor(List<String> command) throws IOException {
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        reader = new Thread(this::read, "service-actor");
        reader.start();
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add(e.getMessage());
        }
        lines.add(END);
    }

    void tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /** Waits for a line that begins so; others before it are passed over. */
    String await(String beginning) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (true) {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null || line.equals(END)) {
                throw new AssertionError(
                        "no line '" + beginning + "', instead " + heard + " and " + line);
            }
            heard.add(line);
            if (line.startsWith(beginning)) {
                return line;
            }
        }
    }

    /** Everything it has told so far. */
    List<String> heard() {
        List<String> all = new ArrayList<>(heard);
        all.addAll(lines);
        return all;
    }

    boolean hasToldNothing() {
        return lines.isEmpty();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        try {
            commands.close();
        } catch (IOException e) {
            process.destroyForcibly(); // it has gone already
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
