package io.armature.reporting.seal;

import static io.armature.reporting.seal.Fixtures.serverKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.armature.platform.api.Fault;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

class RecordSealingTest {

    private static final byte[] RECORD = Fixtures.repeated('r', 2000);

    @TempDir Path provisioning;

    private final Fixtures.MemoryFiles files = new Fixtures.MemoryFiles();
    private final HandClock clock = new HandClock();
    private final Fixtures.Signer signer = new Fixtures.Signer();
    private RecordSealing sealing;

    @AfterEach
    void close() {
        if (sealing != null) {
            sealing.close();
        }
    }

    @Test
    void provisionedKeySealsTheFirstRecord() throws Exception {
        provisionVerificationKey();
        Files.write(
                provisioning.resolve("encryption-key"), signer.sign(serverKey(7)).toByteArray());
        start(true);

        EncryptedRecord sealed = sealing.seal(RECORD);

        assertThat(sealed.getEncryptionInfo().getPublicKeyId()).isEqualTo(7);
        assertThat(sealed.getCompressionInformation().getCompressionAlgorithm())
                .isEqualTo(CompressionAlgorithm.COMPRESSION_SNAPPY);
        assertThat(Snappy.uncompress(open(sealed))).isEqualTo(RECORD);
        assertThat(sealing.faults()).isEmpty();
        assertThat(files.files).isEmpty();
    }

    @Test
    void withoutAnyKeySealingFailsAndWaitersWaitForTheDelivery() throws Exception {
        provisionVerificationKey();
        start(true);

        assertThat(sealing.keyPresent()).isFalse();
        assertThat(sealing.keyAge()).isEmpty();
        assertThatThrownBy(() -> sealing.seal(RECORD))
                .hasToString("NOT_FOUND:Cannot encrypt record - no key");
        assertThat(sealing.faults()).extracting(Fault::subject).containsExactly("keys");
        Future<Void> waiter = future(sealing.whenKeyPresent());
        assertThat(waiter.isDone()).isFalse();

        get(sealing.update(signer.sign(serverKey(1))));

        waiter.get(60, TimeUnit.SECONDS);
        assertThat(sealing.keyPresent()).isTrue();
        assertThat(sealing.faults()).isEmpty();
        assertThat(files.files).containsOnlyKeys("EncryptionKey.0");
        assertThat(sealing.seal(RECORD).getEncryptionInfo().getPublicKeyId()).isEqualTo(1);
    }

    @Test
    void badKeyFailsWaitersWithItsStatusAndLaterOnesWaitAgain() throws Exception {
        provisionVerificationKey();
        start(true);
        Future<Void> waiter = future(sealing.whenKeyPresent());

        assertFails(sealing.update(badlySigned()), "INVALID_ARGUMENT:Verification failed");
        assertThatThrownBy(() -> waiter.get(60, TimeUnit.SECONDS))
                .cause()
                .hasToString("INVALID_ARGUMENT:Verification failed");

        Future<Void> later = future(sealing.whenKeyPresent());
        assertThat(later.isDone()).isFalse();
        get(sealing.update(signer.sign(serverKey(2))));
        later.get(60, TimeUnit.SECONDS);
    }

    @Test
    void badKeyKeepsTheOldOneAndIsShown() throws Exception {
        provisionVerificationKey();
        start(true);
        get(sealing.update(signer.sign(serverKey(1))));

        assertFails(sealing.update(badlySigned()), "INVALID_ARGUMENT:Verification failed");

        assertThat(sealing.seal(RECORD).getEncryptionInfo().getPublicKeyId()).isEqualTo(1);
        assertThat(sealing.faults()).hasSize(1);
        assertThat(files.files).containsOnlyKeys("EncryptionKey.0");
        get(sealing.update(signer.sign(serverKey(2))));
        assertThat(sealing.faults()).isEmpty();
        assertThat(files.files).containsOnlyKeys("EncryptionKey.1");
    }

    @Test
    void signedKeyOfLowOrderIsRefused() throws Exception {
        provisionVerificationKey();
        start(true);
        assertFails(
                sealing.update(signer.sign(new ServerKey(new byte[32], 3))),
                "INVALID_ARGUMENT:Encryption key is of low order");
        assertThat(sealing.keyPresent()).isFalse();
    }

