package io.armature.reporting.mqtt.configuration;

import static io.armature.reporting.mqtt.configuration.Signer.rule;
import static io.armature.reporting.proto.Destination.CRD_EVENTS;
import static io.armature.reporting.proto.Destination.HEARTBEAT_EVENTS;
import static io.armature.reporting.proto.Destination.OS_EVENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.armature.reporting.mqtt.configuration.RefusedConfiguration.Reason;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EventConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading, what is signed, and the filter by release. */
class ConfigurationTest {

    /** As in docs/formats; the server's test has the same. */
    private static final String VECTOR_KEY =
            "17cb79fb2b4120f2b1ec65e4198d6e08b28e813feb01e4a400839b85e18080ce";

    private static final String VECTOR =
            "0a02080d0a08081210e80718d50f1240dfb2d345d1bc7243340333d54f8a65546efd0a6035c26db3ff5e6a"
                    + "bae4d12be2d93321580985e6427d78d043f4ce92bd92a65614ea01404e382404cd52b91b0f1807";

    @TempDir Path folder;

    private static ConfigFile.Builder file(EventConfig... rules) {
        return ConfigFile.newBuilder()
                .setVersion(1)
                .setConfigFileSignature(ByteString.copyFrom(new byte[64]))
                .addAllBlockedEventConfigs(List.of(rules));
    }

    private static List<Destination> blocked(int release, EventConfig... rules) throws Exception {
        return ConfigurationReader.read(file(rules).build().toByteArray())
                .blockedAt(release)
                .getDestinationsList();
    }

    private static Reason refusal(byte[] payload) {
        return catchThrowableOfType(
                        RefusedConfiguration.class, () -> ConfigurationReader.read(payload))
                .reason();
    }

    private static Reason refusal(ConfigFile.Builder file) {
        return refusal(file.build().toByteArray());
    }

    @Test
    void vectorIsReadAndVerified() throws Exception {
        Configuration read = ConfigurationReader.read(HexFormat.of().parseHex(VECTOR));
        assertThat(read.version()).isEqualTo(7);
        assertThat(HexFormat.of().formatHex(read.signed()))
                .isEqualTo(
                        "61726d61747572652d636f6e66696775726174696f6e20310a07000000020000000d00000000"
                                + "00000000000000001200000003e8030000d5070000");
        new VerificationKey(Files.writeString(folder.resolve("key"), VECTOR_KEY + "\n"))
                .check(read);
        assertThat(read.blockedAt(Release.number("0.1.0")).getDestinationsList())
                .containsExactly(HEARTBEAT_EVENTS, CRD_EVENTS);
        assertThat(read.blockedAt(Release.number("0.2.6")).getDestinationsList())
                .containsExactly(HEARTBEAT_EVENTS);
    }

    @Test
    void boundsAreInclusiveAndAbsentOnesMeanAny() throws Exception {
        EventConfig from = rule(OS_EVENTS).toBuilder().setMinimumReleaseVersion(5).build();
        EventConfig to = rule(CRD_EVENTS).toBuilder().setMaximumReleaseVersion(5).build();
        EventConfig both = rule(HEARTBEAT_EVENTS, 4, 6);
        assertThat(blocked(3, from, to, both)).containsExactly(CRD_EVENTS);
        assertThat(blocked(4, from, to, both)).containsExactly(HEARTBEAT_EVENTS, CRD_EVENTS);
        assertThat(blocked(5, from, to, both))
                .containsExactly(HEARTBEAT_EVENTS, CRD_EVENTS, OS_EVENTS);
        assertThat(blocked(6, from, to, both)).containsExactly(HEARTBEAT_EVENTS, OS_EVENTS);
        assertThat(blocked(7, from, to, both)).containsExactly(OS_EVENTS);
        assertThat(blocked(0, rule(OS_EVENTS, 0, 0))).containsExactly(OS_EVENTS);
    }

