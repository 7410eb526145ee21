package io.armature.reporting.mqtt;

import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The key that the device signs its statements with: the one that it was enrolled with, else one
 * that it made itself and keeps. One thread.
 */
final class CountersKey {

    private static final String ALGORITHM = "Ed25519";
    private static final int BYTES = 32;

    /**
     * A key in use.
     *
     * @param announced the public half, 32 bytes, if the server was not told of it by enrolment
     */
    @SuppressWarnings("ArrayRecordComponent") // used at once, never compared
    private record Key(PrivateKey secret, Optional<byte[]> announced) {}

    /**
     * What was signed.
     *
     * @param announced as that of the key
     */
    @SuppressWarnings("ArrayRecordComponent") // used at once, never compared
    record Signed(byte[] signature, Optional<byte[]> announced) {}

    private final Path enrolled;
    private final Path own;
    private final DurableFiles files;

    /**
     * @param enrolled 64 hex characters and a line feed; need not exist
     * @param own two such lines, the second one is the public half; made when it is needed, in a
     *     folder that nobody else may read
     */
    CountersKey(Path enrolled, Path own, DurableFiles files) {
        this.enrolled = enrolled;
        this.own = own;
        this.files = files;
    }

    /**
     * Signs.
     *
     * @throws IOException if there is a key that cannot be read, or a new one cannot be kept
     * @throws GeneralSecurityException if the key is malformed
     */
    Signed sign(byte[] message) throws IOException, GeneralSecurityException {
        Key key = key();
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key.secret());
        signature.update(message);
        return new Signed(signature.sign(), key.announced());
    }

    private Key key() throws IOException, GeneralSecurityException {
        if (Files.exists(enrolled)) {
            return new Key(secret(lines(enrolled, 1).get(0)), Optional.empty());
        }
        if (!Files.exists(own)) {
            make();
        }
        List<byte[]> both = lines(own, 2);
        return new Key(secret(both.get(0)), Optional.of(both.get(1)));
    }

    private static List<byte[]> lines(Path file, int count)
            throws IOException, GeneralSecurityException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        if (lines.size() != count || lines.stream().anyMatch(line -> line.length() != 2 * BYTES)) {
            throw new GeneralSecurityException("a key has another size");
        }
        return lines.stream().map(HexFormat.of()::parseHex).toList();
    }

    private static PrivateKey secret(byte[] bytes) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM)
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, bytes));
    }

    /** Durable before it is used: a server takes no second one. */
    private void make() throws IOException, GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        byte[] secret = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        byte[] encoded = pair.getPublic().getEncoded(); // X.509: the key stands at its end
        byte[] open = Arrays.copyOfRange(encoded, encoded.length - BYTES, encoded.length);
        HexFormat hex = HexFormat.of();
        Files.createDirectories(
                own.getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        files.replace(
                own,
                (hex.formatHex(secret) + "\n" + hex.formatHex(open) + "\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }
}
