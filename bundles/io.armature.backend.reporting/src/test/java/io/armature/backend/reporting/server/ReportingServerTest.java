package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records are stored, then confirmed, and counted. */
class ReportingServerTest {

    @TempDir Path root;
    private ServerFixture backend;

    @BeforeEach
    void start() throws Exception {
        backend = new ServerFixture(root);
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void recordIsStoredByteForByteAndThenConfirmed() throws Exception {
        FakeDevice device = backend.device("d");
        byte[] binary = {0, (byte) 0xff, 10, 13};

        backend.upload(device, device.next("Grüße, \"Welt\"\n\u2028\u0000🙂"), device.next(binary));

        assertThat(backend.confirmed()).isEqualTo(1);
        assertThat(backend.reply().getResponse().getStatus().getCode()).isZero();
        assertThat(backend.records())
                .containsExactly(
                        "{\"device\":\"d\",\"priority\":\"FAST_BATCH\","
                                + "\"destination\":\"HEARTBEAT_EVENTS\",\"generation_id\":4711,"
                                + "\"generation_guid\":\""
                                + device.guid
                                + "\",\"sequencing_id\":0,\"timestamp_us\":1700000000000000,"
                                + "\"data\":\"Grüße, \\\"Welt\\\"\\n\u2028\\u0000🙂\"}",
                        "{\"device\":\"d\",\"priority\":\"FAST_BATCH\","
                                + "\"destination\":\"HEARTBEAT_EVENTS\",\"generation_id\":4711,"
                                + "\"generation_guid\":\""
                                + device.guid
                                + "\",\"sequencing_id\":1,\"timestamp_us\":1700000000000001,"
                                + "\"data_base64\":\"AP8KDQ==\"}");
        assertThat(Files.exists(root.resolve("records/d/2026-03-04.jsonl"))).isTrue();
    }

    @Test
    void filesAreSplitByUtcDay() throws Exception {
        FakeDevice device = backend.device("d");
        backend.upload(device, device.next("today"));
        backend.awaitConfirmed(0);
        backend.clock.advance(Duration.ofMinutes(2));
        backend.upload(device, device.next("tomorrow"));
        backend.awaitConfirmed(1);
        assertThat(root.resolve("records/d/2026-03-04.jsonl")).exists();
        assertThat(root.resolve("records/d/2026-03-05.jsonl")).exists();
        assertThat(backend.records()).hasSize(2);
    }

    @Test
    void duplicatesAreStoredOnceAndConfirmedAgain() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord first = device.next("a");
        EncryptedRecord second = device.next("b");
        backend.upload(device, first, second, first);
        backend.awaitConfirmed(1);
        backend.upload(device, first, second);
        backend.awaitConfirmed(1);

        assertThat(backend.records()).hasSize(2);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(2, 3, 0, 0, 0));
    }

    @Test
    void batchesOutOfOrderAreConfirmedOnlyWithoutHoles() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord[] r = new EncryptedRecord[4];
        for (int i = 0; i < r.length; i++) {
            r[i] = device.next("r" + i);
        }
        backend.upload(device, r[3]);
        assertThat(backend.reply().getResponse().getStatus().getCode()).isZero();
        backend.upload(device, r[0]);
        backend.awaitConfirmed(0);
        backend.upload(device, r[2], r[1]);
        backend.awaitConfirmed(3);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(4, 0, 0, 0, 0));
    }

    @Test
    void missingIdsAreGivenUpOnlyAfterTimeAndResends() throws Exception {
        FakeDevice device = backend.device("d");
        device.next("never sent");
        EncryptedRecord later = device.next("later");
        byte[] upload = FakeDevice.batchKeptFrom(1, later);
        for (int i = 0; i < 3; i++) {
            backend.server().received(device.topic(), upload);
            backend.reply();
            backend.clock.advance(Duration.ofSeconds(20));
        }
        assertThat(backend.sent).isEmpty();
        backend.clock.advance(Duration.ofSeconds(60));
        backend.server().received(device.topic(), upload);
        backend.awaitConfirmed(1);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(1, 3, 1, 0, 0));
        backend.restart();
        backend.upload(device, device.next("next"));
        backend.awaitConfirmed(2);
    }

    @Test
    void idsThatTheDeviceKeepsAreNeverGivenUp() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord withheld = device.next("too large for now");
        EncryptedRecord later = device.next("later");
        for (int i = 0; i < 10; i++) {
            backend.server()
                    .received(device.topic(), FakeDevice.batchKeptFrom(i % 2 == 0 ? 0 : -1, later));
            backend.reply();
            backend.clock.advance(Duration.ofHours(1));
        }
        assertThat(backend.sent).isEmpty();
        backend.upload(device, withheld);
        backend.awaitConfirmed(1);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(2, 9, 0, 0, 0));
    }

    @Test
    void gapRecordsAreCountedAndConfirmed() throws Exception {
        FakeDevice device = backend.device("d");
        backend.upload(device, device.next("a"), device.gap(), device.next("c"));
        backend.awaitConfirmed(2);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(2, 0, 1, 0, 0));
        assertThat(backend.records()).hasSize(2);
    }

    @Test
    void chainBreakIsCountedOnceAndTheRecordKept() throws Exception {
        FakeDevice device = backend.device("d");
        backend.upload(
                device,
                device.next("a"),
                device.next(
                        "b".getBytes(StandardCharsets.US_ASCII), FakeDevice.sha256(new byte[0])),
                device.next("c"));
        backend.awaitConfirmed(2);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(3, 0, 0, 0, 1));
    }

    @Test
    void unknownDeviceIsRefusedAndCountedUntilItIsEnrolled() throws Exception {
        FakeDevice stranger = backend.device("d");
        backend.unknown.add("d");
        EncryptedRecord record = stranger.next("let me in");
        backend.upload(stranger, record);
        assertThat(backend.reply().getResponse().getStatus().getCode()).isEqualTo(7);
        assertThat(backend.sent).isEmpty();
        assertThat(backend.records()).isEmpty();
        assertThat(backend.server().counts().unknown()).isEqualTo(1);
        assertThat(backend.counts("d")).isEqualTo(DeviceCounts.NONE);

        backend.unknown.clear();
        backend.upload(stranger, record);
        backend.awaitConfirmed(0);
        assertThat(backend.records()).hasSize(1);
    }

    @Test
    void deviceIsToldToComeAgainWhileNobodyCanTellWhetherItIsEnrolled() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord record = device.next("a");
        backend.lookUpsFail = true;
        backend.upload(device, record);
        assertThat(backend.reply().getResponse().getStatus().getCode()).isEqualTo(14);
        assertThat(backend.server().counts().unknown()).isZero();
        assertThat(backend.server().counts().malformed()).isZero();
        assertThat(backend.server().counts().failures()).isEqualTo(1);

        backend.lookUpsFail = false;
        backend.upload(device, record);
        backend.awaitConfirmed(0);
    }

    @Test
    void deviceIsLookedUpOnceForEachUpload() throws Exception {
        backend.unknown.add("d");
        backend.server()
                .received(
                        "armature/v1/d/up",
                        FakeDevice.batch(
                                Collections.nCopies(1000, EncryptedRecord.getDefaultInstance())));
        assertThat(backend.reply().getResponse().getStatus().getCode()).isEqualTo(7);
        assertThat(backend.lookUps).hasValue(1);
    }

    @Test
    void keyIsSentToWhoAsks() throws Exception {
        backend.server()
                .received(
                        "armature/v1/d/up",
                        UploadEnvelope.newBuilder()
                                .setRequest(
                                        UploadEncryptedRecordRequest.newBuilder()
                                                .setNeedEncryptionKeys(true))
                                .build()
                                .toByteArray());
        ServerFixture.Sent message = backend.take("armature/v1/d/down/key");
        assertThat(SignedEncryptionInfo.parseFrom(message.payload()))
                .isEqualTo(backend.keys().signedKey());
    }
}
