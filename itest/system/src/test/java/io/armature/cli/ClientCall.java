package io.armature.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One call of the thin client's own code, in the test's JVM: a thousand JVMs a second would be a
 * test of the machine.
 *
 * @param code exit code
 */
public record ClientCall(int code, String output, String error) {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Runs a command; waits for its end. */
    public static ClientCall of(Path root, String input, String... arguments) throws IOException {
        Device device =
                new Device(root.toString(), root.resolve("run/armature").toFile(), PATIENCE_NANOS);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            byte[] request = Request.encode(0, "/", arguments, Map.of());
            InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
            int code = new Client(device, in, out, err).call(request);
            return new ClientCall(code, text(out), text(err));
        } catch (CallException e) {
            return new ClientCall(e.exitCode(), text(out), text(err) + e.getMessage());
        }
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
