package io.armature.itest.guest;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A command of this machine. */
final class LocalCommand {

    private LocalCommand() {}

    /** Waits for its end; its error output is part of the lines. */
    static Outcome run(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] said = process.getInputStream().readAllBytes();
        try {
            List<String> lines = new String(said, StandardCharsets.UTF_8).lines().toList();
            return new Outcome(process.waitFor(), lines);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + command[0] + " ran");
        }
    }
}
