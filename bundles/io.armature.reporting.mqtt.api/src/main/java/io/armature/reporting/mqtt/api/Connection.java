package io.armature.reporting.mqtt.api;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A connection to a broker, or the attempt at one; used once. One thread at a time may call this;
 * nothing here blocks.
 */
@ConsumerType
public interface Connection {

    /**
     * Publishes with QoS 1, in the order of the calls. How it ended is told once, also after the
     * connection was lost or closed, and also if there never was one.
     */
    void publish(Message message, Outcome outcome);

    /**
     * Ends the connection; calling it again changes nothing. Publications that nobody acknowledged
     * fail.
     *
     * @return completes when the broker was told, or cannot be; what is left to clean up goes on
     */
    CompletionStage<Void> close(Ending ending);

    /** How a connection ends. */
    enum Ending {
        /** The broker is told, and does not publish the last will. */
        TOLD,
        /** Without a word: the broker publishes the last will. */
        SILENT
    }

    /** How a publication ended; called on a thread of the transport's, which must not be held. */
    @ConsumerType
    interface Outcome {

        /** The broker has it. */
        void acknowledged();

        /**
         * @param reason one line
         */
        void failed(Failure failure, String reason);
    }

    /** Why a publication failed. */
    enum Failure {
        /** There is no connection any more: the broker may have it or not. */
        LOST,
        /** The broker does not take it. */
        REFUSED,
        /** The broker takes nothing of that size. */
        TOO_LARGE
    }
}
