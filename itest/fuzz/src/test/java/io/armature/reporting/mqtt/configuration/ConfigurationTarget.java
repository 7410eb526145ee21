package io.armature.reporting.mqtt.configuration;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EventConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What must be true of the reader of a server's configuration whatever comes. The fuzzer calls it
 * by its name.
 */
public final class ConfigurationTarget {

    private static final int LONGEST_BYTES = 8_192;
    private static final int MOST_RULES = 256;
    private static final int SIGNATURE_BYTES = 64;
    private static final byte[] HEADER =
            "armature-configuration 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int[] RELEASES = {0, 1, 999, 1_000, 1_001, 2_005, Integer.MAX_VALUE};

    private ConfigurationTarget() {}

    /** Reads one message; fails if a bad one is taken, a good one not, or it is misunderstood. */
    public static void fuzzerTestOneInput(byte[] payload) {
        ConfigFile file = payload.length > LONGEST_BYTES ? null : parsed(payload);
        boolean good = file != null && good(file);
        Configuration read;
        try {
            read = ConfigurationReader.read(payload);
        } catch (RefusedConfiguration e) {
            require(!good, () -> "refused for " + e.reason());
            return;
        }
        require(good, () -> "taken");
        require(read.version() == file.getVersion(), () -> "version");
        require(read.signature().equals(file.getConfigFileSignature()), () -> "signature");
        checkSigned(ByteBuffer.wrap(read.signed()).order(ByteOrder.LITTLE_ENDIAN), file);
        for (int release : RELEASES) {
            require(
                    with(read.blockedAt(release).getDestinationsList())
                            .equals(blocked(file, release)),
                    () -> "blocked on " + release);
        }
    }

    private static ConfigFile parsed(byte[] payload) {
        try {
            return ConfigFile.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static boolean good(ConfigFile file) {
        if (file.getVersion() <= 0
                || file.getConfigFileSignature().size() != SIGNATURE_BYTES
                || file.getBlockedEventConfigsCount() > MOST_RULES) {
            return false;
        }
        for (EventConfig rule : file.getBlockedEventConfigsList()) {
            // Without a destination this is the first of them, UNDEFINED_DESTINATION.
            boolean named = rule.getDestination().getNumber() > 0;
            boolean empty =
                    rule.getMinimumReleaseVersion() < 0
                            || rule.hasMaximumReleaseVersion()
                                    && rule.getMaximumReleaseVersion()
                                            < rule.getMinimumReleaseVersion();
            if (!named || empty) {
                return false;
            }
        }
        return true;
    }

    /** What is signed says all of it, in its place. */
    private static void checkSigned(ByteBuffer signed, ConfigFile file) {
        byte[] header = new byte[HEADER.length];
        signed.get(header);
        require(Arrays.equals(header, HEADER), () -> "header");
        require(signed.getInt() == file.getVersion(), () -> "signed version");
        require(signed.getInt() == file.getBlockedEventConfigsCount(), () -> "signed count");
        for (EventConfig rule : file.getBlockedEventConfigsList()) {
            require(
                    signed.getInt() == rule.getDestination().getNumber(),
                    () -> "signed destination");
            int bounds = signed.get();
            require((bounds & 1) != 0 == rule.hasMinimumReleaseVersion(), () -> "signed minimum");
            require((bounds & 2) != 0 == rule.hasMaximumReleaseVersion(), () -> "signed maximum");
            require(bounds >= 0 && bounds <= 3, () -> "signed bounds");
            require(signed.getInt() == rule.getMinimumReleaseVersion(), () -> "minimum");
            require(signed.getInt() == rule.getMaximumReleaseVersion(), () -> "maximum");
        }
        require(!signed.hasRemaining(), () -> "signed bytes left");
    }

    private static Set<Destination> blocked(ConfigFile file, int release) {
        Set<Destination> all = EnumSet.of(Destination.UNDEFINED_DESTINATION);
        for (EventConfig rule : file.getBlockedEventConfigsList()) {
            boolean before =
                    rule.hasMinimumReleaseVersion() && release < rule.getMinimumReleaseVersion();
            boolean after =
                    rule.hasMaximumReleaseVersion() && release > rule.getMaximumReleaseVersion();
            if (!before && !after) {
                all.add(rule.getDestination());
            }
        }
        return all;
    }

    /** Of which there is at least one, that no rule can name. */
    private static Set<Destination> with(List<Destination> destinations) {
        Set<Destination> all = EnumSet.of(Destination.UNDEFINED_DESTINATION);
        for (Destination one : destinations) {
            require(all.add(one), () -> "twice " + one);
        }
        return all;
    }

    private static void require(boolean fact, Supplier<String> text) {
        if (!fact) {
            throw new AssertionError(text.get());
        }
    }
}
