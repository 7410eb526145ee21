package io.armature.reporting.dbus.uploader;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings, PID {@code io.armature.reporting.dbus.uploader}. */
@ObjectClassDefinition(id = "io.armature.reporting.dbus.uploader", name = "Reporting to a browser")
public @interface UploaderSettings {

    @AttributeDefinition(description = "Where the bus listens, unix:path=/PATH")
    String bus_address() default "unix:path=/run/dbus/system_bus_socket";

    @AttributeDefinition(description = "Whether a bus that is away is a fault")
    boolean required() default true;

    @AttributeDefinition(
            description = "Calls without a reply; the others wait",
            min = "1",
            max = "1000")
    int max_running() default 10;

    @AttributeDefinition(description = "Batches that wait", min = "0", max = "1000")
    int max_waiting() default 32;

    @AttributeDefinition(
            description = "Longest wait for the reply to one call, ms",
            min = "100",
            max = "3600000")
    long reply_timeout_ms() default 25_000;

    @AttributeDefinition(
            description = "Longest reply that is taken, bytes",
            min = "4096",
            max = "33554432")
    int message_limit_bytes() default 1 << 20;

    @AttributeDefinition(
            description = "Shortest wait before connecting again, ms",
            min = "10",
            max = "3600000")
    long reconnect_min_ms() default 500;

    @AttributeDefinition(
            description = "Longest wait before connecting again, ms",
            min = "10",
            max = "3600000")
    long reconnect_max_ms() default 60_000;
}
