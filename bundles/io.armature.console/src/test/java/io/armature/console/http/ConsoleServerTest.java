package io.armature.console.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.testing.HandSource;
import io.armature.platform.api.testing.HandClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsoleServerTest {

    private static final String TOKEN = "secret-of-the-test";
    private static final int CLIENTS = 2;

    private final HandClock clock = new HandClock();
    private final HandSource source = new HandSource("boot", "{\"n\":0}");
    private final List<Map<String, String>> acts = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();
    private ConsoleServer server;
    private int port;

    @BeforeEach
    void serve() throws IOException {
        server =
                new ConsoleServer(
                        clock,
                        new ConsoleServer.Access(0, CLIENTS, List.of("device.example"), TOKEN),
                        Map.of(
                                "flush",
                                form -> {
                                    acts.add(form);
                                    return "done";
                                },
                                "refuse",
                                form -> {
                                    throw new Action.RefusedException(409, "not now");
                                }),
                        looked -> looks.incrementAndGet());
        server.add(source);
        port = URI.create(server.url()).getPort();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        await(
                "no thread is left",
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(thread -> thread.getName().startsWith("console-")));
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private BufferedReader send(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        sockets.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(request.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The whole answer of a connection that is closed after it. */
    private String ask(String method, String path, String headers, String body) throws IOException {
        String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\n";
        BufferedReader in =
                send(
                        method
                                + " "
                                + path
                                + " HTTP/1.1\nConnection: close\n"
                                + headers
                                + length
                                + "\n"
                                + body);
        StringBuilder answer = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            answer.append(line).append('\n');
        }
        return answer.toString();
    }

    private String host() {
        return "Host: 127.0.0.1:" + port + "\n";
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }

    @Test
    void everyAnswerCarriesTheProtectingHeaders() throws Exception {
        for (String path : List.of("/", "/console.css", "/console.js", "/state.json", "/nothing")) {
            assertThat(ask("GET", path, host(), ""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .containsIgnoringCase("X-Content-Type-Options: nosniff")
                    .containsIgnoringCase("Referrer-Policy: no-referrer")
                    .doesNotContainIgnoringCase("Access-Control-Allow")
                    .doesNotContain(TOKEN);
        }
    }

    @Test
    void pageHasNothingInlineAndNothingFromOutside() throws Exception {
        String page = ask("GET", "/", host(), "");
        assertThat(status(page)).isEqualTo(200);
        assertThat(page)
                .doesNotContain("<style", "style=", "onclick", "http://", "https://")
                .doesNotContainPattern("<script(?![^>]* src=)");
    }

    @Test
    void hostMustBeOnTheList() throws Exception {
        for (String name :
                List.of("localhost", "LOCALHOST", "[::1]", "device.example", "127.0.0.1")) {
            assertThat(status(ask("GET", "/", "Host: " + name + ":" + port + "\n", "")))
                    .as(name)
                    .isEqualTo(200);
        }
        for (String name :
                List.of("evil.example", "127.0.0.1.evil.example", "localhost.", "127.0.0.2", "")) {
            assertThat(status(ask("GET", "/", "Host: " + name + "\n", ""))).as(name).isIn(421, 400);
        }
        assertThat(status(ask("GET", "/", "", ""))).as("no host").isIn(421, 400);
        // Later updates of the JDK refuse a second one themselves.
        assertThat(status(ask("GET", "/", host() + "Host: evil.example\n", ""))).isIn(421, 400);
    }

    @Test
    void originMustBeTheConsoleItself() throws Exception {
        assertThat(status(ask("GET", "/", host() + "Origin: http://127.0.0.1:" + port + "\n", "")))
                .isEqualTo(200);
        for (String origin :
                List.of(
                        "http://evil.example",
                        "null",
                        "http://127.0.0.1:" + (port == 1 ? 2 : 1),
                        "file://127.0.0.1:" + port,
                        "%%%")) {
            assertThat(status(ask("GET", "/state.json", host() + "Origin: " + origin + "\n", "")))
                    .as(origin)
                    .isEqualTo(403);
        }
    }

    @Test
    void actionsNeedTheTokenAndPost() throws Exception {
        String form = "Content-Type: application/x-www-form-urlencoded\n";
        String token = "Authorization: Bearer " + TOKEN + "\n";
        String body = "priority=SECURITY&data=a%20b";
        assertThat(status(ask("POST", "/actions/flush", host() + form, body))).isEqualTo(401);
        assertThat(status(ask("POST", "/actions/flush?token=" + TOKEN, host() + form, body)))
                .as("never in the address")
                .isEqualTo(401);
        assertThat(
                        status(
                                ask(
                                        "POST",
                                        "/actions/flush",
                                        host() + form + "Authorization: Bearer wrong\n",
                                        body)))
                .isEqualTo(401);
        assertThat(status(ask("GET", "/actions/flush", host() + token, ""))).isEqualTo(405);
        assertThat(status(ask("POST", "/actions/flush", host() + token, body))).isEqualTo(415);
        assertThat(status(ask("POST", "/actions/other", host() + token + form, body)))
                .isEqualTo(404);
        assertThat(acts).isEmpty();
        assertThat(ask("POST", "/actions/flush", host() + token + form, body))
                .startsWith("HTTP/1.1 200")
                .contains("{\"done\":\"done\"}");
        assertThat(acts).containsExactly(Map.of("priority", "SECURITY", "data", "a b"));
        assertThat(ask("POST", "/actions/refuse", host() + token + form, body))
                .startsWith("HTTP/1.1 409")
                .contains("not now");
    }

    @Test
    void longAndDamagedBodiesAreRefused() throws Exception {
        String headers =
                host()
                        + "Content-Type: application/x-www-form-urlencoded\n"
                        + "Authorization: Bearer "
                        + TOKEN
                        + "\n";
        assertThat(status(ask("POST", "/actions/flush", headers, "a=%zz"))).isEqualTo(400);
        assertThat(status(ask("POST", "/actions/flush", headers, "a=" + "x".repeat(65_535))))
                .isEqualTo(413);
        assertThat(acts).isEmpty();
    }

    @Test
    void pagesCanOnlyBeRead() throws Exception {
        assertThat(status(ask("DELETE", "/", host(), ""))).isEqualTo(405);
        assertThat(status(ask("OPTIONS", "/state.json", host(), ""))).isEqualTo(405);
        assertThat(status(ask("GET", "/../../etc/passwd", host(), ""))).isEqualTo(404);
        assertThat(ask("HEAD", "/console.css", host(), "")).startsWith("HTTP/1.1 200");
    }

    @Test
    void changesReachThoseWhoListen() throws Exception {
        BufferedReader events = send("GET /events HTTP/1.1\n" + host() + "\n");
        awaitLine(events, "data: {\"n\":0}");
        clock.advance(Duration.ofSeconds(1));
        source.set("{\"n\":7}");
        awaitLine(events, "data: {\"n\":7}");
        assertThat(ask("GET", "/state.json", host(), "")).contains("\"boot\":{\"n\":7}");
    }

    @Test
    void nothingIsGatheredBeforeSomebodyLooksAndThenOnce() throws Exception {
        ask("GET", "/", host(), "");
        ask("HEAD", "/console.js", host(), "");
        assertThat(looks).hasValue(0);
        ask("GET", "/state.json", host(), "");
        awaitLine(send("GET /events HTTP/1.1\n" + host() + "\n"), "event: boot");
        ask("GET", "/state.json", host(), "");
        assertThat(looks).hasValue(1);
    }

    private static void awaitLine(BufferedReader in, String wanted) throws IOException {
        String line = in.readLine();
        while (line != null && !line.equals(wanted)) {
            line = in.readLine();
        }
        assertThat(line).isEqualTo(wanted);
    }

    @Test
    void excessListenersAreRefusedUntilOneGoes() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            awaitLine(send("GET /events HTTP/1.1\n" + host() + "\n"), "event: boot");
        }
        assertThat(ask("GET", "/events", host(), ""))
                .startsWith("HTTP/1.1 503")
                .contains("too many pages watch this console");
        sockets.get(0).close();
        await(
                "the one who went is noticed",
                () -> {
                    clock.advance(Duration.ofSeconds(10));
                    return server.clients() < CLIENTS;
                });
        awaitLine(send("GET /events HTTP/1.1\n" + host() + "\n"), "event: boot");
    }

    @Test
    void listenerThatDoesNotReadIsDroppedAndOthersAreServed() throws Exception {
        send("GET /events HTTP/1.1\n" + host() + "\n");
        BufferedReader good = send("GET /events HTTP/1.1\n" + host() + "\n");
        awaitLine(good, "event: boot");
        String padding = "x".repeat(200_000);
        int[] number = {0};
        await(
                "the one who does not read is dropped",
                () -> {
                    clock.advance(Duration.ofSeconds(10));
                    source.set("{\"n\":" + ++number[0] + ",\"p\":\"" + padding + "\"}");
                    return drained(good) && server.clients() == 1;
                });
    }

    private static boolean drained(BufferedReader in) {
        try {
            while (in.ready()) {
                in.readLine();
            }
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void takenPortGivesTheNextFreeOne() throws Exception {
        try (ServerSocket taken =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            int first = Math.min(taken.getLocalPort(), 65_500);
            try (ConsoleServer second =
                    new ConsoleServer(
                            clock,
                            new ConsoleServer.Access(first, 1, List.of(), TOKEN),
                            Map.of(),
                            looked -> {})) {
                assertThat(URI.create(second.url()).getPort()).isBetween(first, first + 19);
                assertThat(URI.create(second.url()).getPort()).isNotEqualTo(taken.getLocalPort());
            }
        }
    }
}
