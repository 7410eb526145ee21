package io.armature.console.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One listening client: the news it has not been sent yet. */
final class EventStream {

    private final HttpExchange exchange;
    private final Executor writers;
    private final Consumer<EventStream> over;
    private Map<String, String> pending = new LinkedHashMap<>();
    private Thread writer;
    private boolean opened;
    private boolean scheduled;
    private boolean ended;
    private long begunNanos;

    EventStream(HttpExchange exchange, Executor writers, Consumer<EventStream> over) {
        this.exchange = exchange;
        this.writers = writers;
        this.over = over;
    }

    /** Has it sent soon; replaces what waits under the same name. */
    synchronized void offer(String name, String line) {
        if (ended) {
            return;
        }
        pending.put(name, line);
        schedule();
    }

    /** Its response headers have been sent: what waits may follow. */
    synchronized void open() {
        opened = true;
        schedule();
    }

    private void schedule() {
        if (opened && !scheduled && !pending.isEmpty()) {
            scheduled = true;
            begunNanos = System.nanoTime();
            writers.execute(this::write);
        }
    }

    private void write() {
        try {
            for (Map<String, String> next = take(); !next.isEmpty(); next = take()) {
                exchange.getResponseBody().write(EventStreams.encode(next));
                exchange.getResponseBody().flush();
            }
        } catch (IOException e) {
            end(); // gone, or dropped by the interrupt, which closes its channel
        } finally {
            done();
        }
    }

    private synchronized Map<String, String> take() throws IOException {
        if (ended) {
            throw new IOException("dropped");
        }
        writer = Thread.currentThread();
        begunNanos = System.nanoTime();
        Map<String, String> next = pending;
        pending = new LinkedHashMap<>();
        if (next.isEmpty()) {
            writer = null;
            scheduled = false;
        }
        return next;
    }

    private synchronized void done() {
        writer = null;
        Thread.interrupted(); // one that came too late must not hit this thread's next client
    }

    private void end() {
        synchronized (this) {
            ended = true;
            pending.clear();
        }
        over.accept(this);
        EventStreams.end(exchange);
    }

    /** How long the write that is under way, or waits for a thread, has taken. */
    synchronized long stalledNanos() {
        return scheduled && writer != null ? System.nanoTime() - begunNanos : 0;
    }

    /** Drops the client: a write that is blocked ends, else the next one does. */
    void interrupt() {
        boolean idle;
        synchronized (this) {
            ended = true;
            idle = writer == null;
            if (!idle) {
                writer.interrupt();
            }
        }
        if (idle) {
            end();
        }
    }
}
