package io.armature.reporting.mqtt.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The broker from Debian as a child process on loopback. Without it a test is skipped with a
 * message.
 */
public final class Mosquitto implements AutoCloseable {

    private static final int START_TRIES = 5;
    private static final int WAIT_SECONDS = 60;

    private final List<String> program;
    private final Optional<Namespace> namespace;
    private final Path folder;
    private final List<String> configuration;
    private final Map<String, String> environment;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private int port;
    private Process process;

    private Mosquitto(
            List<String> program,
            Optional<Namespace> namespace,
            Path folder,
            Map<String, String> environment,
            List<String> configuration) {
        this.program = program;
        this.namespace = namespace;
        this.folder = folder;
        this.environment = environment;
        this.configuration = configuration;
    }

    /**
     * Starts one.
     *
     * @param folder for its files
     * @param configuration lines of mosquitto.conf behind the listener's
     */
    public static Mosquitto start(Path folder, String... configuration) {
        return start(folder, Map.of(), configuration);
    }

    /** As {@link #start(Path, String...)}, with variables of the environment. */
    public static Mosquitto start(
            Path folder, Map<String, String> environment, String... configuration) {
        Mosquitto broker =
                new Mosquitto(
                        List.of(program("mosquitto").toString()),
                        Optional.empty(),
                        folder,
                        environment,
                        List.of(configuration));
        broker.start();
        return broker;
    }

    /** As {@link #start(Path, String...)}, in a network of its own; ends with that. */
    public static Mosquitto start(Namespace namespace, Path folder, String... configuration) {
        Mosquitto broker =
                new Mosquitto(
                        namespace.inside(program("mosquitto").toString()),
                        Optional.of(namespace),
                        folder,
                        Map.of(),
                        List.of(configuration));
        broker.start();
        return broker;
    }

    /** Where a program of the package is; skips the test if it is not installed. */
    private static Path program(String name) {
        Optional<Path> found =
                Stream.concat(
                                Stream.of(System.getenv("PATH").split(":", -1)),
                                Stream.of("/usr/sbin", "/usr/bin"))
                        .map(directory -> Path.of(directory, name))
                        .filter(Files::isExecutable)
                        .findFirst();
        if (found.isEmpty()) {
            System.out.println("SKIPPED: " + name + " is not installed");
        }
        assumeTrue(found.isPresent(), name + " is not installed");
        return found.orElseThrow();
    }

    /** A file of names and passwords that {@code password_file} may name. */
    public static Path passwords(Path folder, String user, String password) throws Exception {
        Path file = folder.resolve("passwords");
        Process made =
                new ProcessBuilder(
                                program("mosquitto_passwd").toString(),
                                "-b",
                                "-c",
                                file.toString(),
                                user,
                                password)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
        return file;
    }

    public int port() {
        return port;
    }

    public String uri() {
        return "tcp://" + namespace.map(Namespace::address).orElse("127.0.0.1") + ":" + port;
    }

    /** Starts it again on the same port, or for the first time on a free one. */
    public void start() {
        for (int attempt = 1; attempt <= START_TRIES; attempt++) {
            try {
                if (tryToStart()) {
                    return;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new AssertionError("mosquitto does not start: " + lines);
    }

    /** False if somebody else took the port meanwhile. */
    private boolean tryToStart() throws IOException {
        int chosen = port == 0 ? freePort() : port;
        Path file = folder.resolve("mosquitto.conf");
        Files.writeString(
                file,
                "user root\npersistence false\nlistener "
                        + chosen
                        + namespace.map(one -> "").orElse(" 127.0.0.1")
                        + "\n"
                        + String.join("\n", configuration)
                        + "\n");
        ProcessBuilder builder =
                new ProcessBuilder(new ArrayList<>(program)).redirectErrorStream(true);
        builder.command().addAll(List.of("-v", "-c", file.toString()));
        builder.environment().putAll(environment);
        process = builder.start();
        lines.clear();
        // What it says later is read so that it never blocks.
        Process own = process;
        Thread reader = new Thread(() -> read(own), "mosquitto-lines");
        reader.setDaemon(true);
        reader.start();
        if (said("running")) {
            port = chosen;
            return true;
        }
        return false;
    }

    /** Waits until it says something with that text; false if it ended first. */
    public boolean said(String text) {
        try {
            String line;
            do {
                line = lines.poll(WAIT_SECONDS, TimeUnit.SECONDS);
                assertThat(line).as("mosquitto says '%s'", text).isNotNull();
            } while (!line.contains(text) && !line.equals("ended"));
            return line.contains(text);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void read(Process broker) {
        try {
            broker.inputReader(StandardCharsets.UTF_8).lines().forEach(lines::add);
        } catch (UncheckedIOException e) {
            // It was ended.
        }
        lines.add("ended");
    }

    /** Has it read certificates and passwords again. */
    public void reload() throws Exception {
        Process kill =
                new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                        .inheritIO()
                        .start();
        assertThat(kill.waitFor()).isZero();
        assertThat(said("Reloading config")).isTrue();
    }

    /** Kills it. */
    public void stop() {
        process.destroyForcibly();
        try {
            assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
