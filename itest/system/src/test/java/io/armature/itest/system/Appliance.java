package io.armature.itest.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One installed root and, while it runs, its stub and JVM. For one thread at a time. */
final class Appliance implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 60;

    private final String name;
    private final Path root;
    private final Path log;
    private final PhasePipe phases;
    private final Map<String, String> environment = new HashMap<>();
    private Process stub;

    /** A JVM on its way out. */
    private ProcessHandle killed;

    private List<String> user = List.of();

    /** The end of the stub has been noted; a later start must not take it for its own. */
    private CompletableFuture<Void> noted = CompletableFuture.completedFuture(null);

    Appliance(String name, Path root, Path log, PhasePipe phases) {
        this.name = name;
        this.root = root;
        this.log = log;
        this.phases = phases;
    }

    Path root() {
        return root;
    }

    Path path(String relative) {
        return root.resolve(relative);
    }

    /** Sets a variable for later starts. */
    void environment(String variable, String value) {
        environment.put(variable, value);
    }

    /** Has later starts run as somebody else. */
    void as(List<String> prefix) {
        user = List.copyOf(prefix);
    }

    /** Starts stub and JVM; returns at once. */
    void start() throws IOException {
        phases.forget();
        List<String> command = new ArrayList<>(user);
        command.addAll(
                List.of(
                        path("opt/armature/bin/armature").toString(),
                        "device",
                        "--root",
                        root.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ARMATURE_PHASE_PIPE", phases.path().toString());
        builder.environment().putAll(environment);
        stub =
                builder.redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        Process started = stub;
        noted = stub.onExit().thenRun(() -> phases.note("exited " + started.exitValue()));
    }

    /** Starts and waits for the last phase. */
    Appliance up() throws IOException, InterruptedException {
        start();
        awaitPhase("system-services");
        return this;
    }

    String awaitPhase(String label) throws InterruptedException {
        try {
            return phases.await(label, DEADLINE_SECONDS);
        } catch (AssertionError e) {
            throw new AssertionError(name + ": " + e.getMessage() + "\n" + logTail(), e);
        }
    }

    /** The JVM's process id, if one runs on this root. */
    Optional<Long> jvm() throws IOException {
        Path file = path("run/armature/pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).trim().split("\\s")[0];
        long pid = text.isEmpty() ? 0 : Long.parseLong(text);
        Path directory = Path.of("/proc", Long.toString(pid), "cwd");
        // A stale file may name a process that is not ours.
        try {
            boolean ours = directory.toRealPath().equals(root.toRealPath());
            return ours ? Optional.of(pid) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** SIGKILL for the JVM; the stub starts it again. */
    void killJvm() throws IOException {
        ProcessHandle handle = ProcessHandle.of(jvm().orElseThrow()).orElseThrow();
        handle.destroyForcibly();
        handle.onExit().join();
    }

    /** SIGKILL for stub and JVM, as when the machine goes; returns before they have gone. */
    void signalKill() throws IOException {
        Optional<ProcessHandle> jvm = jvm().flatMap(ProcessHandle::of);
        if (stub != null) {
            stub.destroyForcibly();
        }
        jvm.ifPresent(
                handle -> {
                    handle.destroyForcibly();
                    killed = handle;
                });
    }

    /** As {@link #signalKill}, and waits until they have gone. */
    void killAll() throws IOException {
        signalKill();
        if (stub != null) {
            noted.join();
            stub = null;
        }
        if (killed != null) {
            killed.onExit().join();
            killed = null;
        }
    }

    /** SIGTERM; the exit code. */
    int stop() throws InterruptedException {
        stub.destroy();
        if (!stub.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " still runs\n" + logTail());
        }
        noted.join();
        int code = stub.exitValue();
        stub = null;
        return code;
    }

    /** Waits until the stub gives up by itself; its exit code. */
    int awaitExit() throws InterruptedException {
        if (!stub.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " still runs\n" + logTail());
        }
        noted.join();
        int code = stub.exitValue();
        stub = null;
        return code;
    }

    /** Runs a command through the command line client. */
    Outcome run(String... arguments) throws IOException {
        try (Running running = begin(arguments)) {
            running.input().close();
            return running.outcome(DEADLINE_SECONDS);
        }
    }

    /** As {@link #run} with something on standard input. */
    Outcome run(byte[] input, String... arguments) throws IOException {
        try (Running running = begin(arguments)) {
            Thread feeder =
                    new Thread(
                            () -> {
                                try (var to = running.input()) {
                                    to.write(input);
                                } catch (IOException e) {
                                    // the command ended without reading it all
                                }
                            },
                            "stdin");
            feeder.start();
            return running.outcome(DEADLINE_SECONDS);
        }
    }

    /** Asks for an upload, again while the bridge still connects. */
    void flush(String priority) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        Outcome outcome = run("report", "flush", "--priority", priority);
        while (outcome.code() == 1 && outcome.error().contains("No uploader is there")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no uploader\n" + logTail());
            }
            outcome = run("report", "flush", "--priority", priority);
        }
        outcome.ok();
    }

    /** Starts a command through the command line client. */
    Running begin(String... arguments) throws IOException {
        return begin(List.of(), arguments);
    }

    /** As {@link #begin}, and SIGINT ends it even where the tests themselves ignore it. */
    Running beginInForeground(String... arguments) throws IOException {
        return begin(List.of("env", "--default-signal=INT"), arguments);
    }

    private Running begin(List<String> by, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(by);
        command.add(path("opt/armature/bin/armature").toString());
        command.addAll(List.of("--root", root.toString()));
        command.addAll(List.of(arguments));
        return new Running(String.join(" ", arguments), new ProcessBuilder(command).start());
    }

    /** What the process printed last, for messages of failing tests. */
    String logTail() {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(log));
            Path own = path("var/log/armature/armature.log");
            if (Files.exists(own)) {
                lines.addAll(Files.readAllLines(own));
            }
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    @Override
    public void close() throws IOException {
        killAll();
        phases.close();
    }
}
