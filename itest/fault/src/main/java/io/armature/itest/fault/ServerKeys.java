package io.armature.itest.fault;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.XECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.xerial.snappy.Snappy;

/**
 * The server's secrets, and how it opens records. Written from the specification with the JDK's
 * cryptography alone, so that it shares no mistake with the device's sealing.
 */
public final class ServerKeys {

    private static final int KEY_ID = 7;
    private static final byte[] X25519_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

    private final KeyPair agreement;
    private final KeyPair signing;

    private ServerKeys(KeyPair agreement, KeyPair signing) {
        this.agreement = agreement;
        this.signing = signing;
    }

    /** New random keys. */
    public static ServerKeys make() {
        try {
            return new ServerKeys(
                    KeyPairGenerator.getInstance("X25519").generateKeyPair(),
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks X25519 or Ed25519", e);
        }
    }

    /** Writes verification key and first signed key where the device looks for them. */
    public void provision(Path directory) throws IOException {
        Files.createDirectories(directory);
        byte[] spki = signing.getPublic().getEncoded();
        String hex = HexFormat.of().formatHex(spki, spki.length - 32, spki.length);
        Files.writeString(directory.resolve("verification-key"), hex + "\n");
        Files.write(directory.resolve("encryption-key"), signedKey().toByteArray());
    }

    /** The public key with its signature, as the server delivers it. */
    public SignedEncryptionInfo signedKey() {
        byte[] key = littleEndian(((XECPublicKey) agreement.getPublic()).getU());
        ByteBuffer message = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(KEY_ID).put(key);
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(signing.getPrivate());
            signature.update(message.array());
            return SignedEncryptionInfo.newBuilder()
                    .setPublicAsymmetricKey(ByteString.copyFrom(key))
                    .setPublicKeyId(KEY_ID)
                    .setSignature(ByteString.copyFrom(signature.sign()))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Opens a sealed record.
     *
     * @return the serialized WrappedRecord
     * @throws GeneralSecurityException if it was not sealed for these keys or was changed
     * @throws IOException if it cannot be decompressed
     */
    public byte[] open(EncryptedRecord record) throws GeneralSecurityException, IOException {
        if (record.getEncryptionInfo().getPublicKeyId() != KEY_ID) {
            throw new GeneralSecurityException(
                    "key id " + record.getEncryptionInfo().getPublicKeyId() + ", not " + KEY_ID);
        }
        byte[] plain =
                decrypt(
                        agreement.getPrivate(),
                        record.getEncryptionInfo().getEncryptionKey().toByteArray(),
                        record.getEncryptedWrappedRecord().toByteArray());
        boolean compressed =
                record.getCompressionInformation().getCompressionAlgorithm()
                        == CompressionAlgorithm.COMPRESSION_SNAPPY;
        return compressed ? Snappy.uncompress(plain) : plain;
    }

    static byte[] decrypt(PrivateKey own, byte[] ephemeral, byte[] sealed)
            throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own);
        byte[] spki = Arrays.copyOf(X25519_PREFIX, X25519_PREFIX.length + 32);
        System.arraycopy(ephemeral, 0, spki, X25519_PREFIX.length, 32);
        agreement.doPhase(
                KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(spki)),
                true);
        byte[] key = hmac(hmac(new byte[32], agreement.generateSecret()), new byte[] {1});
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, "ChaCha20"),
                new IvParameterSpec(sealed, 0, 12));
        return cipher.doFinal(sealed, 12, sealed.length - 12);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] littleEndian(BigInteger u) {
        byte[] big = u.toByteArray();
        byte[] little = new byte[32];
        for (int i = 0; i < big.length && i < 32; i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }
}
