package io.armature.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Readers of what others wrote, against inputs that nobody would write. */
class FuzzTest {

    private static final long RUNS =
            Long.getLong(
                    "armature.fuzz.runs",
                    Boolean.getBoolean("armature.long") ? 10_000_000 : 100_000);
    private static final double LEAST_BRANCHES_PERCENT = 90;

    /** A reader, and the source files of which nearly every branch must be seen. */
    enum Target {
        POLICY(
                "policy",
                "io.armature.services.policy.PolicyTarget",
                List.of("Tokens.java", "PolicyReader.java")),
        FRAMES("frames", "io.armature.services.wire.FrameTarget", List.of("FrameReader.java")),
        MESSAGES(
                "messages",
                "io.armature.dbus.wire.MessageTarget",
                List.of("Decoder.java", "HeaderReader.java")),
        SEGMENTS(
                "segments",
                "io.armature.reporting.segment.SegmentTarget",
                List.of("FrameReader.java", "FrameFormat.java")),
        DOWNLINK("downlink", "io.armature.reporting.mqtt.DownlinkTarget", List.of("Downlink.java")),
        CONFIGURATION(
                "configuration",
                "io.armature.reporting.mqtt.configuration.ConfigurationTarget",
                List.of("ConfigurationReader.java")),
        UPLOADS(
                "uploads",
                "io.armature.backend.reporting.server.UploadTarget",
                List.of(
                        "OpenedBatch.java",
                        "RecordOpener.java",
                        "Statement.java",
                        "Checkpoint.java")),
        SETTINGS(
                "settings",
                "io.armature.platform.settings.SettingsTarget",
                List.of("JsonFiles.java"));

        private final String label;
        private final String targetClass;
        private final List<String> sources;

        Target(String label, String targetClass, List<String> sources) {
            this.label = label;
            this.targetClass = targetClass;
            this.sources = sources;
        }
    }

    /** All of them, or the one that {@code armature.fuzz.target} names. */
    static Stream<Target> targets() {
        String only = System.getProperty("armature.fuzz.target", "");
        return Arrays.stream(Target.values())
                .filter(target -> only.isEmpty() || target.label.equals(only));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nothingBreaksTheReaderAndNearlyEveryBranchIsSeen(Target target) throws Exception {
        Path folder = Path.of("target", "fuzz", target.label).toAbsolutePath();
        Fuzzer fuzzer = new Fuzzer(target.label, target.targetClass, folder);

        String branches = fuzzer.run(RUNS);

        assertThat(target.sources)
                .allSatisfy(
                        source ->
                                assertThat(Fuzzer.percent(branches, source))
                                        .isGreaterThanOrEqualTo(LEAST_BRANCHES_PERCENT));
    }
}
