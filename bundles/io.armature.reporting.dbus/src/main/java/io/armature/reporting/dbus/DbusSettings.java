package io.armature.reporting.dbus;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings, PID {@code io.armature.reporting.dbus}. */
@ObjectClassDefinition(id = "io.armature.reporting.dbus", name = "Reporting on D-Bus")
public @interface DbusSettings {

    @AttributeDefinition(description = "Where the bus listens, unix:path=/PATH")
    String bus_address() default "unix:path=/run/dbus/system_bus_socket";

    @AttributeDefinition(description = "Whether a bus that is away is a fault")
    boolean required() default true;

    @AttributeDefinition(
            description = "Users who may confirm, set keys and configure: names or numbers")
    String uploader_users() default "chronos";

    @AttributeDefinition(
            description =
                    "Destinations for some users only, DESTINATION=user user; … with names or"
                            + " numbers")
    String controlled_destinations() default
            "CROS_SECURITY_PROCESS=0 secagentd; CROS_SECURITY_NETWORK=0 secagentd;"
                    + " CROS_SECURITY_FILE=0 secagentd; CROS_SECURITY_AGENT=0 secagentd;"
                    + " CROS_SECURITY_USER=0 secagentd";

    @AttributeDefinition(
            description = "Longest message that is taken, bytes",
            min = "4096",
            max = "33554432")
    int message_limit_bytes() default 4 << 20;

    @AttributeDefinition(
            description = "Calls of senders that are under way",
            min = "1",
            max = "100000")
    int calls() default 2048;

    @AttributeDefinition(
            description = "Bytes of calls that are under way",
            min = "4096",
            max = "1073741824")
    long call_bytes() default 8 << 20;

    @AttributeDefinition(
            description = "Calls of one sender that are under way",
            min = "1",
            max = "100000")
    int calls_of_one_sender() default 256;

    @AttributeDefinition(
            description = "Calls that wait while the spool is away",
            min = "0",
            max = "1000000")
    int held_calls() default 2048;

    @AttributeDefinition(
            description = "Longest wait for a spool that is away, ms",
            min = "0",
            max = "600000")
    long hold_limit_ms() default 10_000;

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
