package io.armature.backend.storage.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Mosquitto from Debian on loopback, which shares subscriptions. */
final class MosquittoBroker {

    private static final int WAIT_SECONDS = 60;

    private final Process process;
    private final int port;

    private MosquittoBroker(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static Optional<Path> program() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, "mosquitto"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static MosquittoBroker start(Path program, Path folder)
            throws IOException, InterruptedException {
        int port = DatabaseServer.freePort();
        Path configuration = folder.resolve("mosquitto.conf");
        Files.writeString(
                configuration,
                """
                listener %d 127.0.0.1
                allow_anonymous true
                persistence false
                """
                        .formatted(port));
        Process process =
                new ProcessBuilder(program.toString(), "-v", "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .start();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(process, lines));
        reader.setDaemon(true);
        reader.start();
        String line;
        do {
            line = lines.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("mosquitto starts").isNotNull();
        } while (!line.contains("running"));
        return new MosquittoBroker(process, port);
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static void read(Process process, BlockingQueue<String> lines) {
        try {
            process.inputReader(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains("running"))
                    .forEach(lines::add);
        } catch (UncheckedIOException e) {
            // It was ended.
        }
    }
}
