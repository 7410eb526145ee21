package io.armature.dbus.wire.link;

import io.armature.dbus.wire.BusAddress;

/**
 * Checked settings of the connection.
 *
 * @param source of faults
 * @param name well-known name that we own, empty for none
 * @param required whether a bus that is away is a fault
 * @param messageLimitBytes longest message that is taken, header included
 * @param reconnect between attempts
 */
public record LinkSettings(
        BusAddress address,
        String source,
        String name,
        boolean required,
        int messageLimitBytes,
        BackOff reconnect) {

    /** What faults are about. */
    String subject() {
        return name.isEmpty() ? address.path().toString() : name;
    }
}
