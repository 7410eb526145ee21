package io.armature.backend.reporting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.platform.api.Randomness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Writes what a device needs to report: keys, address, account. */
final class Enrolment {

    private static final String CONFIGURATION = "io.armature.reporting.mqtt";
    private static final String COUNTERS_KEY = "reporting/counters-key";
    private static final String PASSWORD = "reporting/mqtt-password";

    private Enrolment() {}

    /**
     * Where the device's account is.
     *
     * @param accounts none if somebody else keeps them
     */
    record Registry(String url, Optional<DeviceAccounts> accounts) {}

    /**
     * Creates the account, if that is ours to do, and the files. An earlier enrolment of the device
     * ends.
     *
     * @param target the device's {@code etc/armature}, made if missing
     * @return the key that the device's counters are checked with from now on, 32 bytes
     */
    static ByteString write(
            String device, Path target, BackendKeys keys, Registry registry, Randomness randomness)
            throws IOException {
        Files.createDirectories(target.resolve("reporting"));
        Optional<String> password = Optional.empty();
        if (registry.accounts().isPresent()) {
            password = Optional.of(registry.accounts().get().enroll(device));
        }
        replace(
                target.resolve("reporting/verification-key"),
                ascii(keys.verificationKey() + "\n"),
                "rw-r--r--");
        replace(
                target.resolve("reporting/encryption-key"),
                keys.signedKey().toByteArray(),
                "rw-r--r--");
        if (password.isPresent()) {
            replace(target.resolve(PASSWORD), ascii(password.get() + "\n"), "rw-------");
        }
        replace(
                target.resolve(CONFIGURATION + ".json"),
                configuration(device, registry.url()),
                "rw-r--r--");
        byte[] secret = new byte[Ed25519.SECRET_KEY_SIZE];
        randomness.fill(secret);
        replace(
                target.resolve(COUNTERS_KEY),
                ascii(HexFormat.of().formatHex(secret) + "\n"),
                "rw-------");
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(secret, 0, publicKey, 0);
        return ByteString.copyFrom(publicKey);
    }

    private static byte[] configuration(String device, String url) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeObjectFieldStart(CONFIGURATION);
            json.writeStringField("server_uri", url);
            json.writeStringField("user", device);
            json.writeStringField("password_file", "etc/armature/" + PASSWORD);
            json.writeEndObject();
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The file never has a wider mode than it ends with. */
    private static void replace(Path file, byte[] content, String mode) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(mode)))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
