package io.armature.reporting.mqtt;

import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.mqtt.api.Message;
import io.armature.reporting.mqtt.api.Opening;
import io.armature.reporting.mqtt.api.Transport;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One attempt to connect and the connection that comes of it, used once. The transport's threads
 * only hand over to the bridge's thread, on which all listeners are called; after {@link #dispose}
 * none is.
 */
final class Session {

    /** What happens to the connection. */
    interface Listener {
        void opened(Limits limits);

        void lost(Throwable cause);

        void received(String topic, byte[] payload);
    }

    private static final long DISCONNECT_MILLIS = 100;

    /** Messages handed over and not yet handled; a peer that sends faster loses messages. */
    private static final int MAX_RECEIVED = 1024;

    /** Of these messages together. */
    static final int MAX_RECEIVED_BYTES = 4 << 20;

    private final Executor executor;
    private final Listener listener;
    private final AtomicInteger handedOver = new AtomicInteger();
    private final AtomicLong handedOverBytes = new AtomicLong();
    private final AtomicInteger dropped = new AtomicInteger();
    private final Connection connection;
    private volatile boolean disposed;

    /** Connects in the background; ends with {@code opened} or {@code lost}. */
    Session(Transport transport, Opening opening, Executor executor, Listener listener) {
        this.executor = executor;
        this.listener = listener;
        this.connection = transport.open(opening, new Arrivals());
    }

    void publish(Message message, Connection.Outcome outcome) {
        connection.publish(message, new HandedOver(outcome));
    }

    /** Messages lost since the last call because they came too fast. */
    int takeDropped() {
        return dropped.getAndSet(0);
    }

    /** Says the last word and disconnects; gives up after the given time. Blocks. */
    void farewell(Message message, long timeoutMillis) {
        CountDownLatch said = new CountDownLatch(1);
        connection.publish(
                message,
                new Connection.Outcome() {
                    @Override
                    public void acknowledged() {
                        said.countDown();
                    }

                    @Override
                    public void failed(Connection.Failure failure, String reason) {
                        said.countDown();
                    }
                });
        disposed = true;
        try {
            said.await(timeoutMillis, TimeUnit.MILLISECONDS);
            CountDownLatch left = new CountDownLatch(1);
            CompletionStage<Void> closed = connection.close(Connection.Ending.TOLD);
            closed.whenComplete((done, error) -> left.countDown());
            left.await(DISCONNECT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            dispose();
        }
    }

    /** Ends the connection without a word, so that the broker publishes the last will. */
    void dispose() {
        disposed = true;
        connection.close(Connection.Ending.SILENT);
    }

    private void handOver(Runnable task) {
        try {
            executor.execute(
                    () -> {
                        if (!disposed) {
                            task.run();
                        }
                    });
        } catch (RejectedExecutionException e) {
            // The bridge is closed, and closes this.
            return;
        }
    }

    private final class HandedOver implements Connection.Outcome {
        private final Connection.Outcome outcome;

        HandedOver(Connection.Outcome outcome) {
            this.outcome = outcome;
        }

        @Override
        public void acknowledged() {
            handOver(outcome::acknowledged);
        }

        @Override
        public void failed(Connection.Failure failure, String reason) {
            handOver(() -> outcome.failed(failure, reason));
        }
    }

    private final class Arrivals implements Events {

        @Override
        public void opened(Limits limits) {
            handOver(() -> listener.opened(limits));
        }

        @Override
        public void lost(Throwable cause) {
            handOver(() -> listener.lost(cause));
        }

        @Override
        public void received(String topic, byte[] payload) {
            if (handedOver.get() >= MAX_RECEIVED
                    || handedOverBytes.get() + payload.length > MAX_RECEIVED_BYTES) {
                dropped.incrementAndGet();
                return;
            }
            handedOver.incrementAndGet();
            handedOverBytes.addAndGet(payload.length);
            handOver(
                    () -> {
                        handedOver.decrementAndGet();
                        handedOverBytes.addAndGet(-payload.length);
                        listener.received(topic, payload);
                    });
        }
    }
}
