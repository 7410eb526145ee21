package io.armature.backend.broker;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A salted password hash, PBKDF2 with HMAC-SHA-256. Passwords are generated (192 bits), so the cost
 * is modest: it need not make up for a weak password.
 *
 * <p>Text form: {@code pbkdf2-sha256 <iterations> <salt, hex> <hash, hex>}.
 */
final class PasswordHash {

    static final int ITERATIONS = 10_000;
    private static final int MAX_ITERATIONS = 1_000_000;
    private static final int HASH_BYTES = 32;
    private static final String SCHEME = "pbkdf2-sha256";

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    static PasswordHash of(String password, byte[] salt) {
        byte[] own = salt.clone();
        return new PasswordHash(
                ITERATIONS, own, derive(password.toCharArray(), own, ITERATIONS, HASH_BYTES));
    }

    /**
     * @throws IllegalArgumentException if the text is not the text form
     */
    static PasswordHash parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 4 || !parts[0].equals(SCHEME)) {
            throw new IllegalArgumentException("not a " + SCHEME + " hash");
        }
        int iterations = Integer.parseInt(parts[1]);
        byte[] salt = HexFormat.of().parseHex(parts[2]);
        byte[] hash = HexFormat.of().parseHex(parts[3]);
        if (iterations < 1 || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException(
                    "iterations must be 1 to " + MAX_ITERATIONS + ", was " + iterations);
        }
        if (salt.length < 8 || hash.length < 16 || hash.length > 64) {
            throw new IllegalArgumentException("salt or hash of a wrong length");
        }
        return new PasswordHash(iterations, salt, hash);
    }

    String format() {
        HexFormat hex = HexFormat.of();
        return SCHEME + " " + iterations + " " + hex.formatHex(salt) + " " + hex.formatHex(hash);
    }

    /** Takes the same time for every wrong password. */
    boolean matches(char[] password) {
        return MessageDigest.isEqual(hash, derive(password, salt, iterations, hash.length));
    }

    private static byte[] derive(char[] password, byte[] salt, int iterations, int length) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, length * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasswordHash that
                && iterations == that.iterations
                && Arrays.equals(salt, that.salt)
                && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Objects.hash(iterations, Arrays.hashCode(salt));
    }
}
