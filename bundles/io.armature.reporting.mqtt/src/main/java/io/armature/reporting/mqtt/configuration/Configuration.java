package io.armature.reporting.mqtt.configuration;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.reporting.mqtt.configuration.RefusedConfiguration.Reason;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EventConfig;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a {@link ConfigFile} says, if it makes sense; whether the server signed it is another
 * question.
 *
 * @param version 1 or more; a higher one replaces a lower one
 * @param signature 64 bytes
 */
record Configuration(int version, List<Rule> rules, ByteString signature) {

    /** Longest message, bytes. */
    static final int MAX_BYTES = 8 << 10;

    /** Most rules of one message. */
    static final int MAX_RULES = 256;

    /** Of a signature by Ed25519. */
    static final int SIGNATURE_BYTES = 64;

    /** What is signed begins with it, so that it is nothing else that the server signs. */
    private static final byte[] SIGNED_AS =
            "armature-configuration 1\n".getBytes(StandardCharsets.US_ASCII);

    private static final int RULE_BYTES = 3 * Integer.BYTES + 1;

    /**
     * Blocks a destination on some releases.
     *
     * @param minimum the first of them, see {@link Release}; none: from the first on
     * @param maximum the last of them
     */
    record Rule(Destination destination, OptionalInt minimum, OptionalInt maximum) {

        private static Rule of(EventConfig said) throws RefusedConfiguration {
            // An unknown number is no destination to the parser; what it was cannot be told.
            require(
                    said.hasDestination()
                            && said.getDestination() != Destination.UNDEFINED_DESTINATION,
                    Reason.DESTINATION,
                    "a destination is missing, or unknown to this release");
            Rule rule =
                    new Rule(
                            said.getDestination(),
                            said.hasMinimumReleaseVersion()
                                    ? OptionalInt.of(said.getMinimumReleaseVersion())
                                    : OptionalInt.empty(),
                            said.hasMaximumReleaseVersion()
                                    ? OptionalInt.of(said.getMaximumReleaseVersion())
                                    : OptionalInt.empty());
            require(
                    rule.minimum.orElse(0) >= 0
                            && rule.maximum.orElse(Integer.MAX_VALUE) >= rule.minimum.orElse(0),
                    Reason.MALFORMED,
                    "no release is in the range of " + rule.destination);
            return rule;
        }

        private boolean holdsFor(int release) {
            return release >= minimum.orElse(0) && release <= maximum.orElse(Integer.MAX_VALUE);
        }
    }

    Configuration {
        rules = List.copyOf(rules);
    }

    /**
     * Reads a message.
     *
     * @throws RefusedConfiguration if it is too long, no {@link ConfigFile}, or makes no sense
     */
    static Configuration read(byte[] payload) throws RefusedConfiguration {
        require(
                payload.length <= MAX_BYTES,
                Reason.TOO_LONG,
                payload.length + " bytes are more than " + MAX_BYTES);
        ConfigFile file = parse(payload);
        require(
                file.getVersion() >= 1,
                Reason.MALFORMED,
                "version must be 1 or more, was " + file.getVersion());
        require(
                file.getConfigFileSignature().size() == SIGNATURE_BYTES,
                Reason.SIGNATURE,
                "a signature has 64 bytes, was " + file.getConfigFileSignature().size());
        require(
                file.getBlockedEventConfigsCount() <= MAX_RULES,
                Reason.TOO_LONG,
                file.getBlockedEventConfigsCount() + " rules are more than " + MAX_RULES);
        List<Rule> rules = new ArrayList<>();
        for (EventConfig one : file.getBlockedEventConfigsList()) {
            rules.add(Rule.of(one));
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

    /** What the server signed: every field in its place, since messages have many encodings. */
    byte[] signed() {
        ByteBuffer bytes =
                ByteBuffer.allocate(
                                SIGNED_AS.length + 2 * Integer.BYTES + RULE_BYTES * rules.size())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(SIGNED_AS)
                        .putInt(version)
                        .putInt(rules.size());
        for (Rule rule : rules) {
            bytes.putInt(rule.destination().getNumber())
                    .put(
                            (byte)
                                    ((rule.minimum().isPresent() ? 1 : 0)
                                            + (rule.maximum().isPresent() ? 2 : 0)))
                    .putInt(rule.minimum().orElse(0))
                    .putInt(rule.maximum().orElse(0));
        }
        return bytes.array();
    }

    /** What a device of that release refuses; each destination once, by number. */
    ListOfBlockedDestinations blockedAt(int release) {
        return ListOfBlockedDestinations.newBuilder()
                .addAllDestinations(
                        rules.stream()
                                .filter(rule -> rule.holdsFor(release))
                                .map(Rule::destination)
                                .distinct()
                                .sorted()
                                .toList())
                .build();
    }

    private static void require(boolean condition, Reason reason, String message)
            throws RefusedConfiguration {
        if (!condition) {
            throw new RefusedConfiguration(reason, message);
        }
    }
}
