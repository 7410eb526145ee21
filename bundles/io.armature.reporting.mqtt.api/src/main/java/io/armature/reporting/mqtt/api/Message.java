package io.armature.reporting.mqtt.api;

/**
 * What is published.
 *
 * @param payload not copied: not to be changed any more
 * @param retained whether the broker keeps it for those who subscribe later
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record Message(String topic, byte[] payload, boolean retained) {}
