package io.armature.itest.system;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process of a test's own, ended with the test. */
final class Running implements AutoCloseable {

    private final String name;
    private final Process process;
    private final CompletableFuture<String> error;

    Running(String name, Process process) {
        this.name = name;
        this.process = process;
        this.error =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return new String(
                                        process.getErrorStream().readAllBytes(),
                                        StandardCharsets.UTF_8);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        r -> new Thread(r, name + "-stderr").start());
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    BufferedReader lines() {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    long pid() {
        return process.pid();
    }

    /** Reads all it prints and waits for its end. */
    Outcome outcome(long seconds) {
        CompletableFuture<byte[]> output =
                CompletableFuture.supplyAsync(
                        () -> {
                            try (InputStream in = process.getInputStream()) {
                                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                                in.transferTo(bytes);
                                return bytes.toByteArray();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        r -> new Thread(r, name + "-stdout").start());
        int code = awaitExit(seconds);
        try {
            return new Outcome(
                    code,
                    output.get(seconds, TimeUnit.SECONDS),
                    error.get(seconds, TimeUnit.SECONDS));
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(name + ": output has not ended", e);
        }
    }

    int awaitExit(long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new AssertionError(name + " still runs after " + seconds + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(name + ": interrupted", e);
        }
        return process.exitValue();
    }

    /** SIGINT, as Ctrl-C sends it. */
    void interrupt() throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        int code = new ProcessBuilder("kill", "-INT", pid).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException("kill failed for " + name);
        }
    }

    void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
