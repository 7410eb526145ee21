package io.armature.reporting.dbus;

import static io.armature.reporting.dbus.Requests.HEARTBEAT;
import static io.armature.reporting.dbus.Requests.PROCESS;
import static io.armature.reporting.dbus.Requests.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.testing.BusClient;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.proto.Priority;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the five methods answer, to requests written byte by byte. */
@Tag("server")
class MethodsTest {

    private static final byte[] NOTHING = {};

    /** Confirmation of id 0 in SLOW_BATCH of the spool in memory. */
    private static final String CONFIRM =
            "0a2c" // sequence_information, 44 bytes
                    + "0800" // sequencing_id 0
                    + "1007" // generation_id 7
                    + "1803" // priority SLOW_BATCH
                    + "2224" // generation_guid, 36 bytes
                    + HexFormat.of()
                            .formatHex(MemoryReporting.GUID.getBytes(StandardCharsets.US_ASCII));

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private BusFixture fixture;
    private BusClient sender;
    private BusClient chronos;

    @BeforeEach
    void start() throws Exception {
        fixture = new BusFixture();
        opened.addFirst(fixture);
        fixture.started();
        sender = new BusClient(fixture.bus, "sender");
        opened.addFirst(sender);
        chronos = new BusClient(fixture.bus, "chronos");
        opened.addFirst(chronos);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void eachMethodDoesWhatItSays() throws Exception {
        assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
        assertThat(status(sender.ask("FlushPriority", new byte[] {0x08, 3}))).isEqualTo("OK");
        assertThat(status(sender.ask("FlushPriority", NOTHING))).isEqualTo("OK");
        assertThat(fixture.spool.flushed())
                .containsExactly(Priority.SLOW_BATCH, Priority.MANUAL_BATCH);
        assertThat(status(chronos.ask("ConfirmRecordUpload", hex(CONFIRM)))).isEqualTo("OK");
        assertThat(fixture.spool.confirmed()).hasSize(1);
        byte[] key = new byte[2 + 34 + 2 + 66];
        key[0] = 0x0a; // signed_encryption_info
        key[1] = 102;
        key[2] = 0x0a; // public_asymmetric_key
        key[3] = 32;
        key[36] = 0x10; // public_key_id
        key[37] = 5;
        key[38] = 0x1a; // signature
        key[39] = 64;
        assertThat(status(chronos.ask("UpdateEncryptionKey", key))).isEqualTo("OK");
        assertThat(fixture.spool.keys().poll(1, TimeUnit.SECONDS).getPublicKeyId()).isEqualTo(5);
        // list_of_blocked_destinations {HEARTBEAT_EVENTS}
        assertThat(status(chronos.ask("UpdateConfigInMissive", new byte[] {0x0a, 2, 0x08, 13})))
                .isEqualTo("OK");
        assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT)))
                .isEqualTo("1:destination is blocked");
    }

    @Test
    void okCarriesTheCodeAndNoMessage() throws Exception {
        assertThat(sender.ask("EnqueueRecord", HEARTBEAT)).isEqualTo("0a020800");
    }

    @Test
    void missingFieldsAreCode3AndTheServiceStaysUp() throws Exception {
        assertThat(status(sender.ask("EnqueueRecord", NOTHING))).startsWith("3:");
        assertThat(status(sender.ask("EnqueueRecord", new byte[] {0x10, 3}))).startsWith("3:");
        byte[] undefined = HEARTBEAT.clone();
        undefined[9] = 0;
        assertThat(status(sender.ask("EnqueueRecord", undefined))).startsWith("3:");
        undefined[9] = 99; // no priority has that number
        assertThat(status(sender.ask("EnqueueRecord", undefined))).startsWith("3:");
        assertThat(status(chronos.ask("ConfirmRecordUpload", NOTHING))).startsWith("3:");
        assertThat(status(chronos.ask("UpdateEncryptionKey", NOTHING)))
                .isEqualTo("3:Request had no SignedEncryptionInfo");
        assertThat(status(chronos.ask("UpdateConfigInMissive", NOTHING)))
                .isEqualTo("3:Request had no ListOfBlockedDestinations");
        assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
    }

    @Test
    void missingDestinationIsCode9AndNoDataIsWell() throws Exception {
        assertThat(status(sender.ask("EnqueueRecord", hex("0a040a0268691003")))).startsWith("9:");
        assertThat(status(sender.ask("EnqueueRecord", hex("0a02100d1003")))).isEqualTo("OK");
    }

    @Test
    void bytesThatAreNoRequestAreCode3() throws Exception {
        assertThat(status(sender.ask("EnqueueRecord", hex("0aff"))))
                .isEqualTo("3:Request cannot be parsed");
        assertThat(status(sender.ask("FlushPriority", hex("ffffffffffffffffffffff"))))
                .isEqualTo("3:Request cannot be parsed");
    }

    @Test
    void whatTheSpoolRefusesIsPassedOn() throws Exception {
        for (StatusCode code : StatusCode.values()) {
            if (code != StatusCode.OK) {
                fixture.spool.failing(code);
                assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT)))
                        .isEqualTo(code.number() + ":test");
            }
        }
    }

    @Test
    void whereReportingIsDisabledThatIsSaidBeforeAFieldIsMissed() throws Exception {
        fixture.spool.failing(StatusCode.FAILED_PRECONDITION);
        for (String method :
                List.of(
                        "ConfirmRecordUpload",
                        "UpdateEncryptionKey",
                        "UpdateConfigInMissive",
                        "FlushPriority",
                        "EnqueueRecord")) {
            assertThat(status(chronos.ask(method, NOTHING))).as(method).isEqualTo("9:test");
        }
    }

    @Test
    void theHistoryOfCallsIsInRepliesWhileItIsRecorded() throws Exception {
        fixture.spool.history(
                ERPHealthData.newBuilder()
                        .addHistory(HealthDataHistory.newBuilder().setTimestampSeconds(5))
                        .build());
        String history = "12040a023005"; // health_data {history {timestamp_seconds 5}}
        assertThat(sender.ask("FlushPriority", NOTHING)).isEqualTo("0a020800");
        assertThat(sender.ask("FlushPriority", new byte[] {0x10, 1}))
                .isEqualTo("0a020800" + history);
        assertThat(sender.ask("EnqueueRecord", HEARTBEAT)).isEqualTo("0a020800" + history);
        assertThat(sender.ask("EnqueueRecord", NOTHING)).startsWith("0a").endsWith(history);
        assertThat(chronos.ask("ConfirmRecordUpload", hex(CONFIRM))).endsWith(history);
        assertThat(chronos.ask("UpdateEncryptionKey", NOTHING)).doesNotContain(history);
        assertThat(sender.ask("FlushPriority", new byte[] {0x10, 0})).isEqualTo("0a020800");
        assertThat(sender.ask("EnqueueRecord", HEARTBEAT)).isEqualTo("0a020800");
    }

    @Test
    void beforeThereWasASpoolTheDaemonIsStillStarting() throws Exception {
        fixture.present.set(Optional.empty());
        assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT)))
                .isEqualTo("14:The daemon is still starting.");
        assertThat(status(sender.ask("FlushPriority", NOTHING)))
                .isEqualTo("14:The daemon is still starting.");
        for (String method :
                new String[] {
                    "ConfirmRecordUpload", "UpdateConfigInMissive", "UpdateEncryptionKey"
                }) {
            assertThat(status(chronos.ask(method, NOTHING)))
                    .isEqualTo("14:The daemon is still starting.");
        }
        // Ready comes before allowed.
        assertThat(status(sender.ask("EnqueueRecord", PROCESS)))
                .isEqualTo("14:The daemon is still starting.");
    }

    @Test
    void bigEndianCallersAreUnderstood() throws Exception {
        assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT, "endian=B"))).isEqualTo("OK");
        assertThat(fixture.spool.stored().get(0).getRecord().getData().toStringUtf8())
                .isEqualTo("hi");
    }

    @Test
    void callerWhoWantsNoReplyGetsNone() throws Exception {
        sender.call("silent", "EnqueueRecord", HEARTBEAT, "flags=1");
        assertThat(status(sender.ask("FlushPriority", NOTHING))).isEqualTo("OK");
        assertThat(fixture.spool.stored()).hasSize(1);
        assertThat(sender.unread()).isZero();
    }

    @Test
    void unknownThingsAreTheErrorsOfDbus() throws Exception {
        String error = "error org.freedesktop.DBus.Error.";
        assertThat(chronos.ask("Shutdown", NOTHING)).startsWith(error + "UnknownMethod ");
        assertThat(chronos.ask("EnqueueRecord", HEARTBEAT, "path=/org/chromium/Other"))
                .startsWith(error + "UnknownObject ");
        assertThat(chronos.ask("EnqueueRecord", HEARTBEAT, "interface=org.chromium.Other"))
                .startsWith(error + "UnknownInterface ");
    }

    @Test
    void wrongSignaturesAreRefused() throws Exception {
        String error = "error org.freedesktop.DBus.Error.InvalidArgs ";
        assertThat(sender.ask("EnqueueRecord", NOTHING, "signature=-")).startsWith(error);
        assertThat(sender.ask("EnqueueRecord", hex("0300000061626300"), "signature=s"))
                .startsWith(error);
        assertThat(
                        sender.ask(
                                "EnqueueRecord",
                                hex("0100000041000000" + "01000000"),
                                "signature=ayu"))
                .startsWith(error);
        assertThat(sender.ask("EnqueueRecord", hex("01000000"), "signature=u")).startsWith(error);
        assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
    }

    @Test
    void descriptorsNeverReachUs() throws Exception {
        String said =
                fixture.bus.busctl(
                        "sender",
                        "call",
                        "org.chromium.Missived",
                        "/org/chromium/Missived",
                        "org.chromium.Missived",
                        "EnqueueRecord",
                        "h",
                        "0");
        assertThat(said).containsIgnoringCase("descriptor");
        assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
    }

    @Test
    void recordThatIsTooLongIsCode11WithoutBeingHeld() throws Exception {
        assertThat(status(sender.ask("EnqueueRecord", NOTHING, "zeros=" + (5 << 20))))
                .isEqualTo("11:Too much data to be recorded at once");
        assertThat(chronos.ask("UpdateConfigInMissive", NOTHING, "zeros=" + (5 << 20)))
                .startsWith("error org.freedesktop.DBus.Error.LimitsExceeded ");
        assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
    }

    @Test
    void everyObjectSaysWhatItOffers() throws Exception {
        String said =
                fixture.bus.busctl(
                        "chronos", "introspect", "org.chromium.Missived", "/org/chromium/Missived");
        assertThat(said).contains(".EnqueueRecord", ".UpdateEncryptionKey", "method", "ay");
        assertThat(fixture.bus.busctl("chronos", "tree", "org.chromium.Missived"))
                .contains("/org/chromium/Missived");
        assertThat(
                        chronos.ask(
                                "Ping",
                                NOTHING,
                                "interface=org.freedesktop.DBus.Peer",
                                "signature=-"))
                .isEqualTo("reply q - -");
    }
}
