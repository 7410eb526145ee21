package io.armature.reporting.mqtt.configuration;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.reporting.mqtt.configuration.RefusedConfiguration.Reason;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EventConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Reads what came as a configuration, from the server or from anybody else. */
final class ConfigurationReader {

    /** Longest message, bytes. */
    static final int MAX_BYTES = 8 << 10;

    /** Most rules of one message. */
    static final int MAX_RULES = 256;

    /** Of a signature by Ed25519. */
    static final int SIGNATURE_BYTES = 64;

    private ConfigurationReader() {}

    /**
     * Reads a message.
     *
     * @throws RefusedConfiguration if it is too long, no {@link ConfigFile}, or makes no sense
     */
    static Configuration read(byte[] payload) throws RefusedConfiguration {
        if (payload.length > MAX_BYTES) {
            throw new RefusedConfiguration(
                    Reason.TOO_LONG, payload.length + " bytes are more than " + MAX_BYTES);
        }
        ConfigFile file = parse(payload);
        if (file.getVersion() < 1) {
            throw new RefusedConfiguration(
                    Reason.MALFORMED, "version must be 1 or more, was " + file.getVersion());
        }
        if (file.getConfigFileSignature().size() != SIGNATURE_BYTES) {
            throw new RefusedConfiguration(
                    Reason.SIGNATURE,
                    "a signature has 64 bytes, was " + file.getConfigFileSignature().size());
        }
        if (file.getBlockedEventConfigsCount() > MAX_RULES) {
            throw new RefusedConfiguration(
                    Reason.TOO_LONG,
                    file.getBlockedEventConfigsCount() + " rules are more than " + MAX_RULES);
        }
        List<Rule> rules = new ArrayList<>();
        for (EventConfig one : file.getBlockedEventConfigsList()) {
            rules.add(rule(one));
        }
        return new Configuration(file.getVersion(), rules, file.getConfigFileSignature());
    }

    private static ConfigFile parse(byte[] payload) throws RefusedConfiguration {
        try {
            return ConfigFile.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedConfiguration(Reason.MALFORMED, e.getMessage());
        }
    }

    private static Rule rule(EventConfig said) throws RefusedConfiguration {
        // An unknown number is no destination to the parser; what it was cannot be told.
        if (said.getDestination() == Destination.UNDEFINED_DESTINATION) {
            throw new RefusedConfiguration(
                    Reason.DESTINATION, "a destination is missing, or unknown to this release");
        }
        int first = said.getMinimumReleaseVersion();
        int last =
                said.hasMaximumReleaseVersion()
                        ? said.getMaximumReleaseVersion()
                        : Integer.MAX_VALUE;
        if (first < 0 || last < first) {
            throw new RefusedConfiguration(
                    Reason.MALFORMED, "no release is in the range of " + said.getDestination());
        }
        return new Rule(
                said.getDestination(),
                said.hasMinimumReleaseVersion() ? OptionalInt.of(first) : OptionalInt.empty(),
                said.hasMaximumReleaseVersion() ? OptionalInt.of(last) : OptionalInt.empty());
    }
}
