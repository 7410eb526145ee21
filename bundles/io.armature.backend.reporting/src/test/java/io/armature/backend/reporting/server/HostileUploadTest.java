package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that no honest device sends. */
class HostileUploadTest {

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
    void hostileMessagesAreCountedAndChangeNothing() throws Exception {
        FakeDevice device = backend.device("d");
        backend.server().received("armature/v1/../up", FakeDevice.batch(device.next("x")));
        backend.server().received("armature/v1//up", new byte[0]);
        backend.server().received("armature/v1/d/down/confirm", new byte[0]);
        backend.server().received("armature/v1/up", new byte[0]);
        backend.server()
                .received(device.topic(), new byte[ServerFixture.LIMITS.messageBytes() + 1]);
        backend.server().received(device.topic(), new byte[0]);
        backend.server().received(device.topic(), new byte[] {(byte) 0xff, 1, 2});
        backend.server()
                .received(
                        device.topic(),
                        UploadEnvelope.newBuilder()
                                .setBatchId(ByteString.copyFrom(new byte[65]))
                                .setRequest(UploadEncryptedRecordRequest.getDefaultInstance())
                                .build()
                                .toByteArray());
        Random random = new Random(42);
        for (int i = 0; i < 500; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            backend.server().received(device.topic(), noise);
        }
        FakeDevice honest = backend.device("h");
        EncryptedRecord record = honest.next("still here");
        backend.upload(
                honest, withSequence(record, -1, "FAST"), withSequence(record, Long.MAX_VALUE, ""));
        backend.upload(honest, record);
        backend.awaitConfirmed(0);
        assertThat(backend.server().counts().malformed()).isGreaterThan(8);
        assertThat(backend.records()).hasSize(1);
        try (var devices = Files.list(root.resolve("records"))) {
            assertThat(devices.map(p -> p.getFileName().toString())).containsExactly("h");
        }
    }

    @Test
    void listThatIsLongerThanAnyIsRefusedAsAWhole() throws Exception {
        FakeDevice device = backend.device("d");
        List<EncryptedRecord> gaps = new ArrayList<>();
        for (int i = 0; i <= 100_000; i++) {
            gaps.add(device.gap());
        }
        backend.server().received(device.topic(), FakeDevice.batch(gaps));
        assertThat(backend.server().counts().malformed()).isEqualTo(1);
        FakeDevice honest = backend.device("h");
        backend.upload(honest, honest.next("still here"));
        backend.awaitConfirmed(0);
        assertThat(backend.counts("d").gaps()).isZero();
    }

    @Test
    void mutatedUploadsNeverStopTheServer() throws Exception {
        FakeDevice device = backend.device("d");
        byte[] good = FakeDevice.batch(device.next("a"), device.next("b".repeat(600)));
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bad = good.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            backend.server().received(device.topic(), bad);
        }
        FakeDevice honest = backend.device("h");
        backend.upload(honest, honest.next("still here"));
        ServerFixture.Sent message = backend.sent.poll(60, TimeUnit.SECONDS);
        while (message != null && !message.topic().equals("armature/v1/h/down/confirm")) {
            message = backend.sent.poll(60, TimeUnit.SECONDS);
        }
        assertThat(message).isNotNull();
        assertThat(backend.server().counts().failures()).isZero();
    }

    private static EncryptedRecord withSequence(EncryptedRecord record, long id, String guid) {
        return record.toBuilder()
                .setSequenceInformation(
                        record.getSequenceInformation().toBuilder()
                                .setSequencingId(id)
                                .setGenerationGuid(guid))
                .build();
    }
}
