package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A configuration that the server signed takes effect on the device and stays. */
class BlockedDestinationTest {

    @Test
    void blockedDestinationsAreRefusedThroughUpdatesAndRestartsUntilTheServerSaysOtherwise()
            throws Exception {
        try (Machine machine = Machine.install()) {
            Appliance device = machine.device();
            Appliance backend = machine.backend();
            Files.writeString(
                    device.path("etc/armature/blocking.json"),
                    "{\"io.armature.reporting\": {\"blocking_destinations_enabled\": true}}");
            machine.up();
            assertThat(enqueue(device, "CRD_EVENTS").code()).isZero();
            // The first upload is stored, so that the backend knows the device.
            new Server(backend).await(Set.of("CRD_EVENTS"), 60);

            backend.run(
                            "backend",
                            "config",
                            "set",
                            "CRD_EVENTS",
                            "OS_EVENTS=0.0.1..0.1.0",
                            "LOG_UPLOAD=0.1.1..")
                    .ok();
            awaitCode(device, "CRD_EVENTS", 1);
            assertBlocked(device);

            Path jar = NewerJar.of(device, "io.armature.reporting.mqtt", machine.folder());
            device.run("bundle", "update", "io.armature.reporting.mqtt", jar.toString()).ok();
            assertBlocked(device);
            jar = NewerJar.of(device, "io.armature.reporting", machine.folder());
            device.run("bundle", "update", "io.armature.reporting", jar.toString()).ok();
            assertBlocked(device);

            backend.killAll();
            assertThat(device.stop()).isZero();
            device.up();
            awaitCode(device, "CRD_EVENTS", 1);
            assertBlocked(device);

            // The device is away when it is cleared, and asks for it with its next upload.
            assertThat(device.stop()).isZero();
            backend.up();
            backend.run("backend", "config", "clear").ok();
            device.up();
            awaitCode(device, "CRD_EVENTS", 0);
            assertThat(enqueue(device, "OS_EVENTS").code()).isZero();
            assertThat(device.run("status").ok().text()).doesNotContain("configuration");
        }
    }

    private static void assertBlocked(Appliance device) throws IOException {
        Outcome blocked = enqueue(device, "OS_EVENTS");
        assertThat(blocked.code()).isEqualTo(1);
        assertThat(blocked.error()).contains("CANCELLED", "Record blocked by destination.");
        assertThat(enqueue(device, "CRD_EVENTS").code()).isEqualTo(1);
        assertThat(enqueue(device, "LOG_UPLOAD").code()).as("another release's").isZero();
    }

    /** Each attempt that is not blocked is an upload. */
    private static void awaitCode(Appliance device, String destination, int code)
            throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (enqueue(device, destination).code() != code
                || enqueue(device, "HEARTBEAT_EVENTS").code() != 0) {
            assertThat(System.nanoTime())
                    .as("%s ends with %s", destination, code)
                    .isLessThan(deadline);
        }
    }

    private static Outcome enqueue(Appliance device, String destination) throws IOException {
        return device.run(
                "report",
                "enqueue",
                "--data",
                destination,
                "--priority",
                "IMMEDIATE",
                "--destination",
                destination);
    }
}
