package io.armature.bench;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Keys of a reporting server that nobody will ever ask to open a record, and the agreement measured
 * alone.
 */
final class ServerKeys {

    private static final SecureRandom RANDOM = new SecureRandom();

    private ServerKeys() {}

    static void random(byte[] target) {
        RANDOM.nextBytes(target);
    }

    /** Writes what an image carries in {@code etc/armature/reporting}. */
    static void provision(Path folder) throws IOException {
        byte[] signing = new byte[Ed25519.SECRET_KEY_SIZE];
        random(signing);
        byte[] verification = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(signing, 0, verification, 0);
        byte[] encryption = publicKey();
        byte[] message =
                ByteBuffer.allocate(Integer.BYTES + encryption.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(1)
                        .put(encryption)
                        .array();
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(signing, 0, message, 0, message.length, signature, 0);
        Files.writeString(
                folder.resolve("verification-key"),
                HexFormat.of().formatHex(verification) + "\n",
                StandardCharsets.US_ASCII);
        SignedEncryptionInfo key =
                SignedEncryptionInfo.newBuilder()
                        .setPublicAsymmetricKey(ByteString.copyFrom(encryption))
                        .setPublicKeyId(1)
                        .setSignature(ByteString.copyFrom(signature))
                        .build();
        Files.write(folder.resolve("encryption-key"), key.toByteArray());
    }

    private static byte[] publicKey() {
        byte[] secret = new byte[X25519.SCALAR_SIZE];
        random(secret);
        byte[] key = new byte[X25519.POINT_SIZE];
        X25519.generatePublicKey(secret, 0, key, 0);
        return key;
    }

    /**
     * Key pair, agreement and HKDF on one thread for the given time: what sealing costs at least.
     */
    static Sample agreements(long nanos) throws IOException {
        byte[] server = publicKey();
        long start = System.nanoTime();
        long done = 0;
        while (System.nanoTime() - start < nanos) {
            byte[] secret = new byte[X25519.SCALAR_SIZE];
            random(secret);
            byte[] ephemeral = new byte[X25519.POINT_SIZE];
            byte[] shared = new byte[X25519.POINT_SIZE];
            X25519.generatePublicKey(secret, 0, ephemeral, 0);
            X25519.calculateAgreement(secret, 0, server, 0, shared, 0);
            derive(shared);
            Arrays.fill(secret, (byte) 0);
            done++;
        }
        return new Sample(done, System.nanoTime() - start, new long[0]);
    }

    /** The cipher of records on one thread for the given time, a new key each. */
    static Sample sealings(int bytes, long nanos) throws IOException {
        byte[] plain = EnqueueBench.text(bytes);
        byte[] sealed = new byte[bytes + 16];
        byte[] key = new byte[32];
        random(key);
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            long start = System.nanoTime();
            long done = 0;
            while (System.nanoTime() - start < nanos) {
                ByteBuffer.wrap(key).putLong(done);
                cipher.init(
                        Cipher.ENCRYPT_MODE,
                        new SecretKeySpec(key, "ChaCha20"),
                        new IvParameterSpec(new byte[12]));
                cipher.doFinal(plain, 0, bytes, sealed, 0);
                done++;
            }
            return new Sample(done, System.nanoTime() - start, new long[0]);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static byte[] derive(byte[] shared) throws IOException {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
            mac.init(new SecretKeySpec(mac.doFinal(shared), "HmacSHA256"));
            mac.update((byte) 1);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
