package io.armature.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a command to its end. */
final class Commands {

    private Commands() {}

    /**
     * @throws IOException if the command ends with another status than 0
     */
    static void run(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        int status = end(builder, environment);
        if (status != 0) {
            throw new IOException(command + " ended with status " + status);
        }
    }

    /**
     * As {@link #run}; returns what the command prints, which goes to a file.
     *
     * @throws IOException if the command ends with another status than 0; it quotes the file
     */
    static String printed(List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(log.toFile());
        int status = end(builder, environment);
        if (status != 0) {
            throw new IOException(
                    command + " ended with status " + status + ": " + Files.readString(log));
        }
        return Files.readString(log);
    }

    private static int end(ProcessBuilder builder, Map<String, String> environment)
            throws IOException {
        builder.environment().putAll(environment);
        try {
            return builder.start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
