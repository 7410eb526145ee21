package io.armature.reporting.dbus.bus;

import io.armature.reporting.dbus.wire.BusAddress;

/**
 * Checked settings of the connection.
 *
 * @param name well-known name that we own
 * @param required whether a bus that is away is a fault
 * @param messageLimitBytes longest message that is taken, header included
 * @param reconnect between attempts
 */
public record LinkSettings(
        BusAddress address,
        String name,
        boolean required,
        int messageLimitBytes,
        BackOff reconnect) {}
