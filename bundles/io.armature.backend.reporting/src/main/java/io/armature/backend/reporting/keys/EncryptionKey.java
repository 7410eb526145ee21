package io.armature.backend.reporting.keys;

import io.armature.platform.api.Randomness;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** An X25519 key and the id under which devices know it. */
final class EncryptionKey {

    static final int BYTES = 32;

    private final int id;
    private final byte[] secret;

    private EncryptionKey(int id, byte[] secret) {
        this.id = id;
        this.secret = secret;
    }

    /** A new one. */
    static EncryptionKey make(Randomness randomness) {
        byte[] idBytes = new byte[Integer.BYTES];
        randomness.fill(idBytes);
        byte[] secret = new byte[BYTES];
        randomness.fill(secret);
        return new EncryptionKey(
                Math.max(1, ByteBuffer.wrap(idBytes).getInt() & Integer.MAX_VALUE), secret);
    }

    /**
     * Reads one back.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not quote it
     */
    static EncryptionKey of(String id, String hex) {
        return new EncryptionKey(Integer.parseInt(id), secret(hex));
    }

    /** Reads 32 bytes. */
    static byte[] secret(String hex) {
        byte[] key = HexFormat.of().parseHex(hex);
        if (key.length != BYTES) {
            throw new IllegalArgumentException("length");
        }
        return key;
    }

    int id() {
        return id;
    }

    /** The private key, to be stored. */
    String hex() {
        return HexFormat.of().formatHex(secret);
    }

    byte[] publicKey() {
        byte[] publicKey = new byte[BYTES];
        X25519.generatePublicKey(secret, 0, publicKey, 0);
        return publicKey;
    }

    boolean agree(byte[] ephemeralPublic, byte[] shared) {
        return X25519.calculateAgreement(secret, 0, ephemeralPublic, 0, shared, 0);
    }

    boolean same(EncryptionKey other) {
        return id == other.id && Arrays.equals(secret, other.secret);
    }
}
