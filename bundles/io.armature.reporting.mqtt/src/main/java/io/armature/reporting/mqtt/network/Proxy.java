package io.armature.reporting.mqtt.network;

import io.armature.platform.api.FailureText;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What stands between the device and the broker. It resolves the broker's name; the device asks no
 * name server for it.
 *
 * @param user none if the proxy wants none
 * @param passwordFile read at each connection
 */
public record Proxy(
        Kind kind, String host, int port, Optional<String> user, Optional<Path> passwordFile) {

    private static final int MAX_PASSWORD_BYTES = 4096;

    /** How to talk to it. */
    public enum Kind {
        /** {@code CONNECT} of HTTP/1.1. */
        HTTP,
        /** SOCKS 5. */
        SOCKS
    }

    /** Name and password, both as they go over the wire. */
    record Login(String user, String password) {}

    /**
     * @param uri {@code http://HOST:PORT} or {@code socks5://HOST:PORT}
     * @throws IllegalArgumentException if it is something else
     */
    public static Proxy of(String uri, Optional<String> user, Optional<Path> passwordFile) {
        try {
            URI parsed = new URI(uri);
            String scheme = parsed.getScheme();
            if (("http".equals(scheme) || "socks5".equals(scheme))
                    && parsed.getHost() != null
                    && parsed.getPort() > 0) {
                return new Proxy(
                        scheme.equals("http") ? Kind.HTTP : Kind.SOCKS,
                        BrokerAddress.withoutBrackets(parsed.getHost()),
                        parsed.getPort(),
                        user,
                        passwordFile);
            }
        } catch (URISyntaxException e) {
            // Said below, with what is expected.
        }
        throw new IllegalArgumentException(
                "proxy must be http://HOST:PORT or socks5://HOST:PORT, was '" + uri + "'");
    }

    /** Has the proxy connect this socket to somebody; the socket is connected to the proxy. */
    void tunnel(Socket socket, String toHost, int toPort) throws IOException {
        Optional<Login> login = login();
        switch (kind) {
            case HTTP -> HttpTunnel.open(socket, toHost, toPort, login);
            case SOCKS -> SocksTunnel.open(socket, toHost, toPort, login);
        }
    }

    private Optional<Login> login() throws IOException {
        if (user.isEmpty()) {
            return Optional.empty();
        }
        String password = "";
        if (passwordFile.isPresent()) {
            Path file = passwordFile.get();
            try {
                if (Files.size(file) > MAX_PASSWORD_BYTES) {
                    throw new IOException("longer than " + MAX_PASSWORD_BYTES + " bytes");
                }
                password = Files.readString(file, StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                throw new IOException(
                        "proxy_password_file " + file + " cannot be read: " + FailureText.of(e), e);
            }
        }
        return Optional.of(new Login(user.get(), password));
    }
}
