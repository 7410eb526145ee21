package io.armature.boot.application;

import io.armature.boot.timeline.BootRecord;
import io.armature.platform.api.Randomness;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The one-time token by which the application's process is known. Only its digest is kept; the
 * latest one counts, once.
 */
public final class ApplicationToken {

    /** The variable of the process's environment that holds the token. */
    public static final String VARIABLE = "ARMATURE_APPLICATION_TOKEN";

    private static final String DIGEST = "application-token";
    private static final int BYTES = 32;

    private final BootRecord record;

    public ApplicationToken(BootRecord record) {
        this.record = record;
    }

    /** Makes a token in place of any earlier one. */
    public String issue(Randomness randomness) {
        byte[] random = new byte[BYTES];
        randomness.fill(random);
        String token = HexFormat.of().formatHex(random);
        record.text(DIGEST, digest(token));
        return token;
    }

    /** True for the token of the running process, the first time. */
    public boolean redeem(String token) {
        String expected = record.text(DIGEST);
        // equal in constant time, and digests tell nothing of the token
        return expected != null
                && MessageDigest.isEqual(bytes(expected), bytes(digest(token)))
                && record.removeText(DIGEST, expected);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String digest(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(bytes(token)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
