package io.armature.control.server;

import io.armature.control.wire.FrameType;
import io.armature.control.wire.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A client that says exactly what a test wants, byte by byte. */
public final class RawClient implements AutoCloseable {

    private static final byte[] PREAMBLE = {'A', 'R', 'M', 'C', 0, 1, 0, 0};

    /** What came back: frames until the connection's end. */
    public record Answer(List<Integer> types, String out, String err, int exit, String refusal) {}

    private final SocketChannel channel;

    public RawClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    public static byte[] request(String... arguments) {
        return new Request(0, "/", List.of(arguments), Map.of()).encode();
    }

    public RawClient call(String... arguments) throws IOException {
        raw(PREAMBLE);
        return frame(FrameType.REQUEST, request(arguments));
    }

    public RawClient preamble() throws IOException {
        return raw(PREAMBLE);
    }

    public RawClient frame(FrameType type, byte[] payload) throws IOException {
        return raw(
                ByteBuffer.allocate(5 + payload.length)
                        .put((byte) type.number())
                        .putInt(payload.length)
                        .put(payload)
                        .array());
    }

    public RawClient raw(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        return this;
    }

    /** The next frame's type, its payload in the buffer; -1 at the end. */
    public int next(ByteArrayOutputStream payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(5);
        if (!fill(head)) {
            return -1;
        }
        ByteBuffer body = ByteBuffer.allocate(head.getInt(1));
        if (!fill(body)) {
            throw new IOException("cut in the middle of a frame");
        }
        payload.write(body.array());
        return head.get(0) & 0xFF;
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            try {
                if (channel.read(buffer) < 0) {
                    return false;
                }
            } catch (IOException e) {
                return false; // reset
            }
        }
        return true;
    }

    /** Reads up to the connection's end. */
    public Answer answer() throws IOException {
        List<Integer> types = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = -1;
        String refusal = "";
        while (true) {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            int type = next(payload);
            if (type < 0) {
                return new Answer(
                        types,
                        out.toString(StandardCharsets.UTF_8),
                        err.toString(StandardCharsets.UTF_8),
                        exit,
                        refusal);
            }
            types.add(type);
            if (type == FrameType.STDOUT.number()) {
                payload.writeTo(out);
            } else if (type == FrameType.STDERR.number()) {
                payload.writeTo(err);
            } else if (type == FrameType.EXIT.number()) {
                exit = payload.toByteArray()[0] & 0xFF;
            } else if (type == FrameType.REFUSED.number()) {
                refusal = payload.toString(StandardCharsets.UTF_8);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
