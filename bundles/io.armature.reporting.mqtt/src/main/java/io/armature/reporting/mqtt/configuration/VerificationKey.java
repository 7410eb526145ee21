package io.armature.reporting.mqtt.configuration;

import io.armature.platform.api.FailureText;
import io.armature.reporting.mqtt.configuration.RefusedConfiguration.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * The server's public key, by which the device also checks encryption keys; read at each use.
 *
 * @param file Ed25519, 64 hex characters and a line feed
 */
record VerificationKey(Path file) {

    private static final int FILE_BYTES = 65;
    private static final String SPKI_PREFIX = "302a300506032b6570032100";

    /**
     * Checks who signed.
     *
     * @throws RefusedConfiguration if it was not the server, or its key is not there
     */
    void check(Configuration said) throws RefusedConfiguration {
        boolean genuine;
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(read());
            signature.update(said.signed());
            genuine = verify(signature, said.signature().toByteArray());
        } catch (IOException e) {
            throw new RefusedConfiguration(Reason.NO_KEY, FailureText.of(e));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new RefusedConfiguration(Reason.NO_KEY, file + " is no key of Ed25519");
        }
        if (!genuine) {
            throw new RefusedConfiguration(
                    Reason.SIGNATURE,
                    "version " + said.version() + " is not signed with the server's key");
        }
    }

    /** A signature that cannot be one is as good as a wrong one. */
    private static boolean verify(Signature signature, byte[] bytes) {
        try {
            return signature.verify(bytes);
        } catch (SignatureException e) {
            return false;
        }
    }

    private PublicKey read() throws IOException, GeneralSecurityException {
        if (Files.size(file) > FILE_BYTES) {
            throw new IllegalArgumentException("longer than a key");
        }
        String hex = Files.readString(file, StandardCharsets.US_ASCII).strip();
        byte[] encoded = HexFormat.of().parseHex(SPKI_PREFIX + hex);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }
}
