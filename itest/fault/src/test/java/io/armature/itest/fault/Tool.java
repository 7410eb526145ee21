package io.armature.itest.fault;

import io.armature.itest.guest.GuestParts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A program of this machine. */
final class Tool {

    private Tool() {}

    /** Runs it to its end, which must be 0. */
    static void run(String program, String... arguments) throws IOException, InterruptedException {
        int status = status(program, arguments);
        if (status != 0) {
            throw new IOException(program + " ended with " + status);
        }
    }

    /** Runs it to its end; what it prints is lost. */
    static int status(String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(GuestParts.found(program).orElseThrow().toString());
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process.getOutputStream().close();
        return process.waitFor();
    }
}
