package io.armature.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Sends the arguments to the device that runs in the working directory, passes its streams through
 * and exits with its code. Written for a quick start: no lambdas, no logging, few classes.
 */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        int code = run(arguments);
        Runtime.getRuntime().halt(code);
    }

    private static int run(String[] arguments) {
        FileOutputStream err = new FileOutputStream(FileDescriptor.err);
        Client client =
                new Client(
                        Device.here(arguments),
                        new FileInputStream(FileDescriptor.in),
                        new FileOutputStream(FileDescriptor.out),
                        err);
        Map<String, String> environment = System.getenv();
        String directory = environment.get("ARMATURE_DIRECTORY");
        if (directory == null) {
            directory = System.getProperty("user.dir");
        }
        try {
            return client.call(
                    Request.encode(
                            columns(
                                    environment.get("ARMATURE_COLUMNS"),
                                    environment.get("COLUMNS")),
                            directory,
                            arguments,
                            environment));
        } catch (CallException e) {
            say(err, "armature: " + e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            // whoever reads our output may stop when he has seen enough
            if (!"Broken pipe".equals(e.getMessage())) {
                say(err, "armature: " + e.getMessage());
            }
            return CallException.FAILED;
        }
    }

    private static int columns(String first, String second) {
        String text = first != null ? first : second;
        if (text == null) {
            return 0;
        }
        try {
            return Math.max(0, Math.min(1000, Integer.parseInt(text)));
        } catch (NumberFormatException e) {
            return 0; // a strange variable is no reason to refuse a command
        }
    }

    private static void say(FileOutputStream err, String line) {
        try {
            err.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return; // nobody listens
        }
    }
}
