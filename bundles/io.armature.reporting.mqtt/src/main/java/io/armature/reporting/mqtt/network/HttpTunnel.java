package io.armature.reporting.mqtt.network;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A way through an HTTP proxy by {@code CONNECT} (RFC 9110, 9.3.6). */
final class HttpTunnel {

    private static final int MAX_ANSWER_BYTES = 16 << 10;

    /** So much of what a proxy says is shown to operators. */
    static final int SHOWN = 100;

    private HttpTunnel() {}

    static void open(Socket socket, String host, int port, Optional<Proxy.Login> login)
            throws IOException {
        String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        StringBuilder request =
                new StringBuilder("CONNECT ")
                        .append(authority)
                        .append(" HTTP/1.1\r\nHost: ")
                        .append(authority)
                        .append("\r\n");
        login.ifPresent(
                one ->
                        request.append("Proxy-Authorization: Basic ")
                                .append(encoded(one))
                                .append("\r\n"));
        request.append("\r\n");
        socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
        String status = firstLine(socket.getInputStream());
        if (!status.matches("HTTP/1\\.[01] 2\\d\\d( .*)?")) {
            throw new IOException("the proxy refuses: " + shown(status));
        }
    }

    private static String shown(String status) {
        String printable = status.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "...";
    }

    private static String encoded(Proxy.Login login) {
        byte[] plain = (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(plain);
    }

    /** Reads up to the empty line and not a byte more: what follows is the broker's. */
    private static String firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the proxy closed the connection");
            }
            if (answer.size() >= MAX_ANSWER_BYTES) {
                throw new IOException("the proxy answers too much");
            }
            answer.write(next);
            ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
        }
        String text = answer.toString(StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf('\n')).strip();
    }
}
