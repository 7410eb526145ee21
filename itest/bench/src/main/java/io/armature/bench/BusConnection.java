package io.armature.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** As much of the D-Bus protocol as calls without arguments need. One thread reads. */
final class BusConnection implements AutoCloseable {

    private static final int CALL = 1;
    private static final int ANSWER = 2;
    private static final int ERROR = 3;
    private static final int HEADER = 16;
    private static final int READ_BYTES = 1 << 16;
    private static final int IDLE_READ_BYTES = 1 << 10;
    private static final int LATENCIES_KEPT = 1 << 20;
    private static final String BUS = "org.freedesktop.DBus";

    private final SocketChannel channel;
    private final ByteBuffer in;
    private final ByteBuffer out = little(1 << 10);
    private final String name;
    private int serial;

    private record Message(int type, int serial, byte[] body) {}

    BusConnection(Path socket) throws IOException {
        this(socket, READ_BYTES);
    }

    /** One of many that only is there. */
    static BusConnection idle(Path socket) throws IOException {
        return new BusConnection(socket, IDLE_READ_BYTES);
    }

    private BusConnection(Path socket, int readBytes) throws IOException {
        in = little(readBytes).flip();
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        String uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
        String hex = HexFormat.of().formatHex(uid.getBytes(StandardCharsets.US_ASCII));
        write("\0AUTH EXTERNAL " + hex + "\r\n");
        String line = line();
        if (!line.startsWith("OK ")) {
            throw new IOException("dbus-daemon answered " + line);
        }
        write("BEGIN\r\n");
        send(CALL, "/org/freedesktop/DBus", BUS, "Hello", BUS, 0);
        byte[] answer = next(ANSWER).body();
        name = new String(answer, 4, answer.length - 5, StandardCharsets.US_ASCII);
    }

    /** Its unique name on the bus. */
    String name() {
        return name;
    }

    void call(String destination) throws IOException {
        send(CALL, "/bench", "io.armature.Bench", "Open", destination, 0);
    }

    void answer(int toSerial, String destination) throws IOException {
        send(ANSWER, null, null, null, destination, toSerial);
    }

    /** The serial of the next call. */
    int nextCall() throws IOException {
        return next(CALL).serial();
    }

    void nextAnswer() throws IOException {
        next(ANSWER);
    }

    /** Keeps so many calls in flight. */
    Sample calls(String owner, int inFlight, long nanos) throws IOException {
        long[] latencies = new long[LATENCIES_KEPT];
        int count = 0;
        long start = System.nanoTime();
        for (int i = 0; i < inFlight; i++) {
            call(owner);
        }
        long now = start;
        while (now - start < nanos && count < LATENCIES_KEPT) {
            nextAnswer();
            long then = System.nanoTime();
            latencies[count++] = then - now;
            now = then;
            call(owner);
        }
        for (int i = 0; i < inFlight; i++) {
            nextAnswer();
        }
        long took = System.nanoTime() - start;
        long[] kept = inFlight == 1 ? Arrays.copyOf(latencies, count) : new long[0];
        return new Sample(count + inFlight, took, kept);
    }

    private void send(
            int type, String path, String contract, String member, String destination, int answers)
            throws IOException {
        out.clear();
        out.put((byte) 'l').put((byte) type).put((byte) 0).put((byte) 1);
        out.putInt(0).putInt(++serial).putInt(0);
        text(1, 'o', path);
        text(2, 's', contract);
        text(3, 's', member);
        if (answers != 0) {
            field(5, 'u');
            out.putInt(answers);
        }
        text(6, 's', destination);
        out.putInt(HEADER - 4, out.position() - HEADER);
        align();
        writeAll(out.flip());
    }

    private void text(int code, char signature, String value) {
        if (value != null) {
            field(code, signature);
            byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
            out.putInt(bytes.length).put(bytes).put((byte) 0);
        }
    }

    private void field(int code, char signature) {
        align();
        out.put((byte) code).put((byte) 1).put((byte) signature).put((byte) 0);
    }

    private void align() {
        while (out.position() % 8 != 0) {
            out.put((byte) 0);
        }
    }

    private Message next(int type) throws IOException {
        while (true) {
            Message message = read();
            if (message.type() == ERROR) {
                throw new IOException("dbus-daemon answered with an error");
            }
            if (message.type() == type) {
                return message;
            }
        }
    }

    private Message read() throws IOException {
        need(HEADER);
        int at = in.position();
        int bodyBytes = in.getInt(at + 4);
        int head = HEADER + (in.getInt(at + 12) + 7) / 8 * 8;
        need(head + bodyBytes);
        at = in.position();
        byte[] body = new byte[bodyBytes];
        in.get(at + head, body);
        in.position(at + head + bodyBytes);
        return new Message(in.get(at + 1), in.getInt(at + 8), body);
    }

    private void need(int bytes) throws IOException {
        while (in.remaining() < bytes) {
            in.compact();
            int more = channel.read(in);
            in.flip();
            if (more < 0) {
                throw new EOFException("dbus-daemon closed the connection");
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            need(1);
            char next = (char) in.get();
            if (next == '\n') {
                return line.toString().trim();
            }
            line.append(next);
        }
    }

    private void write(String text) throws IOException {
        writeAll(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
