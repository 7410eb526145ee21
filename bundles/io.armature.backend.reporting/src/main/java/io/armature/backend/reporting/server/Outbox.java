package io.armature.backend.reporting.server;

/** Where answers go. Any thread may call it; it must not block. */
public interface Outbox {

    /**
     * Sends one message. If it cannot be sent it is dropped: devices send again what nobody
     * confirmed.
     */
    void send(String topic, byte[] payload);
}
