package io.armature.reporting.mqtt.configuration;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a {@link ConfigFile} says, if it makes sense; whether the server signed it is another
 * question.
 *
 * @param version 1 or more; a higher one replaces a lower one
 * @param signature 64 bytes
 */
record Configuration(int version, List<Rule> rules, ByteString signature) {

    /** What is signed begins with it, so that it is nothing else that the server signs. */
    private static final byte[] SIGNED_AS =
            "armature-configuration 1\n".getBytes(StandardCharsets.US_ASCII);

    private static final int RULE_BYTES = 3 * Integer.BYTES + 1;

    Configuration {
        rules = List.copyOf(rules);
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
}
