package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.backend.reporting.opening.RecordOpener;
import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.WrappedRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/** What a record may hold, and what becomes of one that cannot be opened. */
class RecordContentTest {

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
    void undecryptableRecordIsKeptWithItsReasonAndDoesNotBlock() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord good = device.next("good");
        EncryptedRecord flipped = device.next("flipped");
        byte[] blob = flipped.getEncryptedWrappedRecord().toByteArray();
        blob[20] ^= 1;
        flipped = flipped.toBuilder().setEncryptedWrappedRecord(ByteString.copyFrom(blob)).build();
        EncryptedRecord foreign =
                device.next("other key").toBuilder()
                        .setEncryptionInfo(good.getEncryptionInfo().toBuilder().setPublicKeyId(0))
                        .build();
        backend.upload(device, good, flipped, foreign, device.next("after"));
        backend.awaitConfirmed(3);

        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(2, 0, 0, 2, 0));
        assertThat(backend.records()).hasSize(2);
        String file = Files.readString(root.resolve("records/d/2026-03-04.jsonl"));
        assertThat(file)
                .contains("{\"refused\":\"does not decrypt\"")
                .contains("{\"refused\":\"sealed for another key\"");
        backend.restart();
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(2, 0, 0, 2, 0));
    }

    @Test
    void sameRecordOpensAgainAndAgain() throws Exception {
        EncryptedRecord record = backend.device("d").next("again");
        RecordOpener opener = new RecordOpener(backend.keys());
        for (int i = 0; i < 3; i++) {
            assertThat(opener.open(record)).isInstanceOf(Content.Opened.class);
        }
    }

    @Test
    void everyKindOfBadContentIsRefusedWithAReason() throws Exception {
        FakeDevice device = backend.device("d");
        byte[] bomb = Snappy.compress(new byte[RecordOpener.OPENED_LIMIT_BYTES + 1]);
        backend.upload(
                device,
                device.sealed(0, new byte[] {1, 2, 3}, CompressionAlgorithm.COMPRESSION_NONE),
                device.sealed(1, new byte[] {1, 2, 3}, CompressionAlgorithm.COMPRESSION_SNAPPY),
                device.sealed(2, bomb, CompressionAlgorithm.COMPRESSION_SNAPPY),
                device.sealed(3, new byte[0], CompressionAlgorithm.COMPRESSION_NONE),
                EncryptedRecord.newBuilder()
                        .setEncryptedWrappedRecord(ByteString.copyFrom(new byte[5]))
                        .setEncryptionInfo(device.next("x").getEncryptionInfo())
                        .setSequenceInformation(device.sequence(4))
                        .build());
        backend.awaitConfirmed(4);
        assertThat(backend.counts("d").refused()).isEqualTo(5);
    }

    @Test
    void plainRecordsAreTaken() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord sealed = device.next("x");
        byte[] record =
                Record.newBuilder().setData(ByteString.copyFromUtf8("plain")).build().toByteArray();
        byte[] wrapped =
                WrappedRecord.newBuilder()
                        .setRecord(Record.newBuilder().setData(ByteString.copyFromUtf8("plain")))
                        .setRecordDigest(FakeDevice.sha256(record))
                        .build()
                        .toByteArray();
        backend.upload(
                device,
                sealed.toBuilder()
                        .clearEncryptionInfo()
                        .setEncryptedWrappedRecord(ByteString.copyFrom(wrapped))
                        .build());
        backend.awaitConfirmed(0);
        assertThat(backend.records().get(0)).contains("\"data\":\"plain\"");
    }
}
