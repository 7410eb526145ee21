package io.armature.console.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.armature.control.api.JsonText;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the console's requests. */
final class ConsoleHandler implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleHandler.class);
    private static final int MAX_BODY_BYTES = 65_536;
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String ACTIONS = "/actions/";
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private final RequestRules rules;
    private final EventStreams streams;
    private final Supplier<Map<String, String>> states;
    private final Consumer<BiConsumer<String, String>> begin;
    private final Map<String, Action> actions;

    /**
     * @param states the states of this moment by source
     * @param begin has a new listener told all states, in order with the updates that follow
     */
    ConsoleHandler(
            RequestRules rules,
            EventStreams streams,
            Supplier<Map<String, String>> states,
            Consumer<BiConsumer<String, String>> begin,
            Map<String, Action> actions) {
        this.rules = rules;
        this.streams = streams;
        this.states = states;
        this.begin = begin;
        this.actions = actions;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            protect(exchange.getResponseHeaders());
            Optional<RequestRules.Refusal> refusal = rules.check(exchange.getRequestHeaders());
            if (refusal.isPresent()) {
                refuse(exchange, refusal.get().status(), refusal.get().reason());
                return;
            }
            String path = exchange.getRequestURI().getPath();
            if (path != null && path.startsWith(ACTIONS)) {
                act(exchange, path.substring(ACTIONS.length()));
            } else {
                show(exchange, path);
            }
        } catch (RuntimeException e) {
            LOG.error("console request failed", e);
            exchange.close();
        }
    }

    private static void protect(Headers headers) {
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
    }

    private void show(HttpExchange exchange, String path) throws IOException {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            refuse(exchange, 405, "this can only be read");
            return;
        }
        if ("/events".equals(path)) {
            listen(exchange);
            return;
        }
        if ("/state.json".equals(path)) {
            StringBuilder all = new StringBuilder("{");
            states.get()
                    .forEach(
                            (name, state) ->
                                    all.append(all.length() > 1 ? "," : "")
                                            .append(JsonText.quoted(name))
                                            .append(':')
                                            .append(state));
            answer(exchange, 200, JSON, bytes(all.append('}').toString()));
            return;
        }
        Optional<Page> page = Page.at(String.valueOf(path));
        if (page.isPresent()) {
            answer(exchange, 200, page.get().type(), page.get().content());
        } else {
            refuse(exchange, 404, "there is no such page");
        }
    }

    private void listen(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            refuse(exchange, 405, "events can only be listened to");
            return;
        }
        EventStream stream = streams.stream(exchange);
        if (!streams.reserve(stream)) {
            streams.beat(); // finds those that have gone, so that the next attempt may succeed
            exchange.getResponseHeaders().set("Retry-After", "5");
            refuse(exchange, 503, "too many pages watch this console; close one");
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            stream.open();
            begin.accept(stream::offer);
        } catch (IOException | RuntimeException e) {
            stream.interrupt();
            throw e;
        }
    }

    private void act(HttpExchange exchange, String name) throws IOException {
        Action action = actions.get(name);
        if (action == null) {
            refuse(exchange, 404, "there is no such action");
            return;
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            refuse(exchange, 405, "an action is a POST");
            return;
        }
        Optional<RequestRules.Refusal> refusal = rules.checkToken(exchange.getRequestHeaders());
        if (refusal.isPresent()) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            refuse(exchange, refusal.get().status(), refusal.get().reason());
            return;
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.split(";", 2)[0].trim().equals(FORM)) {
            refuse(exchange, 415, "the body must be " + FORM);
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            refuse(exchange, 413, "the body is longer than " + MAX_BODY_BYTES + " bytes");
            return;
        }
        try {
            String done = action.act(form(new String(body, StandardCharsets.UTF_8)));
            answer(exchange, 200, JSON, bytes("{\"done\":" + JsonText.quoted(done) + "}"));
        } catch (Action.RefusedException e) {
            refuse(exchange, e.status(), e.getMessage());
        } catch (IllegalArgumentException e) {
            refuse(exchange, 400, "the form is damaged");
        }
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String field : body.split("&")) {
            int sign = field.indexOf('=');
            if (sign > 0) {
                form.put(
                        URLDecoder.decode(field.substring(0, sign), StandardCharsets.UTF_8),
                        URLDecoder.decode(field.substring(sign + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    private static void refuse(HttpExchange exchange, int status, String reason)
            throws IOException {
        answer(exchange, status, JSON, bytes("{\"error\":" + JsonText.quoted(reason) + "}"));
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] content)
            throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, content.length);
            exchange.getResponseBody().write(content);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