    @Test
    void highestValidFileIsUsedAndOthersAreRemoved() throws Exception {
        provisionVerificationKey();
        Files.write(
                provisioning.resolve("encryption-key"), signer.sign(serverKey(99)).toByteArray());
        files.files.put("EncryptionKey.3", signer.sign(serverKey(3)).toByteArray());
        files.files.put("EncryptionKey.10", signer.sign(serverKey(10)).toByteArray());
        files.files.put("EncryptionKey.11", badlySigned().toByteArray());
        files.files.put("EncryptionKey.12", new byte[256]);
        files.files.put("EncryptionKey.13", new byte[0]);
        files.files.put("EncryptionKey.2", new byte[] {1, 2, 3});
        files.files.put("EncryptionKey.01", new byte[1]);
        files.files.put("EncryptionKey.x", new byte[1]);
        files.files.put("notes.txt", new byte[1]);
        start(true);

        assertThat(sealing.seal(RECORD).getEncryptionInfo().getPublicKeyId()).isEqualTo(10);
        // A delivery runs after the clean-up and takes a number above any seen.
        get(sealing.update(signer.sign(serverKey(11))));
        assertThat(files.files)
                .containsOnlyKeys(
                        "EncryptionKey.14", "EncryptionKey.01", "EncryptionKey.x", "notes.txt");
        assertThat(files.aside)
                .containsOnlyKeys(
                        "EncryptionKey.11",
                        "EncryptionKey.12",
                        "EncryptionKey.13",
                        "EncryptionKey.2");
    }

    @Test
    void withoutVerificationKeyNothingIsAcceptedAndNoFileTouched() throws Exception {
        files.files.put("EncryptionKey.3", signer.sign(serverKey(3)).toByteArray());
        start(true);

        assertThat(sealing.keyPresent()).isFalse();
        assertFails(
                sealing.update(signer.sign(serverKey(1))),
                "FAILED_PRECONDITION:Wrong public key size");
        assertThat(files.files).containsOnlyKeys("EncryptionKey.3");
        assertThat(sealing.faults())
                .extracting(Fault::subject)
                .contains("etc/armature/reporting/verification-key");
    }

    @Test
    void damagedProvisionedFilesAreShownWithoutTheirContent() throws Exception {
        Files.writeString(provisioning.resolve("verification-key"), "c0ffee");
        Files.write(provisioning.resolve("encryption-key"), new byte[4096]);
        start(true);
        assertThat(sealing.keyPresent()).isFalse();
        assertThat(sealing.faults())
                .extracting(Fault::subject)
                .contains(
                        "etc/armature/reporting/verification-key",
                        "etc/armature/reporting/encryption-key");
        assertThat(sealing.faults().toString()).doesNotContain("c0ffee");
    }

    @Test
    void deliveredKeySurvivesARestartAndItsAgeRestarts() throws Exception {
        provisionVerificationKey();
        start(true);
        get(sealing.update(signer.sign(serverKey(5))));
        clock.advance(Duration.ofDays(2));
        assertThat(sealing.keyAge()).contains(Duration.ofDays(2));
        sealing.close();

        start(true);
        assertThat(sealing.keyAge()).contains(Duration.ZERO);
        clock.advance(Duration.ofDays(3));
        assertThat(sealing.keyAge()).contains(Duration.ofDays(3));
        assertThat(sealing.seal(RECORD).getEncryptionInfo().getPublicKeyId()).isEqualTo(5);
    }

    @Test
    void keyThatCannotBeStoredIsUsedAndReported() throws Exception {
        provisionVerificationKey();
        start(true);
        files.failing = true;

        assertFails(
                sealing.update(signer.sign(serverKey(1))),
                "UNAVAILABLE:Key is used but not stored");
        assertThat(sealing.keyPresent()).isTrue();
        assertThat(sealing.faults()).hasSize(1);
    }

    @Test
    void closingFailsWhoWaits() throws Exception {
        provisionVerificationKey();
        start(true);
        Future<Void> waiter = future(sealing.whenKeyPresent());
        sealing.close();
        assertThatThrownBy(() -> waiter.get(60, TimeUnit.SECONDS))
                .cause()
                .hasToString("UNAVAILABLE:Key not delivered - Storage shuts down");
        assertFails(
                sealing.update(signer.sign(serverKey(1))),
                "UNAVAILABLE:Key not delivered - Storage shuts down");
    }

    @Test
    void plainModeStoresTheBlobAndAsksForNoKey() throws Exception {
        start(false);
        assertThat(sealing.keyPresent()).isTrue();
        get(sealing.whenKeyPresent());
        EncryptedRecord plain = sealing.seal(RECORD);
        assertThat(plain.hasEncryptionInfo()).isFalse();
        assertThat(Snappy.uncompress(plain.getEncryptedWrappedRecord().toByteArray()))
                .isEqualTo(RECORD);
        assertThat(sealing.faults()).isEmpty();
    }