    @Test
    void severalRangesOfOneDestinationBlockItOnce() throws Exception {
        EventConfig[] rules = {rule(OS_EVENTS, 1, 5), rule(OS_EVENTS, 3, 9), rule(CRD_EVENTS)};
        assertThat(blocked(4, rules)).containsExactly(CRD_EVENTS, OS_EVENTS);
        assertThat(blocked(9, rules)).containsExactly(CRD_EVENTS, OS_EVENTS);
        assertThat(blocked(10, rules)).containsExactly(CRD_EVENTS);
        assertThat(blocked(10)).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(refusal(new byte[] {1, 2, 3})).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(new byte[0])).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(file().clearVersion())).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(file().setVersion(0))).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(file().setVersion(-1))).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(file(rule(OS_EVENTS, 6, 5)))).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(file(rule(OS_EVENTS, -1, 5)))).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(file(rule(OS_EVENTS).toBuilder().setMaximumReleaseVersion(-1).build())))
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void signaturesOfAnyOtherLengthAreRefused() {
        assertThat(refusal(file().clearConfigFileSignature())).isEqualTo(Reason.SIGNATURE);
        for (int length : new int[] {0, 63, 65}) {
            assertThat(
                            refusal(
                                    file().setConfigFileSignature(
                                                    ByteString.copyFrom(new byte[length]))))
                    .isEqualTo(Reason.SIGNATURE);
        }
    }

    @Test
    void destinationsThatThisReleaseDoesNotKnowAreRefused() {
        assertThat(refusal(file(EventConfig.getDefaultInstance()))).isEqualTo(Reason.DESTINATION);
        assertThat(refusal(file(rule(Destination.UNDEFINED_DESTINATION))))
                .isEqualTo(Reason.DESTINATION);
        byte[] bytes = file(rule(OS_EVENTS)).build().toByteArray();
        for (int unknown : new int[] {8, 41, 127}) {
            bytes[3] = (byte) unknown;
            assertThat(refusal(bytes)).as("destination %s", unknown).isEqualTo(Reason.DESTINATION);
        }
    }

    @Test
    void tooMuchIsRefused() throws Exception {
        EventConfig[] most =
                Collections.nCopies(
                                ConfigurationReader.MAX_RULES, rule(OS_EVENTS, 1, 2_000_000_000))
                        .toArray(EventConfig[]::new);
        assertThat(blocked(1, most)).containsExactly(OS_EVENTS);
        EventConfig[] more = Arrays.copyOf(most, most.length + 1);
        more[most.length] = rule(OS_EVENTS);
        assertThat(refusal(file(more))).isEqualTo(Reason.TOO_LONG);
        assertThat(refusal(new byte[ConfigurationReader.MAX_BYTES + 1])).isEqualTo(Reason.TOO_LONG);
    }

    @Test
    void everyFlippedBitIsRefused() throws Exception {
        VerificationKey key =
                new VerificationKey(Files.writeString(folder.resolve("key"), VECTOR_KEY + "\n"));
        byte[] whole = HexFormat.of().parseHex(VECTOR);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(
                            catchThrowableOfType(
                                    RefusedConfiguration.class,
                                    () -> key.check(ConfigurationReader.read(flipped))))
                    .as("bit %s", bit)
                    .isNotNull();
        }
    }

    @Test
    void signedBytesAreNeverThoseOfAKey() throws Exception {
        for (int rules = 0; rules < ConfigurationReader.MAX_RULES; rules++) {
            EventConfig[] some =
                    Collections.nCopies(rules, rule(OS_EVENTS)).toArray(EventConfig[]::new);
            assertThat(ConfigurationReader.read(file(some).build().toByteArray()).signed().length)
                    .isNotEqualTo(36);
        }
    }

    @Test
    void randomBytesNeverGetOutWithAnythingElse() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] payload = HexFormat.of().parseHex(VECTOR);
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                payload[random.nextInt(payload.length)] = (byte) random.nextInt();
            }
            try {
                ConfigurationReader.read(payload);
            } catch (RefusedConfiguration e) {
                assertThat(e.reason()).isNotNull();
            }
        }
    }
}
