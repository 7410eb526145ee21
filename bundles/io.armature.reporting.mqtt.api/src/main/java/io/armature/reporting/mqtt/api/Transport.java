package io.armature.reporting.mqtt.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes connections of one version of MQTT. A service with the property {@link #VERSION}; of
 * several that will do, the one of the highest ranking is used.
 */
@ConsumerType
public interface Transport {

    /** Service property: {@code 3.1.1} or {@code 5}. */
    String VERSION = "mqtt.version";

    /**
     * Begins to connect and to subscribe in the background; never blocks. Ends with exactly one of
     * {@link Events#opened} and {@link Events#lost}, unless the connection is closed before. There
     * is no limit of time: who waits too long closes the connection.
     */
    Connection open(Opening opening, Events events);
}
