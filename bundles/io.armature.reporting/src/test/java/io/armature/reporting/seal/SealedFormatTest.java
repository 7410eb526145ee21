package io.armature.reporting.seal;

import static io.armature.reporting.seal.Fixtures.hex;
import static io.armature.reporting.seal.Fixtures.repeated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** Byte-for-byte vectors of the wire format, and its limits. */
class SealedFormatTest {

    private static final byte[] MESSAGE =
            hex("b3f9a3cceb42886b3f7b93c3d3619c45b4d74b7b4fa71a29e19514a48c21369f34a74a57");
    private static final byte[] SIGNATURE =
            hex(
                    "17a418a3787a7524d9813d9f172840d8e7678817447cc21ae273acb10bce60bb"
                            + "3058cef68e33b6c6183ca7d43891902cbcb9763cff6f84ec2d1e73431b755e0e");
    private static final byte[] SIGNER =
            hex("512d53a3f5eb01cedafc8e79e70fe165dc1486538b975a2d7008cbca60c355e6");

    @Test
    void agreementAndCipherMatchTheVector() throws Exception {
        Agreement agreement = X25519Agreements.agree(Fixtures.serverKey(1), repeated(0x22, 32));

        assertThat(agreement.ephemeralPublic())
                .isEqualTo(hex("0faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20"));
        assertThat(agreement.key())
                .isEqualTo(hex("dc5774cb6f12055709d3faed4fbe6b36f192c9a610a9fa0ad748c9f89975083f"));
        assertThat(
                        new RecordCipher()
                                .seal(
                                        agreement.key(),
                                        "ABCDEF".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(hex("00".repeat(12) + "bdf4746a464b8e9972b0f32f3db69a28b7ee1eef11a4"));
    }

    @Test
    void everyRecordHasItsOwnEphemeralKey() throws Exception {
        X25519Agreements agreements = new X25519Agreements(Fixtures.randomness());
        Set<ByteString> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            seen.add(
                    ByteString.copyFrom(agreements.agree(Fixtures.serverKey(1)).ephemeralPublic()));
        }
        assertThat(seen).hasSize(20);
    }

    @Test
    void closedAgreementIsWiped() throws Exception {
        Agreement agreement =
                new X25519Agreements(Fixtures.randomness()).agree(Fixtures.serverKey(1));
        agreement.close();
        assertThat(agreement.key()).containsOnly(0);
    }

    @Test
    void publicKeyOfLowOrderIsRefused() {
        ServerKey zero = new ServerKey(new byte[32], 1);
        assertThatThrownBy(() -> new X25519Agreements(Fixtures.randomness()).agree(zero))
                .isInstanceOfSatisfying(
                        ReportingException.class,
                        e -> assertThat(e.code()).isEqualTo(StatusCode.INVALID_ARGUMENT));
    }

    @Test
    void originalSignatureVerifies() throws Exception {
        ServerKey key = new KeySignature(SIGNER).verify(vector().build());
        assertThat(key.publicKey()).isEqualTo(Arrays.copyOfRange(MESSAGE, 4, 36));
    }

    @Test
    void signatureErrorsHaveTheirCodesAndTexts() {
        KeySignature signer = new KeySignature(SIGNER);
        assertRefused(
                signer,
                vector().setPublicAsymmetricKey(ByteString.copyFrom(new byte[31])),
                "FAILED_PRECONDITION:Key size mismatch");
        assertRefused(
                signer,
                vector().setSignature(ByteString.copyFrom(new byte[65])),
                "FAILED_PRECONDITION:Wrong signature size");
        assertRefused(
                new KeySignature(new byte[33]),
                vector(),
                "FAILED_PRECONDITION:Wrong public key size");
        assertRefused(
                signer,
                vector().setPublicKeyId(vector().getPublicKeyId() + 1),
                "INVALID_ARGUMENT:Verification failed");
        assertRefused(
                new KeySignature(
                        hex("c62c4d259e3e99a02e08158c38b76c08dfe76e3ad65ac55809e4ab893a315307")),
                vector(),
                "INVALID_ARGUMENT:Verification failed");
    }

    @Test
    void onlyBlobsOfTheThresholdThatShrinkAreCompressed() throws Exception {
        Compression compression = new Compression();
        byte[] small = repeated('a', Compression.THRESHOLD_BYTES - 1);
        byte[] good = repeated('a', Compression.THRESHOLD_BYTES);
        byte[] random = new byte[4096];
        new Random(7).nextBytes(random);

        assertThat(compression.compress(small).algorithm())
                .isEqualTo(CompressionAlgorithm.COMPRESSION_NONE);
        assertThat(compression.compress(small).bytes()).isSameAs(small);
        assertThat(compression.compress(random).algorithm())
                .isEqualTo(CompressionAlgorithm.COMPRESSION_NONE);
        Compression.Outcome outcome = compression.compress(good);
        assertThat(outcome.algorithm()).isEqualTo(CompressionAlgorithm.COMPRESSION_SNAPPY);
        assertThat(outcome.bytes()).hasSizeLessThan(good.length);
        // A raw block: it starts with the length as a varint, 512 = 0x80 0x04.
        assertThat(outcome.bytes()).startsWith(0x80, 0x04);
        assertThat(Snappy.uncompress(outcome.bytes())).isEqualTo(good);
    }

    private static SignedEncryptionInfo.Builder vector() {
        return SignedEncryptionInfo.newBuilder()
                .setPublicKeyId(ByteBuffer.wrap(MESSAGE).order(ByteOrder.LITTLE_ENDIAN).getInt())
                .setPublicAsymmetricKey(ByteString.copyFrom(MESSAGE, 4, 32))
                .setSignature(ByteString.copyFrom(SIGNATURE));
    }

    private static void assertRefused(
            KeySignature signer, SignedEncryptionInfo.Builder signed, String status) {
        assertThatThrownBy(() -> signer.verify(signed.build())).hasToString(status);
    }
}
