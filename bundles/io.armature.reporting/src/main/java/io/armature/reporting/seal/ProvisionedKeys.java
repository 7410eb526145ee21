package io.armature.reporting.seal;

import io.armature.platform.api.Fault;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What the image or the enrolment put into {@code etc/armature/reporting}: who may sign keys, and a
 * first signed key.
 *
 * @param signature checks signatures; none if there is no usable verification key
 * @param firstKey not yet verified
 * @param faults files that are missing or damaged
 */
record ProvisionedKeys(
        Optional<KeySignature> signature,
        Optional<SignedEncryptionInfo> firstKey,
        List<Fault> faults) {

    /** Hex of the Ed25519 public key and a newline. */
    static final String VERIFICATION_KEY = "verification-key";

    /** A serialized SignedEncryptionInfo. */
    static final String ENCRYPTION_KEY = "encryption-key";

    private static final int LIMIT_BYTES = StoredKeys.LIMIT_BYTES;

    ProvisionedKeys {
        faults = List.copyOf(faults);
    }

    /** Reads both files; what is wrong with them becomes a fault. */
    static ProvisionedKeys read(Path directory) {
        List<Fault> faults = new ArrayList<>();
        Optional<KeySignature> signature = Optional.empty();
        Path verificationKey = directory.resolve(VERIFICATION_KEY);
        try {
            String hex = new String(content(verificationKey), StandardCharsets.US_ASCII).strip();
            byte[] key = HexFormat.of().parseHex(hex);
            if (key.length != ServerKey.SIZE_BYTES) {
                throw new IllegalArgumentException("not 64 hex characters");
            }
            signature = Optional.of(new KeySignature(key));
        } catch (IOException | IllegalArgumentException e) {
            faults.add(
                    fault(verificationKey, reason(e) + ": no key is accepted, enrol the device"));
        }
        Optional<SignedEncryptionInfo> firstKey = Optional.empty();
        Path encryptionKey = directory.resolve(ENCRYPTION_KEY);
        try {
            firstKey = Optional.of(StoredKeys.parse(content(encryptionKey)));
        } catch (NoSuchFileException e) {
            // Not every image has one; the server delivers it.
            firstKey = Optional.empty();
        } catch (IOException e) {
            faults.add(fault(encryptionKey, reason(e) + ": enrol the device again"));
        }
        return new ProvisionedKeys(signature, firstKey, faults);
    }

    static Fault fault(Path file, String reason) {
        return new Fault("reporting", "etc/armature/reporting/" + file.getFileName(), reason);
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(LIMIT_BYTES + 1);
            if (content.length > LIMIT_BYTES) {
                throw new IOException("longer than " + LIMIT_BYTES + " bytes");
            }
            return content;
        }
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "missing";
        }
        // The message of a parser may quote what it read, so that goes nowhere.
        return e instanceof IOException ? "unreadable or damaged" : "not 64 hex characters";
    }
}
