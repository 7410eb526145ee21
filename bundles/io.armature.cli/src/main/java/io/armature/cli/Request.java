package io.armature.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The request's bytes as docs/formats/control.md lays them out. */
final class Request {

    static final int MAX_BYTES = 1 << 20;
    private static final int MAX_ARGUMENTS = 4096;
    private static final int MAX_VARIABLES = 256;

    private Request() {}

    /**
     * @throws CallException if it is too long to send
     */
    static byte[] encode(
            int columns, String directory, String[] arguments, Map<String, String> environment)
            throws CallException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(columns);
        text(out, directory);
        if (arguments.length > MAX_ARGUMENTS) {
            throw new CallException(2, "more than " + MAX_ARGUMENTS + " arguments");
        }
        out.writeShort(arguments.length);
        for (String argument : arguments) {
            text(out, argument);
        }
        int variables = 0;
        for (String name : environment.keySet()) {
            variables += name.startsWith("ARMATURE_") ? 1 : 0;
        }
        int left = Math.min(variables, MAX_VARIABLES);
        out.writeShort(left);
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (left > 0 && variable.getKey().startsWith("ARMATURE_")) {
                text(out, variable.getKey());
                text(out, variable.getValue());
                left--;
            }
        }
        if (bytes.size() > MAX_BYTES) {
            throw new CallException(
                    2, "arguments of " + bytes.size() + " bytes, at most " + MAX_BYTES + " fit");
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }
}
