package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.backend.reporting.fake.FakePlatform;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.opening.Content;
import io.armature.backend.reporting.opening.RecordOpener;
import io.armature.backend.reporting.storage.DeviceCounts;
import io.armature.backend.reporting.storage.RecordStore;
import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import io.armature.reporting.proto.WrappedRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

class ReportingServerTest {

    private static final RecordStore.Limits STORE =
            new RecordStore.Limits(4096, 1 << 20, 3, Duration.ofSeconds(60).toNanos());
    private static final ReportingServer.Limits SERVER =
            new ReportingServer.Limits(1, 64 << 20, 32 << 20);

    private record Sent(String topic, byte[] payload) {}

    @TempDir Path root;

    private final FakePlatform platform = new FakePlatform();
    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    private BackendKeys keys;
    private RecordStore store;
    private ReportingServer server;

    @BeforeEach
    void start() throws Exception {
        keys = BackendKeys.open(root.resolve("own/keys"), platform, new SecureRandom()::nextBytes);
        store =
                RecordStore.open(
                        root.resolve("records"),
                        root.resolve("own/checkpoint"),
                        platform,
                        platform,
                        STORE);
        server =
                new ReportingServer(
                        keys,
                        store,
                        (topic, payload) -> sent.add(new Sent(topic, payload)),
                        platform,
                        SERVER);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart() throws Exception {
        server.close();
        sent.clear();
        start();
    }

    @Test
    void recordIsStoredByteForByteAndThenConfirmed() throws Exception {
        FakeDevice device = device("d");
        byte[] binary = {0, (byte) 0xff, 10, 13};

        upload(device, device.next("Grüße, \"Welt\"\n\u2028\u0000🙂"), device.next(binary));

        assertThat(confirmed()).isEqualTo(1);
        assertThat(reply().getResponse().getStatus().getCode()).isZero();
        assertThat(records())
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
        FakeDevice device = device("d");
        upload(device, device.next("today"));
        awaitConfirmed(0);
        platform.pass(Duration.ofMinutes(2));
        upload(device, device.next("tomorrow"));
        awaitConfirmed(1);
        assertThat(root.resolve("records/d/2026-03-04.jsonl")).exists();
        assertThat(root.resolve("records/d/2026-03-05.jsonl")).exists();
        assertThat(records()).hasSize(2);
    }

    @Test
    void duplicatesAreStoredOnceAndConfirmedAgain() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord first = device.next("a");
        EncryptedRecord second = device.next("b");
        upload(device, first, second, first);
        awaitConfirmed(1);
        upload(device, first, second);
        awaitConfirmed(1);

        assertThat(records()).hasSize(2);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(2, 3, 0, 0, 0));
    }

    @Test
    void batchesOutOfOrderAreConfirmedOnlyWithoutHoles() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord[] r = new EncryptedRecord[4];
        for (int i = 0; i < r.length; i++) {
            r[i] = device.next("r" + i);
        }
        upload(device, r[3]);
        assertThat(reply().getResponse().getStatus().getCode()).isZero();
        upload(device, r[0]);
        awaitConfirmed(0);
        upload(device, r[2], r[1]);
        awaitConfirmed(3);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(4, 0, 0, 0, 0));
    }

    @Test
    void missingIdsAreGivenUpOnlyAfterTimeAndResends() throws Exception {
        FakeDevice device = device("d");
        device.next("never sent");
        EncryptedRecord later = device.next("later");
        for (int i = 0; i < 3; i++) {
            upload(device, later);
            reply();
            platform.pass(Duration.ofSeconds(20));
        }
        assertThat(sent).isEmpty();
        platform.pass(Duration.ofSeconds(60));
        upload(device, later);
        awaitConfirmed(1);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(1, 3, 1, 0, 0));
        restart();
        upload(device, device.next("next"));
        awaitConfirmed(2);
    }

    @Test
    void gapRecordsAreCountedAndConfirmed() throws Exception {
        FakeDevice device = device("d");
        upload(device, device.next("a"), device.gap(), device.next("c"));
        awaitConfirmed(2);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(2, 0, 1, 0, 0));
        assertThat(records()).hasSize(2);
    }

    @Test
    void chainBreakIsCountedOnceAndTheRecordKept() throws Exception {
        FakeDevice device = device("d");
        upload(
                device,
                device.next("a"),
                device.next(
                        "b".getBytes(StandardCharsets.US_ASCII), FakeDevice.sha256(new byte[0])),
                device.next("c"));
        awaitConfirmed(2);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(3, 0, 0, 0, 1));
    }

    @Test
    void undecryptableRecordIsKeptWithItsReasonAndDoesNotBlock() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord good = device.next("good");
        EncryptedRecord flipped = device.next("flipped");
        byte[] blob = flipped.getEncryptedWrappedRecord().toByteArray();
        blob[20] ^= 1;
        flipped = flipped.toBuilder().setEncryptedWrappedRecord(ByteString.copyFrom(blob)).build();
        EncryptedRecord foreign =
                device.next("other key").toBuilder()
                        .setEncryptionInfo(good.getEncryptionInfo().toBuilder().setPublicKeyId(0))
                        .build();
        upload(device, good, flipped, foreign, device.next("after"));
        awaitConfirmed(3);

        assertThat(counts("d")).isEqualTo(new DeviceCounts(2, 0, 0, 2, 0));
        assertThat(records()).hasSize(2);
        String file = Files.readString(root.resolve("records/d/2026-03-04.jsonl"));
        assertThat(file)
                .contains("{\"refused\":\"does not decrypt\"")
                .contains("{\"refused\":\"sealed for another key\"");
        restart();
        assertThat(counts("d")).isEqualTo(new DeviceCounts(2, 0, 0, 2, 0));
    }

    @Test
    void sameRecordOpensAgainAndAgain() throws Exception {
        EncryptedRecord record = device("d").next("again");
        RecordOpener opener = new RecordOpener(keys);
        for (int i = 0; i < 3; i++) {
            assertThat(opener.open(record)).isInstanceOf(Content.Opened.class);
        }
    }

    @Test
    void everyKindOfBadContentIsRefusedWithAReason() throws Exception {
        FakeDevice device = device("d");
        byte[] bomb = Snappy.compress(new byte[RecordOpener.OPENED_LIMIT_BYTES + 1]);
        upload(
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
        awaitConfirmed(4);
        assertThat(counts("d").refused()).isEqualTo(5);
    }

    @Test
    void plainRecordsAreTaken() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord sealed = device.next("x");
        byte[] record =
                Record.newBuilder().setData(ByteString.copyFromUtf8("plain")).build().toByteArray();
        byte[] wrapped =
                WrappedRecord.newBuilder()
                        .setRecord(Record.newBuilder().setData(ByteString.copyFromUtf8("plain")))
                        .setRecordDigest(FakeDevice.sha256(record))
                        .build()
                        .toByteArray();
        upload(
                device,
                sealed.toBuilder()
                        .clearEncryptionInfo()
                        .setEncryptedWrappedRecord(ByteString.copyFrom(wrapped))
                        .build());
        awaitConfirmed(0);
        assertThat(records().get(0)).contains("\"data\":\"plain\"");
    }

    @Test
    void largeUploadIsConfirmedPieceByPieceAndAnsweredOnce() throws Exception {
        FakeDevice device = device("d");
        List<EncryptedRecord> records = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            records.add(device.next("r" + i));
        }
        server.received(device.topic(), FakeDevice.batch(records));
        reply();
        assertThat(records()).hasSize(1000);
        assertThat(counts("d").chainBreaks()).isZero();
        assertThat(server.counts().batches()).isEqualTo(1);
        assertThat(sent).isEmpty();
    }

    @Test
    void uploadThatGrowsTooMuchIsTakenInSteps() throws Exception {
        FakeDevice device = device("d");
        byte[] growing = new byte[6 << 20];
        Arrays.fill(growing, (byte) 0x61);
        EncryptedRecord[] bombs = new EncryptedRecord[5];
        for (int i = 0; i < bombs.length; i++) {
            bombs[i] = device.next(growing);
        }
        upload(device, bombs);
        awaitConfirmed(2);
        upload(device, bombs);
        awaitConfirmed(4);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(5, 3, 0, 0, 0));
    }

    @Test
    void hostileMessagesAreCountedAndChangeNothing() throws Exception {
        FakeDevice device = device("d");
        server.received("armature/v1/../up", FakeDevice.batch(device.next("x")));
        server.received("armature/v1//up", new byte[0]);
        server.received("armature/v1/d/down/confirm", new byte[0]);
        server.received("armature/v1/up", new byte[0]);
        server.received(device.topic(), new byte[SERVER.messageBytes() + 1]);
        server.received(device.topic(), new byte[0]);
        server.received(device.topic(), new byte[] {(byte) 0xff, 1, 2});
        server.received(
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
            server.received(device.topic(), noise);
        }
        FakeDevice honest = device("h");
        EncryptedRecord record = honest.next("still here");
        upload(honest, withSequence(record, -1, "FAST"), withSequence(record, Long.MAX_VALUE, ""));
        upload(honest, record);
        awaitConfirmed(0);
        assertThat(server.counts().malformed()).isGreaterThan(8);
        assertThat(records()).hasSize(1);
        try (var devices = Files.list(root.resolve("records"))) {
            assertThat(devices.map(p -> p.getFileName().toString())).containsExactly("h");
        }
    }

    @Test
    void mutatedUploadsNeverStopTheServer() throws Exception {
        FakeDevice device = device("d");
        byte[] good = FakeDevice.batch(device.next("a"), device.next("b".repeat(600)));
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bad = good.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            server.received(device.topic(), bad);
        }
        FakeDevice honest = device("h");
        upload(honest, honest.next("still here"));
        Sent message = sent.poll(60, TimeUnit.SECONDS);
        while (message != null && !message.topic().equals("armature/v1/h/down/confirm")) {
            message = sent.poll(60, TimeUnit.SECONDS);
        }
        assertThat(message).isNotNull();
        assertThat(server.counts().failures()).isZero();
    }

    @Test
    void keyIsSentToWhoAsks() throws Exception {
        server.received(
                "armature/v1/d/up",
                UploadEnvelope.newBuilder()
                        .setRequest(
                                UploadEncryptedRecordRequest.newBuilder()
                                        .setNeedEncryptionKeys(true))
                        .build()
                        .toByteArray());
        Sent message = take("armature/v1/d/down/key");
        assertThat(SignedEncryptionInfo.parseFrom(message.payload())).isEqualTo(keys.signedKey());
    }

    @Test
    void keysAndRecordsSurviveARestart() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord first = device.next("a");
        upload(device, first);
        awaitConfirmed(0);
        SignedEncryptionInfo before = keys.signedKey();
        restart();

        assertThat(keys.signedKey()).isEqualTo(before);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(root.resolve("own/keys"))))
                .isEqualTo("rw-------");
        upload(device, first, device.next("b"));
        awaitConfirmed(1);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(2, 1, 0, 0, 0));
    }

    @Test
    void withoutCheckpointEverythingIsReadAgain() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord first = device.next("a");
        upload(device, first, device.gap(), device.next("c"));
        awaitConfirmed(2);
        server.close();
        Files.delete(root.resolve("own/checkpoint"));
        restart();
        upload(device, first, device.next("d"));
        awaitConfirmed(3);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(3, 1, 1, 0, 0));
    }

    @Test
    void damagedCheckpointIsAsGoodAsNone() throws Exception {
        FakeDevice device = device("d");
        upload(device, device.next("a"));
        awaitConfirmed(0);
        server.close();
        byte[] checkpoint = Files.readAllBytes(root.resolve("own/checkpoint"));
        checkpoint[checkpoint.length / 2] ^= 1;
        Files.write(root.resolve("own/checkpoint"), checkpoint);
        restart();
        assertThat(counts("d").records()).isEqualTo(1);
        upload(device, device.next("b"));
        awaitConfirmed(1);
    }

    @Test
    void recordsAreConfirmedEvenIfNoCheckpointCanBeWritten() throws Exception {
        FakeDevice device = device("d");
        platform.failing = true;
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 'x');
        for (int i = 0; i < 5; i++) {
            upload(device, device.next(large));
            awaitConfirmed(i);
        }
        assertThat(server.counts().failures()).isZero();
        restart();
        assertThat(counts("d").records()).isEqualTo(5);
        platform.failing = false;
    }

    @Test
    void tornLastLineIsCutAtEveryByteAndNothingBeforeItLost() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord first = device.next("a");
        EncryptedRecord second = device.next("b");
        upload(device, first);
        awaitConfirmed(0);
        Path file = root.resolve("records/d/2026-03-04.jsonl");
        long confirmedLength = Files.size(file);
        upload(device, second);
        awaitConfirmed(1);
        server.close();
        byte[] whole = Files.readAllBytes(file);
        for (int cut = (int) confirmedLength; cut < whole.length; cut += 7) {
            Files.write(file, Arrays.copyOf(whole, cut));
            Files.delete(root.resolve("own/checkpoint"));
            restart();
            assertThat(counts("d").records()).as("cut at %d", cut).isEqualTo(1);
            assertThat(Files.size(file)).isEqualTo(confirmedLength);
            upload(device, second);
            awaitConfirmed(1);
            assertThat(counts("d")).isEqualTo(new DeviceCounts(2, 0, 0, 0, 0));
            server.close();
        }
    }

    @Test
    void linesWrittenAfterTheCheckpointAreFoundAgain() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord first = device.next("a");
        upload(device, first);
        awaitConfirmed(0);
        server.close();
        byte[] early = Files.readAllBytes(root.resolve("own/checkpoint"));
        restart();
        EncryptedRecord second = device.next("b");
        upload(device, second);
        awaitConfirmed(1);
        server.close();
        // As after kill -9: lines are forced, the checkpoint is old, the tail is growing.
        Files.write(root.resolve("own/checkpoint"), early);
        Files.write(
                root.resolve("records/d/2026-03-04.jsonl"),
                new byte[100],
                StandardOpenOption.APPEND);
        restart();
        upload(device, first, second, device.next("c"));
        awaitConfirmed(2);
        assertThat(counts("d")).isEqualTo(new DeviceCounts(3, 2, 0, 0, 0));
        assertThat(records()).hasSize(3);
    }

    @Test
    void failedWriteConfirmsNothingAndTheNextUploadIsStoredOnce() throws Exception {
        FakeDevice device = device("d");
        EncryptedRecord first = device.next("a");
        upload(device, first);
        awaitConfirmed(0);
        // A folder where the next day's file should be.
        platform.pass(Duration.ofMinutes(2));
        Path blocked = root.resolve("records/d/2026-03-05.jsonl");
        Files.createDirectories(blocked);
        EncryptedRecord second = device.next("b");
        upload(device, second);
        assertThat(reply().getResponse().getStatus().getCode()).isEqualTo(14);
        assertThat(server.counts().failures()).isEqualTo(1);
        Files.delete(blocked);
        upload(device, first, second);
        awaitConfirmed(1);
        assertThat(records()).hasSize(2);
    }

    @Test
    void uploadsBeyondTheLimitAreDroppedAndComeAgain() throws Exception {
        server.close();
        store =
                RecordStore.open(
                        root.resolve("records"),
                        root.resolve("own/checkpoint"),
                        platform,
                        platform,
                        STORE);
        server =
                new ReportingServer(
                        keys,
                        store,
                        (topic, payload) -> sent.add(new Sent(topic, payload)),
                        platform,
                        new ReportingServer.Limits(1, 8192, 1 << 20));
        FakeDevice device = device("d");
        List<byte[]> batches = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            batches.add(FakeDevice.batch(device.next("record " + i)));
        }
        batches.forEach(b -> server.received(device.topic(), b));
        assertThat(server.counts().dropped()).isPositive();
        // Like a device: what is not confirmed is sent again.
        long confirmed = -1;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (confirmed < 199 && System.nanoTime() < deadline) {
            server.received(device.topic(), batches.get((int) confirmed + 1));
            Sent message = sent.poll(100, TimeUnit.MILLISECONDS);
            if (message != null && message.topic().endsWith("/down/confirm")) {
                confirmed =
                        ConfirmRecordUploadRequest.parseFrom(message.payload())
                                .getSequenceInformation()
                                .getSequencingId();
            }
        }
        assertThat(confirmed).isEqualTo(199);
        assertThat(records()).hasSize(200);
    }

    private FakeDevice device(String id) {
        return new FakeDevice(id, keys.signedKey());
    }

    private static EncryptedRecord withSequence(EncryptedRecord record, long id, String guid) {
        return record.toBuilder()
                .setSequenceInformation(
                        record.getSequenceInformation().toBuilder()
                                .setSequencingId(id)
                                .setGenerationGuid(guid))
                .build();
    }

    private void upload(FakeDevice device, EncryptedRecord... records) {
        server.received(device.topic(), FakeDevice.batch(records));
    }

    private DeviceCounts counts(String device) {
        return store.counts().getOrDefault(device, DeviceCounts.NONE);
    }

    private List<String> records() throws Exception {
        List<String> lines = new ArrayList<>();
        store.lines()
                .read(
                        Optional.empty(),
                        (line, length) ->
                                lines.add(new String(line, 0, length, StandardCharsets.UTF_8)));
        return lines;
    }

    private Sent take(String topic) throws InterruptedException {
        Sent message = sent.poll(60, TimeUnit.SECONDS);
        while (message != null && !message.topic().equals(topic)) {
            message = sent.poll(60, TimeUnit.SECONDS);
        }
        assertThat(message).as("message on %s", topic).isNotNull();
        return message;
    }

    private ReplyEnvelope reply() throws Exception {
        return ReplyEnvelope.parseFrom(take("armature/v1/d/down/reply").payload());
    }

    private long confirmed() throws Exception {
        Sent message = sent.poll(60, TimeUnit.SECONDS);
        while (message != null && !message.topic().endsWith("/down/confirm")) {
            message = sent.poll(60, TimeUnit.SECONDS);
        }
        assertThat(message).as("a confirmation").isNotNull();
        return ConfirmRecordUploadRequest.parseFrom(message.payload())
                .getSequenceInformation()
                .getSequencingId();
    }

    /** The first confirmation must not be followed by a lower one. */
    private void awaitConfirmed(long id) throws Exception {
        long last = confirmed();
        while (last < id) {
            last = confirmed();
        }
        assertThat(last).isEqualTo(id);
        // The batch's reply follows its confirmation.
        Sent reply = sent.poll(60, TimeUnit.SECONDS);
        assertThat(reply).isNotNull();
    }
}
