package io.armature.control.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client wants.
 *
 * @param columns of the caller's terminal, 0 if unknown
 * @param directory the caller's, absolute
 * @param arguments the command and what follows it
 * @param environment variables whose names start with {@code ARMATURE_}
 */
public record Request(
        int columns, String directory, List<String> arguments, Map<String, String> environment) {

    private static final int MAX_ARGUMENTS = 4096;
    private static final int MAX_VARIABLES = 256;
    private static final String PREFIX = "ARMATURE_";

    public Request {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** The same caller with other arguments. */
    public Request with(List<String> others) {
        return new Request(columns, directory, others, environment);
    }

    /**
     * Reads a request's payload.
     *
     * @throws DamagedFrameException if it is not laid out as docs/formats/control.md says
     */
    public static Request decode(byte[] payload) throws DamagedFrameException {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        int columns = number(bytes, 0xFFFF, "columns");
        String directory = text(bytes, "directory");
        if (!directory.startsWith("/")) {
            throw new DamagedFrameException("the caller's directory is not absolute");
        }
        int count = number(bytes, MAX_ARGUMENTS, "arguments");
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arguments.add(text(bytes, "argument"));
        }
        count = number(bytes, MAX_VARIABLES, "variables");
        Map<String, String> environment = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = text(bytes, "variable");
            if (!name.startsWith(PREFIX)) {
                throw new DamagedFrameException("a variable's name does not start with " + PREFIX);
            }
            environment.put(name, text(bytes, "value"));
        }
        if (bytes.hasRemaining()) {
            throw new DamagedFrameException(bytes.remaining() + " bytes after the request's end");
        }
        return new Request(columns, directory, arguments, environment);
    }

    /** The payload that {@link #decode} reads. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeShort(columns);
            write(out, directory);
            out.writeShort(arguments.size());
            for (String argument : arguments) {
                write(out, argument);
            }
            out.writeShort(environment.size());
            for (Map.Entry<String, String> variable : environment.entrySet()) {
                write(out, variable.getKey());
                write(out, variable.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail to be written
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static int number(ByteBuffer bytes, int limit, String what)
            throws DamagedFrameException {
        if (bytes.remaining() < 2) {
            throw new DamagedFrameException("the request ends before its " + what);
        }
        int number = bytes.getShort() & 0xFFFF;
        if (number > limit) {
            throw new DamagedFrameException(number + " " + what + ", at most " + limit);
        }
        return number;
    }

    private static String text(ByteBuffer bytes, String what) throws DamagedFrameException {
        if (bytes.remaining() < 4) {
            throw new DamagedFrameException("the request ends before its " + what);
        }
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new DamagedFrameException("the request's " + what + " is longer than itself");
        }
        ByteBuffer slice = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(slice)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DamagedFrameException("the request's " + what + " is not UTF-8");
        }
    }
}
