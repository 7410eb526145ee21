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
 * @param directory where the files are
 * @param firstKey not yet verified
 * @param faults files that are missing or damaged
 */
record ProvisionedKeys(
        Optional<KeySignature> signature,
        Path directory,
        Optional<SignedEncryptionInfo> firstKey,
        List<Fault> faults) {

    /** Hex of the Ed25519 public key and a newline. */
    static final String VERIFICATION_KEY = "verification-key";

    /** The same for keys of the development's servers; not on devices of customers. */
    static final String DEVELOPMENT_KEY = "verification-key-dev";

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
            signature = Optional.of(signature(verificationKey));
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
        return new ProvisionedKeys(signature, directory, firstKey, faults);
    }

    /** Looked for only when it is asked for; none if there is no usable one. */
    Optional<KeySignature> development() {
        try {
            return Optional.of(signature(directory.resolve(DEVELOPMENT_KEY)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static KeySignature signature(Path file) throws IOException {
        String hex = new String(content(file), StandardCharsets.US_ASCII).strip();
        byte[] key = HexFormat.of().parseHex(hex);
        if (key.length != ServerKey.SIZE_BYTES) {
            throw new IllegalArgumentException("not 64 hex characters");
        }
        return new KeySignature(key);
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
