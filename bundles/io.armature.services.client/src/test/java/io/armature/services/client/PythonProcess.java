package io.armature.services.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** src/test/python/services_process.py, told what to do and heard line by line. */
final class PythonProcess implements AutoCloseable {

    private final Process process;
    private final Writer commands;
    private final Heard<String> lines = new Heard<>();
    private final Thread reader;

    PythonProcess(Path socket, String... more) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("python3", "-B", "src/test/python/services_process.py"));
        command.add(socket.toString());
        command.addAll(List.of(more));
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        reader = new Thread(this::read, "test-python");
        reader.start();
        assertThat(next()).isEqualTo("connected");
    }

    static boolean available() {
        try {
            Process version =
                    new ProcessBuilder("python3", "-c", "import socket; socket.send_fds").start();
            return version.waitFor(20, TimeUnit.SECONDS) && version.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    String next() {
        try {
            return lines.next();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        commands.close();
        boolean ended = false;
        try {
            ended = process.waitFor(20, TimeUnit.SECONDS);
            process.destroyForcibly();
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(ended).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
