package io.armature.reporting.dbus;

import static io.armature.reporting.dbus.Requests.HEARTBEAT;
import static io.armature.reporting.dbus.Requests.PROCESS;
import static io.armature.reporting.dbus.Requests.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.reporting.api.Metric;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The two roles: as the shipped policy of the bus has them, and as the bundle checks them itself.
 */
@Tag("server")
class RolesTest {

    private static final String DENIED = "error org.freedesktop.DBus.Error.AccessDenied ";
    private static final String DENIALS = "Platform.Missive.PermissionDeniedErrorReason";
    private static final String[] OF_THE_UPLOADER = {
        "ConfirmRecordUpload", "UpdateConfigInMissive", "UpdateEncryptionKey"
    };

    /** A policy that lets everybody call everything, as after a wrong edit. */
    private static final String LAX =
            "<policy context=\"mandatory\"><allow send_destination=\"org.chromium.Missived\"/></policy>";

    @Test
    void busLetsSendersEnqueueAndFlushOnly() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            assertThat(status(sender.ask("FlushPriority", new byte[0]))).isEqualTo("OK");
            for (String method : OF_THE_UPLOADER) {
                assertThat(sender.ask(method, new byte[0])).startsWith(DENIED);
            }
        }
    }

    @Test
    void busLetsTheUploaderDoEverything() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient chronos = new BusClient(fixture.bus, "chronos")) {
            assertThat(status(chronos.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            assertThat(status(chronos.ask("FlushPriority", new byte[0]))).isEqualTo("OK");
            for (String method : OF_THE_UPLOADER) {
                assertThat(status(chronos.ask(method, new byte[0]))).startsWith("3:");
            }
        }
    }

    @Test
    void busLetsOthersDoNothingAndNobodyElseHaveTheName() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient stranger = new BusClient(fixture.bus, "stranger")) {
            assertThat(stranger.ask("EnqueueRecord", HEARTBEAT)).startsWith(DENIED);
            assertThat(stranger.ask("FlushPriority", new byte[0])).startsWith(DENIED);
            stranger.say("own org.chromium.Missived");
            assertThat(stranger.next()).startsWith("error own org.freedesktop.DBus.Error.Access");
        }
    }

    @Test
    void bundleKeepsTheRolesWhereTheBusDoesNot() throws Exception {
        try (BusFixture fixture = new BusFixture(PrivateBus.start(LAX), Map.of()).started();
                BusClient sender = new BusClient(fixture.bus, "sender");
                BusClient chronos = new BusClient(fixture.bus, "chronos")) {
            for (String method : OF_THE_UPLOADER) {
                assertThat(status(sender.ask(method, new byte[0])))
                        .isEqualTo("7:Unauthorized uploader.");
                assertThat(status(chronos.ask(method, new byte[0]))).startsWith("3:");
            }
        }
    }

    @Test
    void controlledDestinationsAreForRootAndTheAgentOnly() throws Exception {
        try (BusFixture fixture = new BusFixture(PrivateBus.start(LAX), Map.of()).started();
                BusClient agent = new BusClient(fixture.bus, "secagentd");
                BusClient root = new BusClient(fixture.bus, "root");
                BusClient sender = new BusClient(fixture.bus, "sender");
                BusClient chronos = new BusClient(fixture.bus, "chronos")) {
            for (int destination : new int[] {22, 23, 26, 28, 33}) {
                byte[] request = PROCESS.clone();
                request[7] = (byte) destination;
                assertThat(status(agent.ask("EnqueueRecord", request))).isEqualTo("OK");
                assertThat(status(root.ask("EnqueueRecord", request))).isEqualTo("OK");
                for (BusClient other : new BusClient[] {sender, chronos}) {
                    assertThat(status(other.ask("EnqueueRecord", request)))
                            .isEqualTo("7:Unauthorized reporting destination.");
                }
            }
            assertThat(fixture.spool.stored()).hasSize(10);
        }
    }

    @Test
    void whoIsRefusedIsCountedByTheSpool() throws Exception {
        try (BusFixture fixture = new BusFixture(PrivateBus.start(LAX), Map.of()).started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            sender.ask("EnqueueRecord", HEARTBEAT);
            sender.ask("ConfirmRecordUpload", new byte[0]);
            for (int i = 0; i < 3; i++) {
                sender.ask("EnqueueRecord", PROCESS);
            }
            fixture.identities(); // a turn of the adapter's thread
            assertThat(fixture.spool.metrics().toCompletableFuture().get())
                    .filteredOn(each -> each.name().contains("Permission"))
                    .containsExactly(
                            new Metric(DENIALS, "UNAUTHORIZED_DESTINATION", 3),
                            new Metric(DENIALS, "UNAUTHORIZED_UPLOADER", 1));
        }
    }

    @Test
    void rolesAndDestinationsAreSettings() throws Exception {
        Map<String, Object> settings =
                Map.of(
                        "uploader_users",
                        "nobody 61004",
                        "controlled_destinations",
                        "HEARTBEAT_EVENTS=chronos; CROS_SECURITY_PROCESS=");
        try (BusFixture fixture = new BusFixture(PrivateBus.start(LAX), settings).started();
                BusClient stranger = new BusClient(fixture.bus, "stranger");
                BusClient root = new BusClient(fixture.bus, "root");
                BusClient chronos = new BusClient(fixture.bus, "chronos")) {
            assertThat(status(stranger.ask("ConfirmRecordUpload", new byte[0]))).startsWith("3:");
            assertThat(status(chronos.ask("ConfirmRecordUpload", new byte[0]))).startsWith("7:");
            assertThat(status(chronos.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            assertThat(status(stranger.ask("EnqueueRecord", HEARTBEAT))).startsWith("7:");
            assertThat(status(root.ask("EnqueueRecord", PROCESS))).startsWith("7:");
        }
    }

    @Test
    void userThatIsAddedLaterCounts() throws Exception {
        Map<String, Object> settings = Map.of("uploader_users", "browser");
        try (BusFixture fixture = new BusFixture(PrivateBus.start(LAX), settings).started();
                BusClient chronos = new BusClient(fixture.bus, "chronos")) {
            assertThat(status(chronos.ask("ConfirmRecordUpload", new byte[0]))).startsWith("7:");
            Files.writeString(
                    fixture.bus.users(),
                    Files.readString(fixture.bus.users()) + "browser:x:61003:61003::/:/\n");
            assertThat(status(chronos.ask("ConfirmRecordUpload", new byte[0]))).startsWith("3:");
        }
    }
}
