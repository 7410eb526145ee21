package io.armature.services.api;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One end of a link with two ends. Messages are byte strings and arrive whole, once, in the order
 * in which they were sent. The other end may be in this process or in another.
 *
 * <p>Messages are kept until the other end listens, up to {@link #BUFFER_LIMIT_BYTES} for each
 * direction. Any thread may call any method; none blocks.
 */
@ProviderType
public interface Pipe extends AutoCloseable {

    /** Longest message, bytes. */
    int MESSAGE_LIMIT_BYTES = 1 << 20;

    /** What is kept for an end that does not listen or is slow, bytes; one message always fits. */
    int BUFFER_LIMIT_BYTES = 2 << 20;

    /**
     * Sends a message.
     *
     * @param message 0 to {@link #MESSAGE_LIMIT_BYTES} bytes; not kept, may be changed afterwards
     * @return {@link Sent#FULL} or {@link Sent#CLOSED} if nothing was sent
     */
    Sent send(byte[] message);

    /** Completes when {@link #send} has room again, or when the pipe is closed. */
    CompletionStage<Void> writable();

    /**
     * Begins to receive: first what has been kept, then what comes. Once for each end.
     *
     * @param listener called by one thread at a time
     * @throws IllegalStateException if this end has a listener
     */
    void listen(Listener listener);

    /**
     * Completes once with the other end's reason, or with this end's own if it was closed first:
     * after the last message was given to the listener. Never fails.
     */
    CompletionStage<CloseReason> closed();

    /** Closes this end; the other is told the reason after all messages sent before. */
    void close(CloseReason reason);

    /** Closes this end without a reason. Repeating it is harmless. */
    @Override
    default void close() {
        close(CloseReason.NONE);
    }

    /** What became of a message. */
    enum Sent {
        /** Taken; arrives unless the link breaks. */
        SENT,
        /** No room; nothing was sent. See {@link Pipe#writable()}. */
        FULL,
        /** The pipe is closed; nothing was sent. */
        CLOSED
    }

    /** Takes messages; must not block. */
    @FunctionalInterface
    interface Listener {
        /**
         * A message has come. An exception closes the pipe with {@link ErrorCode#UNKNOWN}.
         *
         * @param message belongs to the listener
         */
        void onMessage(byte[] message);
    }
}