    @Test
    void everySealedRecordHasItsOwnEphemeralKeyFromThePoolOrNot() throws Exception {
        provisionVerificationKey();
        start(true);
        get(sealing.update(signer.sign(serverKey(1))));
        Set<ByteString> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            EncryptedRecord sealed = sealing.seal(RECORD);
            seen.add(sealed.getEncryptionInfo().getEncryptionKey());
            assertThat(Snappy.uncompress(open(sealed))).isEqualTo(RECORD);
        }
        assertThat(seen).hasSize(20);
    }

    @Test
    void compressionOffWritesNoCompressionInformation() throws Exception {
        provisionVerificationKey();
        sealing = sealing(new SealSettings(true, false, 0));
        sealing.load();
        get(sealing.update(signer.sign(serverKey(1))));
        EncryptedRecord sealed = sealing.seal(RECORD);
        assertThat(sealed.hasCompressionInformation()).isFalse();
        assertThat(open(sealed)).isEqualTo(RECORD);
        assertThat(sealed.getEncryptedWrappedRecord().size()).isEqualTo(RECORD.length + 28);
    }

    @Test
    void compressionIsSwitchedWhileRecordsAreSealed() throws Exception {
        provisionVerificationKey();
        start(true);
        get(sealing.update(signer.sign(serverKey(1))));
        assertThat(sealing.seal(RECORD).hasCompressionInformation()).isTrue();
        sealing.change(new SealSettings(true, false, 4));
        assertThat(sealing.seal(RECORD).hasCompressionInformation()).isFalse();
        sealing.change(new SealSettings(true, true, 4));
        assertThat(sealing.seal(RECORD).hasCompressionInformation()).isTrue();
    }

    @Test
    void theDevelopmentFlagSwapsTheVerificationKeysForDeliveriesFromThenOn() throws Exception {
        Fixtures.Signer developer = new Fixtures.Signer();
        provisionVerificationKey();
        start(true);
        get(sealing.update(signer.sign(serverKey(1))));

        sealing.change(new SealSettings(true, true, 4, true));
        assertFails(
                sealing.update(developer.sign(serverKey(2))),
                "FAILED_PRECONDITION:Wrong public key size");
        Files.writeString(
                provisioning.resolve("verification-key-dev"),
                HexFormat.of().formatHex(developer.publicKey) + "\n");
        get(sealing.update(developer.sign(serverKey(2))));
        assertFails(
                sealing.update(signer.sign(serverKey(3))), "INVALID_ARGUMENT:Verification failed");
        assertThat(sealing.seal(RECORD).getEncryptionInfo().getPublicKeyId()).isEqualTo(2);

        sealing.change(new SealSettings(true, true, 4));
        assertFails(
                sealing.update(developer.sign(serverKey(4))),
                "INVALID_ARGUMENT:Verification failed");
        get(sealing.update(signer.sign(serverKey(5))));
    }

    private void start(boolean encryption) {
        sealing = sealing(new SealSettings(encryption, true, 4));
        sealing.load();
    }

    private RecordSealing sealing(SealSettings settings) {
        return new RecordSealing(files, provisioning, clock, Fixtures.randomness(), settings);
    }

    private void provisionVerificationKey() throws Exception {
        Files.writeString(
                provisioning.resolve("verification-key"),
                HexFormat.of().formatHex(signer.publicKey) + "\n");
    }

    private SignedEncryptionInfo badlySigned() {
        return signer.sign(serverKey(1)).toBuilder().setPublicKeyId(2).build();
    }

    /** Opens as a server does, with the JDK alone. */
    private static byte[] open(EncryptedRecord sealed) throws Exception {
        // X25519 commutes: agree with the ephemeral public key under the server's private one.
        Agreement agreement =
                X25519Agreements.agree(
                        new ServerKey(
                                sealed.getEncryptionInfo().getEncryptionKey().toByteArray(), 0),
                        Fixtures.SERVER_PRIVATE);
        byte[] blob = sealed.getEncryptedWrappedRecord().toByteArray();
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(agreement.key(), "ChaCha20"),
                new IvParameterSpec(blob, 0, 12));
        return cipher.doFinal(blob, 12, blob.length - 12);
    }

    private static Future<Void> future(CompletionStage<Void> stage) {
        return stage.toCompletableFuture();
    }

    private static void get(CompletionStage<Void> stage) throws Exception {
        future(stage).get(60, TimeUnit.SECONDS);
    }

    private static void assertFails(CompletionStage<Void> stage, String status) {
        assertThatThrownBy(() -> get(stage))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasToString(status);
    }
}
