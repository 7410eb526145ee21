package io.armature.itest.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A headless Chromium with one page, driven through its own protocol. */
final class Browser implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<Map<?, ?>>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private String session;

    private Browser(Process process, URI address) throws Exception {
        this.process = process;
        this.socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(address, new Listener())
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Object target =
                Json.at(call("Target.createTarget", Map.of("url", "about:blank")), "targetId");
        session =
                String.valueOf(
                        Json.at(
                                call(
                                        "Target.attachToTarget",
                                        Map.of("targetId", target, "flatten", true)),
                                "sessionId"));
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
    }

    /** The program of this machine, if there is one. */
    static Optional<Path> program() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
                Path path = Path.of(folder, name);
                if (Files.isExecutable(path)) {
                    return Optional.of(path);
                }
            }
        }
        return Optional.empty();
    }

    static Browser start(Path program, Path profile) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--disable-dev-shm-usage",
                                "--hide-scrollbars",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "about:blank"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TMPDIR", profile.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
            int begin = line.indexOf("ws://");
            if (begin >= 0) {
                drain(out);
                return new Browser(process, URI.create(line.substring(begin).trim()));
            }
        }
        throw new IOException("chromium did not start: " + said);
    }

    /** Its messages must not fill the pipe. */
    private static void drain(BufferedReader out) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                while (out.readLine() != null) {
                                    Thread.onSpinWait();
                                }
                            } catch (IOException e) {
                                Thread.currentThread().interrupt(); // closed with the process
                            }
                        },
                        "browser-log");
        thread.setDaemon(true);
        thread.start();
    }

    /** Errors and warnings that the page has brought up. */
    List<String> complaints() {
        return complaints;
    }

    void open(String url) throws Exception {
        call("Page.navigate", Map.of("url", url));
    }

    /** Value of an expression; a promise is waited for. */
    Object evaluate(String expression) throws Exception {
        Map<?, ?> answer =
                call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression", expression,
                                "awaitPromise", true,
                                "returnByValue", true,
                                "userGesture", true));
        if (answer.containsKey("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
        }
        return Json.at(answer, "result", "value");
    }

    /** Waits until an expression is true, looking at every change of the page. */
    void await(String expression) throws Exception {
        Object seen =
                evaluate(
                        "new Promise((resolve) => {"
                                + "const holds = () => { try { return "
                                + expression
                                + "; } catch (e) { return false; } };"
                                + "if (holds()) { resolve(true); return; }"
                                + "const look = new MutationObserver(() => {"
                                + " if (holds()) { look.disconnect(); resolve(true); } });"
                                + "look.observe(document, {subtree: true, childList: true,"
                                + " characterData: true, attributes: true});"
                                + "setTimeout(() => resolve(holds()), 10000); })");
        if (!Boolean.TRUE.equals(seen)) {
            throw new AssertionError(
                    "not seen within 10 s: "
                            + expression
                            + "; the page shows: "
                            + evaluate("document.body.innerText")
                            + "; complaints: "
                            + complaints);
        }
    }

    void look(int width, int height, boolean phone, boolean dark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width", width,
                        "height", height,
                        "deviceScaleFactor", phone ? 2 : 1,
                        "mobile", phone));
        call(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        dark ? "dark" : "light"))));
    }

    void key(String key, int code) throws Exception {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type", type,
                            "key", key,
                            "code", key,
                            "windowsVirtualKeyCode", code));
        }
    }

    void picture(Path file) throws Exception {
        Map<?, ?> answer = call("Page.captureScreenshot", Map.of("format", "png"));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(String.valueOf(answer.get("data"))));
    }

    private Map<?, ?> call(String method, Map<String, ?> parameters) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<Map<?, ?>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", parameters);
        if (session != null) {
            message.put("sessionId", session);
        }
        socket.sendText(Json.write(message), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Map<?, ?> whole = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (whole.containsKey("error")) {
            throw new IllegalStateException(method + ": " + whole.get("error"));
        }
        return (Map<?, ?>) whole.get("result");
    }

    private void received(Map<?, ?> message) {
        if (message.get("id") instanceof Number id) {
            CompletableFuture<Map<?, ?>> answer = answers.remove(id.intValue());
            if (answer != null) {
                answer.complete(message);
            }
        } else if ("Log.entryAdded".equals(message.get("method"))) {
            complaints.add(String.valueOf(Json.at(message, "params", "entry")));
        } else if ("Runtime.exceptionThrown".equals(message.get("method"))) {
            complaints.add(String.valueOf(Json.at(message, "params", "exceptionDetails")));
        } else if ("Runtime.consoleAPICalled".equals(message.get("method"))) {
            complaints.add(String.valueOf(message.get("params")));
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        socket.abort();
    }

    /** Puts messages together. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received(Json.read(text.toString()));
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }
}
