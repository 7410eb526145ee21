package io.armature.bench;

import java.io.IOException;
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
        builder.environment().putAll(environment);
        try {
            int status = builder.start().waitFor();
            if (status != 0) {
                throw new IOException(command + " ended with status " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
