package io.armature.services.socket.server;

import io.armature.services.wire.Descriptor;
import io.armature.services.wire.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that connects often, says {@code ready}, and goes when its input ends. */
final class Crowd {

    private static final int WOULD_BLOCK = 11;

    private Crowd() {}

    /** Takes the socket's path and how many connections. */
    public static void main(String[] arguments) throws IOException {
        Path socket = Path.of(arguments[0]);
        int wanted = Integer.parseInt(arguments[1]);
        List<Descriptor> all = new ArrayList<>(wanted);
        while (all.size() < wanted) {
            try {
                all.add(Descriptor.connected(socket));
            } catch (SystemCallException e) {
                if (e.error() != WOULD_BLOCK) {
                    throw e;
                }
                Thread.onSpinWait(); // the manager has many to accept
            }
        }
        System.out.write("ready\n".getBytes(StandardCharsets.US_ASCII));
        System.out.flush();
        int read = System.in.read();
        if (read != -1 || all.size() != wanted) {
            throw new IOException("unexpected input " + read);
        }
    }
}
