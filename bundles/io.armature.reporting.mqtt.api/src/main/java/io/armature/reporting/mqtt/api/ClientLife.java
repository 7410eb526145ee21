package io.armature.reporting.mqtt.api;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * How a {@link Connection} ends whose client library blocks while it does: its loss is told once,
 * and it is closed once, on a thread of its own. Any thread may call this; nothing here blocks.
 *
 * @param <C> the library's client, used for one connection
 */
public final class ClientLife<C> {

    private final Events events;
    private final BiConsumer<C, Connection.Ending> end;
    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Optional<C> client = Optional.empty();

    /**
     * @param end {@code TOLD}: tells the broker that the client leaves; {@code SILENT}, also behind
     *     the other one: ends whatever the client is about, and frees what it holds. May block
     */
    public ClientLife(Events events, BiConsumer<C, Connection.Ending> end) {
        this.events = events;
        this.end = end;
    }

    /** From now on there is a client; called once. */
    public void begin(C made) {
        client = Optional.of(made);
    }

    /** None if it could not be made. */
    public Optional<C> client() {
        return client;
    }

    /**
     * Tells {@link Events#lost}, the first time only.
     *
     * @param cause null: the broker closed the connection without a word
     */
    public void lose(Throwable cause) {
        if (lost.compareAndSet(false, true)) {
            events.lost(cause == null ? new IOException("connection closed") : cause);
        }
    }

    /** Does what {@link Connection#close} promises. */
    public CompletionStage<Void> close(Connection.Ending ending) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        Optional<C> current = client;
        if (current.isEmpty() || !closed.compareAndSet(false, true)) {
            told.complete(null);
        } else if (ending == Connection.Ending.TOLD) {
            background(() -> leave(current.get(), told));
        } else {
            background(() -> end.accept(current.get(), Connection.Ending.SILENT));
            told.complete(null);
        }
        return told;
    }

    /**
     * To be asked by a client that has just connected: a library that is about to connect cannot be
     * closed.
     *
     * @return whether this was closed meanwhile; then the client is discarded
     */
    public boolean discardIfClosed() {
        boolean late = closed.get();
        if (late) {
            background(() -> client.ifPresent(c -> end.accept(c, Connection.Ending.SILENT)));
        }
        return late;
    }

    private void leave(C leaving, CompletableFuture<Void> told) {
        try {
            end.accept(leaving, Connection.Ending.TOLD);
        } finally {
            told.complete(null);
            end.accept(leaving, Connection.Ending.SILENT);
        }
    }

    private static void background(Runnable task) {
        Thread thread = new Thread(task, "mqtt-dispose");
        thread.setDaemon(true);
        thread.start();
    }
}
