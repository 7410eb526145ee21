package io.armature.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A part of the appliance whose share of the boot is told.
 *
 * @param own bundles that are the part
 * @param removable bundles that go when the part is left out; empty if nothing works without it
 */
record Subsystem(String name, Set<String> own, Set<String> removable) {

    static final Subsystem CONSOLE =
            new Subsystem("console", Set.of("io.armature.console"), Set.of("io.armature.console"));

    /** All parts of the devices' profiles. */
    static final List<Subsystem> ALL =
            List.of(
                    new Subsystem(
                            "platform",
                            Set.of("io.armature.platform", "io.armature.platform.api"),
                            Set.of()),
                    new Subsystem(
                            "conductor",
                            Set.of("io.armature.boot", "io.armature.boot.api"),
                            Set.of()),
                    new Subsystem(
                            "control socket",
                            Set.of("io.armature.control", "io.armature.control.api", "picocli"),
                            Set.of("io.armature.control")),
                    new Subsystem(
                            "service manager",
                            Set.of("io.armature.services", "io.armature.services.api"),
                            Set.of()),
                    new Subsystem(
                            "service manager's socket",
                            Set.of(
                                    "io.armature.services.socket",
                                    "io.armature.services.wire",
                                    "io.armature.services.proto",
                                    "com.sun.jna"),
                            Set.of("io.armature.services.socket")),
                    new Subsystem(
                            "reporting",
                            Set.of(
                                    "io.armature.reporting",
                                    "io.armature.reporting.api",
                                    "io.armature.reporting.proto",
                                    "io.armature.reporting.command",
                                    "com.google.protobuf",
                                    "bcprov",
                                    "org.xerial.snappy.snappy-java"),
                            Set.of("io.armature.reporting", "io.armature.reporting.command")),
                    new Subsystem(
                            "reporting over MQTT",
                            Set.of("io.armature.reporting.mqtt", "org.eclipse.paho.client.mqttv3"),
                            Set.of("io.armature.reporting.mqtt", "org.eclipse.paho.client.mqttv3")),
                    new Subsystem(
                            "reporting on the message bus",
                            Set.of("io.armature.reporting.dbus", "io.armature.dbus.wire"),
                            Set.of(
                                    "io.armature.reporting.dbus",
                                    "io.armature.reporting.dbus.uploader")),
                    CONSOLE);

    /** Those that an image has. */
    static List<Subsystem> of(Path image) throws IOException {
        Set<String> bundles =
                Files.readAllLines(image.resolve("opt/armature/slots/A/lock")).stream()
                        .filter(line -> line.startsWith("bundle "))
                        .map(line -> line.split(" ")[3])
                        .collect(Collectors.toSet());
        return ALL.stream()
                .filter(part -> part.own().stream().anyMatch(bundles::contains))
                .toList();
    }

    /** How many characters of a bundle's or component's name are one of ours; 0: not ours. */
    int fits(String name) {
        return own.stream()
                .filter(bundle -> name.equals(bundle) || name.startsWith(bundle + "."))
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }
}
