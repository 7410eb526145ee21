package io.armature.composer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of files as locks state them. */
final class Sha256 {

    private Sha256() {}

    /** Lower-case hexadecimal digest. */
    static String of(Path file) throws IOException {
        return HexFormat.of().formatHex(digest(Files.readAllBytes(file)));
    }

    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
