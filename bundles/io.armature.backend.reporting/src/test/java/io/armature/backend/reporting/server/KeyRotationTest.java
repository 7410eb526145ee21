package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices get the new key; what was sealed for an old one is opened all the same. */
class KeyRotationTest {

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

    private SignedEncryptionInfo told() throws Exception {
        return SignedEncryptionInfo.parseFrom(backend.take("armature/v1/d/down/key").payload());
    }

    @Test
    void deviceThatSealsForAnOldKeyIsToldTheNewOneAndLosesNothing() throws Exception {
        FakeDevice device = backend.device("d");
        EncryptedRecord first = device.next("sealed before");
        String verification = backend.keys().verificationKey();
        backend.keys().rotate();
        backend.keys().rotate();

        backend.upload(device, first);
        backend.awaitConfirmed(0);
        SignedEncryptionInfo key = keyAfter(device.next("meanwhile"));
        assertThat(key).isEqualTo(backend.keys().signedKey());
        assertThat(backend.keys().verificationKey()).isEqualTo(verification);

        device.useKey(key);
        backend.restart();
        backend.upload(device, device.next("sealed after"));
        backend.awaitConfirmed(2);
        assertThat(backend.counts("d").records()).isEqualTo(3);
        assertThat(backend.counts("d").chainBreaks()).isZero();
        assertThat(backend.sent).noneMatch(sent -> sent.topic().endsWith("/down/key"));
    }

    /** The first upload was told already, so a minute passes. */
    private SignedEncryptionInfo keyAfter(EncryptedRecord record) throws Exception {
        backend.clock.advance(Duration.ofMinutes(2));
        backend.server().received("armature/v1/d/up", FakeDevice.batch(record));
        return told();
    }

    @Test
    void longBacklogIsToldTheKeyOnce() throws Exception {
        FakeDevice device = backend.device("d");
        backend.keys().rotate();
        for (int i = 0; i < 10; i++) {
            backend.upload(device, device.next("r" + i));
            backend.reply();
        }
        backend.server().close();
        assertThat(backend.keysSent()).isEqualTo(1);
    }

    @Test
    void serversThatShareTheFilesOpenWhatAnotherOneHasGivenOut() throws Exception {
        BackendKeys other =
                BackendKeys.open(
                        root.resolve("own/keys"), new PlainFiles(), new SecureRandom()::nextBytes);
        other.rotate();
        FakeDevice device = new FakeDevice("d", other.signedKey());
        backend.upload(device, device.next("for the other server's key"));
        backend.awaitConfirmed(0);
        assertThat(backend.counts("d").records()).isEqualTo(1);
        assertThat(backend.keysSent()).isZero();
        assertThat(backend.keys().id()).isEqualTo(other.id());
    }

    @Test
    void keyThatAServerGaveOutIsKeptWhileAnotherOneMakesIts() throws Exception {
        AtomicInteger givenOut = new AtomicInteger();
        DurableFiles slow =
                new DurableFiles() {
                    @Override
                    public void replace(Path target, byte[] content) throws IOException {
                        if (target.endsWith("old-keys")) {
                            givenOut.set(keyOfAnotherServer());
                        }
                        backend.files.replace(target, content);
                    }

                    @Override
                    public void delete(Path target) throws IOException {
                        backend.files.delete(target);
                    }
                };
        BackendKeys.open(root.resolve("own/keys"), slow, new SecureRandom()::nextBytes).rotate();
        assertThat(backend.keys().has(givenOut.get())).isTrue();
    }

    /** After it was told to make a new one, which it may refuse. */
    private int keyOfAnotherServer() throws IOException {
        BackendKeys other =
                BackendKeys.open(
                        root.resolve("own/keys"), backend.files, new SecureRandom()::nextBytes);
        try {
            other.rotate();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("being changed");
        }
        return other.id();
    }

    @Test
    void serversThatStartAtOnceHaveTheSameKeys() throws Exception {
        Path file = root.resolve("shared/keys");
        List<Integer> others = new ArrayList<>();
        BackendKeys keys =
                BackendKeys.open(
                        file,
                        backend.files,
                        bytes -> {
                            new SecureRandom().nextBytes(bytes);
                            if (others.isEmpty()) {
                                others.add(-1);
                                others.add(firstKeyOf(file));
                            }
                        });
        assertThat(others.get(1)).isIn(-1, keys.id());
    }

    /** As another server sees it; -1 if that one must wait. */
    private int firstKeyOf(Path file) {
        try {
            return BackendKeys.open(file, backend.files, new SecureRandom()::nextBytes).id();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("being changed");
            return -1;
        }
    }

    @Test
    void privateKeysAreTheirOwnersOnly() throws Exception {
        backend.keys().rotate();
        for (String name : new String[] {"keys", "old-keys"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(root.resolve("own/" + name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void rotationThatCannotBeStoredChangesNothing() throws Exception {
        int id = backend.keys().id();
        backend.files.failing(true);
        assertThatThrownBy(() -> backend.keys().rotate()).isInstanceOf(IOException.class);
        backend.files.failing(false);
        assertThat(backend.keys().id()).isEqualTo(id);
        backend.keys().rotate();
        assertThat(backend.keys().oldIds()).containsExactly(id);
    }

    @Test
    void damagedOldKeysAreAnErrorAndKept() throws Exception {
        backend.keys().rotate();
        Path old = root.resolve("own/old-keys");
        String whole = Files.readString(old);
        for (String bad : new String[] {"", "x", whole.substring(0, whole.length() - 3)}) {
            Files.writeString(old, bad);
            assertThatThrownBy(
                            () ->
                                    BackendKeys.open(
                                            root.resolve("own/keys"),
                                            backend.files,
                                            new SecureRandom()::nextBytes))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged")
                    .hasMessageNotContaining(whole.split(" ")[3].substring(0, 8));
            assertThat(Files.readString(old)).isEqualTo(bad);
        }
    }
}
