package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads that are larger, or more, than the server takes at once. */
class UploadLimitTest {

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
    void largeUploadIsConfirmedPieceByPieceAndAnsweredOnce() throws Exception {
        FakeDevice device = backend.device("d");
        List<EncryptedRecord> records = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            records.add(device.next("r" + i));
        }
        backend.server().received(device.topic(), FakeDevice.batch(records));
        backend.reply();
        assertThat(backend.records()).hasSize(1000);
        assertThat(backend.counts("d").chainBreaks()).isZero();
        assertThat(backend.server().counts().batches()).isEqualTo(1);
        assertThat(backend.sent).isEmpty();
    }

    @Test
    void uploadThatGrowsTooMuchIsTakenInSteps() throws Exception {
        FakeDevice device = backend.device("d");
        byte[] growing = new byte[6 << 20];
        Arrays.fill(growing, (byte) 0x61);
        EncryptedRecord[] bombs = new EncryptedRecord[5];
        for (int i = 0; i < bombs.length; i++) {
            bombs[i] = device.next(growing);
        }
        backend.upload(device, bombs);
        backend.awaitConfirmed(2);
        backend.upload(device, bombs);
        backend.awaitConfirmed(4);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(5, 3, 0, 0, 0));
    }

    @Test
    void stopEndsThoughUploadsKeepComing() throws Exception {
        byte[] upload =
                UploadEnvelope.newBuilder()
                        .setRequest(
                                UploadEncryptedRecordRequest.newBuilder()
                                        .addAllEncryptedRecord(
                                                Collections.nCopies(
                                                        50_000,
                                                        EncryptedRecord.getDefaultInstance())))
                        .build()
                        .toByteArray();
        for (int i = 0; i < 5; i++) {
            backend.restart();
            ReportingServer server = backend.server();
            CountDownLatch stopped = new CountDownLatch(1);
            FutureTask<Void> receiving =
                    new FutureTask<>(
                            () -> {
                                while (stopped.getCount() > 0) {
                                    server.received("armature/v1/d/up", upload);
                                }
                                return null;
                            });
            backend.opening = new CountDownLatch(1);
            new Thread(receiving, "receiver").start();
            assertThat(backend.opening.await(60, TimeUnit.SECONDS)).isTrue();
            server.close();
            stopped.countDown();
            receiving.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void uploadsBeyondTheLimitAreDroppedAndComeAgain() throws Exception {
        backend.restart(new ReportingServer.Limits(1, 8192, 1 << 20));
        FakeDevice device = backend.device("d");
        List<byte[]> batches = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            batches.add(FakeDevice.batch(device.next("record " + i)));
        }
        batches.forEach(b -> backend.server().received(device.topic(), b));
        assertThat(backend.server().counts().dropped()).isPositive();
        // Like a device: what is not confirmed is sent again.
        long confirmed = -1;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (confirmed < 199 && System.nanoTime() < deadline) {
            backend.server().received(device.topic(), batches.get((int) confirmed + 1));
            ServerFixture.Sent message = backend.sent.poll(100, TimeUnit.MILLISECONDS);
            if (message != null && message.topic().endsWith("/down/confirm")) {
                confirmed =
                        ConfirmRecordUploadRequest.parseFrom(message.payload())
                                .getSequenceInformation()
                                .getSequencingId();
            }
        }
        assertThat(confirmed).isEqualTo(199);
        assertThat(backend.records()).hasSize(200);
    }
}
