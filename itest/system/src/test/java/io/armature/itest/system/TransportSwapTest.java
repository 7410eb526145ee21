package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.mqtt.api.testing.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A device whose lock carries both transports reports to a broker that is not ours. Under load the
 * bundle of MQTT 5 is updated, stopped and started: the device goes from 5 to 3.1.1 and back, and
 * every record is at the server once.
 */
class TransportSwapTest {

    private static final String PROFILE = "chromebox-x86_64";
    private static final String TRANSPORT = "io.armature.reporting.mqtt5";
    private static final String BRIDGE = "io.armature.reporting.mqtt";
    private static final int WRITERS = 4;

    /** As Mosquitto's log names the versions. */
    private static final String THREE = "as device-under-test (p2";

    private static final String FIVE = "as device-under-test (p5";

    /** A connection that is not made again at once waits a second at least. */
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    @Test
    void recordsOutliveEveryChangeOfTheTransport() throws Exception {
        List<Writer> writers = new ArrayList<>();
        try (Machine machine = Machine.install(PROFILE);
                Mosquitto broker =
                        Mosquitto.start(
                                machine.folder(),
                                "allow_anonymous true",
                                "max_queued_messages 0")) {
            connect(machine, broker);
            for (int i = 0; i < WRITERS; i++) {
                writers.add(
                        new Writer(
                                "transport" + i,
                                i % 2 == 0 ? "SECURITY" : "IMMEDIATE",
                                machine.folder(),
                                Writer.Receipts.WRITTEN));
            }
            swap(machine, broker, writers);
        } finally {
            for (Writer writer : writers) {
                writer.close();
            }
        }
    }

    /** Has both use that broker, and the device whichever version it can. */
    private static void connect(Machine machine, Mosquitto broker) throws Exception {
        Path backend = Files.createDirectories(machine.backend().path("etc/armature"));
        Files.writeString(
                backend.resolve("broker.json"),
                "{\"io.armature.backend.reporting\": {\"broker_uri\": \"" + broker.uri() + "\"}}");
        machine.backendUp();
        Path device = machine.device().path("etc/armature");
        Files.writeString(device.resolve("reporting/mqtt-password"), "none needed\n");
        Files.writeString(
                device.resolve("mqtt-version.json"),
                "{\"io.armature.reporting.mqtt\": {\"mqtt_version\": \"highest\"}}");
        machine.device().up();
        assertThat(broker.said(FIVE)).isTrue();
    }

    private static void swap(Machine machine, Mosquitto broker, List<Writer> writers)
            throws Exception {
        Appliance device = machine.device();
        String transport = NewerJar.of(device, TRANSPORT, machine.folder()).toString();
        String bridge = NewerJar.of(device, BRIDGE, machine.folder()).toString();
        List<Long> pauses = new ArrayList<>();
        LoadedSwap swap;
        try (Arrivals arrivals = new Arrivals(machine.backend())) {
            Steps steps = new Steps(device, broker, () -> pauses.add(arrivals.takeLongestMillis()));
            swap =
                    LoadedSwap.of(
                            device,
                            writers,
                            List.of(
                                    steps.to(FIVE, "update", TRANSPORT, transport),
                                    steps.to(THREE, "stop", TRANSPORT),
                                    steps.to(FIVE, "start", TRANSPORT),
                                    steps.to(FIVE, "update", BRIDGE, bridge)));
            pauses.add(arrivals.takeLongestMillis());
        }
        Set<String> receipts = new HashSet<>();
        writers.forEach(writer -> receipts.addAll(writer.receipts().keySet()));
        Server server = new Server(machine.backend());
        server.await(receipts, 60);
        System.out.printf(
                "TransportSwapTest: 5 updated, to 3.1.1, to 5, bridge updated: longest waits of calls"
                        + " %s ms, before %d ms; longest pauses at the server %s ms, before %d ms;"
                        + " %d calls; %s%n",
                swap.longestMillis(),
                swap.longestBeforeMillis(),
                pauses.subList(1, pauses.size()),
                pauses.get(0),
                receipts.size(),
                ServerCounts.of(machine.backend()));
        swap.outcomes().forEach(Outcome::ok);
        assertThat(writers).allSatisfy(w -> assertThat(w.refusals()).isEmpty());
        assertThat(Promises.broken(writers, server.records())).isEmpty();
        assertThat(swap.medianMillis())
                .as("median of the longest waits of calls %s, ms", swap.longestMillis())
                .isLessThanOrEqualTo(swap.allowedMillis());
        assertThat(pauses.subList(1, pauses.size()))
                .as("longest pauses at the server, ms")
                .allSatisfy(pause -> assertThat(pause).isLessThan(LONGEST_PAUSE_MILLIS));
    }

    /**
     * What is done to the device's bundles.
     *
     * @param begins told before each
     */
    private record Steps(Appliance device, Mosquitto broker, Runnable begins) {

        /** Runs a command of {@code bundle}, until the broker has the device in that version. */
        LoadedSwap.Change to(String version, String... words) {
            List<String> command = new ArrayList<>(List.of("bundle"));
            command.addAll(List.of(words));
            return () -> {
                begins.run();
                Outcome outcome = device.run(command.toArray(new String[0]));
                assertThat(broker.said(version)).as("connected %s", version).isTrue();
                return outcome;
            };
        }
    }
}
