package io.armature.reporting.mqtt.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What happens to a connection; called on threads of the transport's, which must not be held. Calls
 * may still come for a moment after it was closed.
 */
@ConsumerType
public interface Events {

    /** Connected and subscribed to all topics that were named. */
    void opened(Limits limits);

    /**
     * There will be no connection, or it has ended without being closed.
     *
     * @param cause with a message, one line, or a cause that has one
     */
    void lost(Throwable cause);

    /** A message of one of the topics. */
    void received(String topic, byte[] payload);
}
