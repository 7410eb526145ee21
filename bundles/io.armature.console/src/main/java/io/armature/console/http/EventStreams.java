package io.armature.console.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that listen for events. None has a thread of its own: a few writers serve those that
 * have something to be sent, and one that does not read is dropped. What a client has not been sent
 * yet is replaced by newer news of the same name.
 */
public final class EventStreams {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    private static final String BEAT = "";

    private final int limit;
    private final long stallNanos;
    private final Executor writers;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

    /**
     * @param limit clients at once
     * @param stallNanos how long one may leave what is sent unread
     */
    public EventStreams(int limit, long stallNanos, Executor writers) {
        this.limit = limit;
        this.stallNanos = stallNanos;
        this.writers = writers;
    }

    /** Clients at this moment; one that has gone is noticed with the next beat. */
    public int size() {
        return streams.size();
    }

    /** Gives a client a place; false if there is none. */
    synchronized boolean reserve(EventStream stream) {
        return streams.size() < limit && streams.add(stream);
    }

    /** A stream for an exchange; not served before it is reserved. */
    EventStream stream(HttpExchange exchange) {
        return new EventStream(exchange, writers, streams::remove);
    }

    /** Sends an event to all. */
    public void publish(String name, String line) {
        streams.forEach(stream -> stream.offer(name, line));
    }

    /** Keeps connections alive, finds those that have gone and drops those that do not read. */
    public void beat() {
        for (EventStream stream : streams) {
            if (stream.stalledNanos() > stallNanos) {
                LOG.info("console client dropped that does not read");
                stream.interrupt();
            } else {
                stream.offer(BEAT, BEAT);
            }
        }
    }

    /** Ends all streams. */
    public void close() {
        streams.forEach(EventStream::interrupt);
    }

    /** The bytes of some events, beats as comments. */
    static byte[] encode(Map<String, String> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(
                (name, line) -> {
                    if (name.equals(BEAT)) {
                        text.append(":\n\n");
                    } else {
                        text.append("event: ").append(name).append('\n');
                        text.append("data: ").append(line).append("\n\n");
                    }
                });
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static void end(HttpExchange exchange) {
        try (exchange) {
            exchange.getResponseBody().close();
        } catch (IOException e) {
            LOG.trace("the client had gone", e);
        }
    }
}
