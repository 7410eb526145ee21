package io.armature.reporting.mqtt.configuration;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EventConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A server that signs what tests ask for, good or bad. */
public final class Signer {

    private static final int KEY_BYTES = 32;

    private final KeyPair keys;

    public Signer() {
        try {
            keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Provisions a device with the public key. */
    public Path provision(Path file) {
        byte[] spki = keys.getPublic().getEncoded();
        String hex =
                HexFormat.of()
                        .formatHex(Arrays.copyOfRange(spki, spki.length - KEY_BYTES, spki.length));
        try {
            return Files.writeString(file, hex + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Blocks a destination on all releases. */
    public static EventConfig rule(Destination destination) {
        return EventConfig.newBuilder().setDestination(destination).build();
    }

    /** Blocks a destination on some releases. */
    public static EventConfig rule(Destination destination, int minimum, int maximum) {
        return rule(destination).toBuilder()
                .setMinimumReleaseVersion(minimum)
                .setMaximumReleaseVersion(maximum)
                .build();
    }

    public byte[] signed(int version, EventConfig... rules) {
        return signed(
                ConfigFile.newBuilder()
                        .setVersion(version)
                        .addAllBlockedEventConfigs(List.of(rules))
                        .build());
    }

    /** Signs what the device is going to understand. */
    public byte[] signed(ConfigFile file) {
        ConfigFile blank =
                file.toBuilder()
                        .setConfigFileSignature(
                                ByteString.copyFrom(new byte[ConfigurationReader.SIGNATURE_BYTES]))
                        .build();
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(ConfigurationReader.read(blank.toByteArray()).signed());
            return blank.toBuilder()
                    .setConfigFileSignature(ByteString.copyFrom(signature.sign()))
                    .build()
                    .toByteArray();
        } catch (GeneralSecurityException | RefusedConfiguration e) {
            throw new IllegalStateException(e);
        }
    }
}
