package io.armature.backend.reporting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.reporting.Delivery.Readers;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.platform.api.Randomness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
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
     * @return the key that the device's counters are checked with from now on, 32 bytes
     */
    static ByteString write(
            String device,
            Delivery delivery,
            BackendKeys keys,
            Registry registry,
            Randomness randomness)
            throws IOException {
        delivery.open();
        Optional<String> password = Optional.empty();
        if (registry.accounts().isPresent()) {
            password = Optional.of(registry.accounts().get().enroll(device));
        }
        delivery.file(
                "reporting/verification-key", ascii(keys.verificationKey() + "\n"), Readers.ALL);
        delivery.file("reporting/encryption-key", keys.signedKey().toByteArray(), Readers.ALL);
        if (password.isPresent()) {
            delivery.file(PASSWORD, ascii(password.get() + "\n"), Readers.OWNER);
        }
        delivery.file(CONFIGURATION + ".json", configuration(device, registry.url()), Readers.ALL);
        byte[] secret = new byte[Ed25519.SECRET_KEY_SIZE];
        randomness.fill(secret);
        delivery.file(COUNTERS_KEY, ascii(HexFormat.of().formatHex(secret) + "\n"), Readers.OWNER);
        delivery.close();
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
}
