package io.armature.backend.storage.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL from Debian, on loopback, in a folder of its own, that may be killed. */
final class DatabaseServer {

    static final String USER = "armature";
    private static final int WAIT_SECONDS = 60;

    private final Path programs;
    private final Path folder;
    private final int port;
    private Process server;

    private DatabaseServer(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    /** Where initdb and postgres are, if they are installed. */
    static Optional<Path> programs() {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(versions)) {
            return all.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A free port of the kernel's choice. */
    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    static DatabaseServer start(Path programs) throws IOException, InterruptedException {
        // Not in a folder of the test's: another user runs it if this one is root.
        Path folder = Files.createTempDirectory("armature-postgresql");
        DatabaseServer database = new DatabaseServer(programs, folder, freePort());
        if (root()) {
            run(List.of("chown", "nobody", folder.toString()));
        }
        run(
                asUser(
                        programs.resolve("initdb").toString(),
                        "--no-sync",
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--no-locale",
                        "--username=" + USER,
                        "--pgdata=" + folder.resolve("data")));
        database.startAgain();
        return database;
    }

    Address address() {
        return address(USER);
    }

    Address address(String user) {
        return new Address(
                "127.0.0.1", port, "postgres", user, folder.resolve("none"), "disable", "", 10);
    }

    /** Runs a statement as the administrator. */
    void sql(String text) throws SQLException {
        try (Connection connection = address().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
            connection.commit();
        }
    }

    int port() {
        return port;
    }

    /** Starts it, and waits until it takes connections. */
    void startAgain() throws IOException, InterruptedException {
        server =
                new ProcessBuilder(
                                asUser(
                                        programs.resolve("postgres").toString(),
                                        "-D",
                                        folder.resolve("data").toString(),
                                        "-c",
                                        "listen_addresses=127.0.0.1",
                                        "-c",
                                        "port=" + port,
                                        "-c",
                                        "unix_socket_directories="))
                        .redirectErrorStream(true)
                        .start();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Process started = server;
        Thread reader = new Thread(() -> read(started, lines));
        reader.setDaemon(true);
        reader.start();
        StringBuilder said = new StringBuilder();
        String line;
        do {
            line = lines.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("PostgreSQL starts: %s", said).isNotNull();
            said.append(line).append('\n');
        } while (!line.contains("ready to accept connections"));
    }

    /** Ends it at once, as a crash does. */
    void kill() throws InterruptedException, IOException {
        // SIGQUIT: its children end with it, and nothing is written.
        run(List.of("kill", "-QUIT", String.valueOf(server.pid())));
        assertThat(server.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Ends it and removes its folder. */
    void stop() throws IOException, InterruptedException {
        if (server.isAlive()) {
            kill();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    private static void read(Process process, BlockingQueue<String> lines) {
        try {
            process.inputReader(StandardCharsets.UTF_8).lines().forEach(lines::add);
        } catch (UncheckedIOException e) {
            lines.add("ended");
        }
    }

    private static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    private static List<String> asUser(String... words) {
        List<String> all = new ArrayList<>();
        if (root()) {
            all.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        all.addAll(List.of(words));
        return all;
    }

    private static void run(List<String> words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", words, said).isZero();
    }
}
