package io.armature.reporting.mqtt.network;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A way through a SOCKS 5 proxy (RFC 1928, names and passwords by RFC 1929). */
final class SocksTunnel {

    private static final int VERSION = 5;
    private static final int NO_LOGIN = 0;
    private static final int LOGIN = 2;
    private static final int LOGIN_VERSION = 1;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final int MAX_TEXT_BYTES = 255;

    private static final String[] REFUSALS = {
        "general failure",
        "not allowed",
        "network unreachable",
        "host unreachable",
        "connection refused",
        "time to live is over",
        "command not supported",
        "address type not supported"
    };

    private SocksTunnel() {}

    static void open(Socket socket, String host, int port, Optional<Proxy.Login> login)
            throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        out.write(
                login.isPresent()
                        ? new byte[] {VERSION, 2, NO_LOGIN, LOGIN}
                        : new byte[] {VERSION, 1, NO_LOGIN});
        require(in.readUnsignedByte() == VERSION, "the proxy speaks no SOCKS 5");
        int method = in.readUnsignedByte();
        if (method == LOGIN && login.isPresent()) {
            authenticate(in, out, login.get());
        } else {
            require(method == NO_LOGIN, "the proxy wants another kind of login");
        }
        connect(in, out, host, port);
    }

    private static void authenticate(DataInputStream in, OutputStream out, Proxy.Login login)
            throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(LOGIN_VERSION);
        text(request, login.user());
        text(request, login.password());
        out.write(request.toByteArray());
        in.readUnsignedByte();
        require(in.readUnsignedByte() == 0, "the proxy refuses name or password");
    }

    /** The name goes as it is, addresses too: the proxy resolves it. */
    private static void connect(DataInputStream in, OutputStream out, String host, int port)
            throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(new byte[] {VERSION, CONNECT, 0, NAME});
        text(request, host);
        request.write(port >>> 8);
        request.write(port);
        out.write(request.toByteArray());
        in.readUnsignedByte();
        int code = in.readUnsignedByte();
        require(code == 0, "the proxy refuses: " + refusal(code));
        in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int length =
                switch (type) {
                    case IPV4 -> 4;
                    case IPV6 -> 16;
                    case NAME -> in.readUnsignedByte();
                    default -> throw new IOException("the proxy answers with address type " + type);
                };
        in.readFully(new byte[length + Short.BYTES]);
    }

    private static String refusal(int code) {
        return code >= 1 && code <= REFUSALS.length ? REFUSALS[code - 1] : "code " + code;
    }

    private static void text(ByteArrayOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        require(
                bytes.length >= 1 && bytes.length <= MAX_TEXT_BYTES,
                "a proxy takes names and passwords of 1 to 255 bytes");
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static void require(boolean condition, String message) throws IOException {
        if (!condition) {
            throw new IOException(message);
        }
    }
}
