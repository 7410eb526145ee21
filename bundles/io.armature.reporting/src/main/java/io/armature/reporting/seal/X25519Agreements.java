package io.armature.reporting.seal;

import io.armature.platform.api.Randomness;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * X25519 and HKDF-SHA256 as the server expects them.
 *
 * <p>Measured on two x86-64 cores: key generation and agreement take 96 µs (129 µs with C1 only) in
 * Bouncy Castle's lightweight API, the JDK's agreement alone 135 to 165 µs; 17 and 25 do not
 * differ. Bouncy Castle's classes are loaded by the first agreement, not before.
 */
final class X25519Agreements implements Agreements {

    private static final String HMAC = "HmacSHA256";

    private final Randomness randomness;

    X25519Agreements(Randomness randomness) {
        this.randomness = randomness;
    }

    @Override
    public Agreement agree(ServerKey serverKey) throws ReportingException {
        byte[] ephemeralPrivate = new byte[X25519.SCALAR_SIZE];
        randomness.fill(ephemeralPrivate);
        try {
            return agree(serverKey, ephemeralPrivate);
        } finally {
            Arrays.fill(ephemeralPrivate, (byte) 0);
        }
    }

    /** The agreement of a given ephemeral private key, for the published vectors. */
    static Agreement agree(ServerKey serverKey, byte[] ephemeralPrivate) throws ReportingException {
        byte[] ephemeralPublic = new byte[X25519.POINT_SIZE];
        X25519.generatePublicKey(ephemeralPrivate, 0, ephemeralPublic, 0);
        byte[] shared = new byte[X25519.POINT_SIZE];
        try {
            if (!X25519.calculateAgreement(
                    ephemeralPrivate, 0, serverKey.publicKey(), 0, shared, 0)) {
                throw new ReportingException(
                        StatusCode.INVALID_ARGUMENT, "Encryption key is of low order");
            }
            return new Agreement(serverKey, ephemeralPublic, derive(shared));
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }

    /** HKDF-SHA256 with empty salt and info; one block is all that 32 bytes need. */
    private static byte[] derive(byte[] shared) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(new byte[Agreement.KEY_BYTES], HMAC));
            byte[] pseudoRandomKey = mac.doFinal(shared);
            mac.init(new SecretKeySpec(pseudoRandomKey, HMAC));
            Arrays.fill(pseudoRandomKey, (byte) 0);
            mac.update((byte) 1);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
