package io.armature.backend.reporting.keys;

import com.google.protobuf.ByteString;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Randomness;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An X25519 pair that devices seal for and an Ed25519 pair that signs it. Made once, at the first
 * start, and kept: a lost file means records that nobody can open, so a damaged one is an error and
 * never replaced.
 */
public final class BackendKeys {

    private static final int KEY_BYTES = 32;
    private static final String HEADER = "armature-backend-keys 1";

    private final int id;
    private final byte[] encryptionPrivate;
    private final byte[] signingPrivate;

    private BackendKeys(int id, byte[] encryptionPrivate, byte[] signingPrivate) {
        this.id = id;
        this.encryptionPrivate = encryptionPrivate;
        this.signingPrivate = signingPrivate;
    }

    /**
     * Reads the keys, or makes and stores them if there is no file. The file is readable by its
     * owner only.
     *
     * @throws IOException if the file cannot be read or is damaged
     */
    public static BackendKeys open(Path file, DurableFiles files, Randomness randomness)
            throws IOException {
        if (Files.exists(file)) {
            return parse(file);
        }
        byte[] idBytes = new byte[Integer.BYTES];
        randomness.fill(idBytes);
        byte[] encryptionPrivate = new byte[KEY_BYTES];
        randomness.fill(encryptionPrivate);
        byte[] signingPrivate = new byte[KEY_BYTES];
        randomness.fill(signingPrivate);
        int id = Math.max(1, ByteBuffer.wrap(idBytes).getInt() & Integer.MAX_VALUE);
        HexFormat hex = HexFormat.of();
        String text =
                String.join(
                        "\n",
                        HEADER,
                        "id " + id,
                        "x25519 " + hex.formatHex(encryptionPrivate),
                        "ed25519 " + hex.formatHex(signingPrivate),
                        "");
        // The directory is closed before the file is there: no moment in which others can read it.
        Files.createDirectories(file.getParent());
        Files.setPosixFilePermissions(
                file.getParent(), PosixFilePermissions.fromString("rwx------"));
        files.replace(file, text.getBytes(StandardCharsets.US_ASCII));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new BackendKeys(id, encryptionPrivate, signingPrivate);
    }

    private static BackendKeys parse(Path file) throws IOException {
        String[] lines = Files.readString(file, StandardCharsets.US_ASCII).split("\n");
        try {
            if (lines.length == 4 && lines[0].equals(HEADER)) {
                return new BackendKeys(
                        Integer.parseInt(value(lines[1], "id ")),
                        key(value(lines[2], "x25519 ")),
                        key(value(lines[3], "ed25519 ")));
            }
        } catch (IllegalArgumentException e) {
            // Without the cause: it would quote the key.
            throw damaged(file);
        }
        throw damaged(file);
    }

    private static String value(String line, String name) {
        if (!line.startsWith(name)) {
            throw new IllegalArgumentException(name);
        }
        return line.substring(name.length());
    }

    private static byte[] key(String hex) {
        byte[] key = HexFormat.of().parseHex(hex);
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("length");
        }
        return key;
    }

    private static IOException damaged(Path file) {
        return new IOException(file + " is damaged: restore it, or remove it for new keys");
    }

    /** The name under which devices know the encryption key. */
    public int id() {
        return id;
    }

    /** The Ed25519 public key that devices check keys with, 64 hex characters. */
    public String verificationKey() {
        byte[] publicKey = new byte[KEY_BYTES];
        Ed25519.generatePublicKey(signingPrivate, 0, publicKey, 0);
        return HexFormat.of().formatHex(publicKey);
    }

    /** The encryption key as devices take it. */
    public SignedEncryptionInfo signedKey() {
        byte[] publicKey = new byte[KEY_BYTES];
        X25519.generatePublicKey(encryptionPrivate, 0, publicKey, 0);
        byte[] message =
                ByteBuffer.allocate(Integer.BYTES + KEY_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(id)
                        .put(publicKey)
                        .array();
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(signingPrivate, 0, message, 0, message.length, signature, 0);
        return SignedEncryptionInfo.newBuilder()
                .setPublicAsymmetricKey(ByteString.copyFrom(publicKey))
                .setPublicKeyId(id)
                .setSignature(ByteString.copyFrom(signature))
                .build();
    }

    /**
     * X25519 with the encryption key.
     *
     * @param ephemeralPublic 32 bytes
     * @param shared takes 32 bytes
     * @return false if the public key is of low order; there is no shared secret then
     */
    public boolean agree(byte[] ephemeralPublic, byte[] shared) {
        return X25519.calculateAgreement(encryptionPrivate, 0, ephemeralPublic, 0, shared, 0);
    }
}
