package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after an end of the server, orderly or not, and after failing writes. */
class ServerRecoveryTest {

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
    void keysAndRecordsSurviveARestart() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord first = device.next("a");
        backend.upload(device, first);
        backend.awaitConfirmed(0);
        SignedEncryptionInfo before = backend.keys().signedKey();
        backend.restart();

        assertThat(backend.keys().signedKey()).isEqualTo(before);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(root.resolve("own/keys"))))
                .isEqualTo("rw-------");
        backend.upload(device, first, device.next("b"));
        backend.awaitConfirmed(1);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(2, 1, 0, 0, 0));
    }

    @Test
    void withoutCheckpointEverythingIsReadAgain() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord first = device.next("a");
        backend.upload(device, first, device.gap(), device.next("c"));
        backend.awaitConfirmed(2);
        backend.close();
        Files.delete(root.resolve("own/checkpoint"));
        backend.restart();
        backend.upload(device, first, device.next("d"));
        backend.awaitConfirmed(3);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(3, 1, 1, 0, 0));
    }

    @Test
    void damagedCheckpointIsAsGoodAsNone() throws Exception {
        FakeDevice device = backend.device("d");
        backend.upload(device, device.next("a"));
        backend.awaitConfirmed(0);
        backend.close();
        byte[] checkpoint = Files.readAllBytes(root.resolve("own/checkpoint"));
        checkpoint[checkpoint.length / 2] ^= 1;
        Files.write(root.resolve("own/checkpoint"), checkpoint);
        backend.restart();
        assertThat(backend.counts("d").records()).isEqualTo(1);
        backend.upload(device, device.next("b"));
        backend.awaitConfirmed(1);
    }

    @Test
    void recordsAreConfirmedEvenIfNoCheckpointCanBeWritten() throws Exception {
        FakeDevice device = backend.device("d");
        backend.files.failing(true);
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 'x');
        for (int i = 0; i < 5; i++) {
            backend.upload(device, device.next(large));
            backend.awaitConfirmed(i);
        }
        assertThat(backend.server().counts().failures()).isZero();
        backend.restart();
        assertThat(backend.counts("d").records()).isEqualTo(5);
        backend.files.failing(false);
    }

    @Test
    void tornLastLineIsCutAtEveryByteAndNothingBeforeItLost() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord first = device.next("a");
        EncryptedRecord second = device.next("b");
        backend.upload(device, first);
        backend.awaitConfirmed(0);
        Path file = root.resolve("records/d/2026-03-04.jsonl");
        long confirmedLength = Files.size(file);
        backend.upload(device, second);
        backend.awaitConfirmed(1);
        backend.close();
        byte[] whole = Files.readAllBytes(file);
        for (int cut = (int) confirmedLength; cut < whole.length; cut += 7) {
            Files.write(file, Arrays.copyOf(whole, cut));
            Files.delete(root.resolve("own/checkpoint"));
            backend.restart();
            assertThat(backend.counts("d").records()).as("cut at %d", cut).isEqualTo(1);
            assertThat(Files.size(file)).isEqualTo(confirmedLength);
            backend.upload(device, second);
            backend.awaitConfirmed(1);
            assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(2, 0, 0, 0, 0));
            backend.close();
        }
    }

    @Test
    void linesWrittenAfterTheCheckpointAreFoundAgain() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord first = device.next("a");
        backend.upload(device, first);
        backend.awaitConfirmed(0);
        backend.close();
        byte[] early = Files.readAllBytes(root.resolve("own/checkpoint"));
        backend.restart();
        EncryptedRecord second = device.next("b");
        backend.upload(device, second);
        backend.awaitConfirmed(1);
        backend.close();
        // As after kill -9: lines are forced, the checkpoint is old, the tail is growing.
        Files.write(root.resolve("own/checkpoint"), early);
        Files.write(
                root.resolve("records/d/2026-03-04.jsonl"),
                new byte[100],
                StandardOpenOption.APPEND);
        backend.restart();
        backend.upload(device, first, second, device.next("c"));
        backend.awaitConfirmed(2);
        assertThat(backend.counts("d")).isEqualTo(new DeviceCounts(3, 2, 0, 0, 0));
        assertThat(backend.records()).hasSize(3);
    }

    @Test
    void failedWriteConfirmsNothingAndTheNextUploadIsStoredOnce() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord first = device.next("a");
        backend.upload(device, first);
        backend.awaitConfirmed(0);
        // A folder where the next day's file should be.
        backend.clock.advance(Duration.ofMinutes(2));
        Path blocked = root.resolve("records/d/2026-03-05.jsonl");
        Files.createDirectories(blocked);
        EncryptedRecord second = device.next("b");
        backend.upload(device, second);
        assertThat(backend.reply().getResponse().getStatus().getCode()).isEqualTo(14);
        assertThat(backend.server().counts().failures()).isEqualTo(1);
        Files.delete(blocked);
        backend.upload(device, first, second);
        backend.awaitConfirmed(1);
        assertThat(backend.records()).hasSize(2);
    }
}
