package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThirdPartyDigestsTest {

    private static final Coordinates FOREIGN = new Coordinates("org.x", "x", "1");
    private static final Coordinates OWN = new Coordinates("io.armature", "a", "1");

    @TempDir Path folder;

    private Path jar;
    private Path committed;

    @BeforeEach
    void make() throws Exception {
        jar = Files.writeString(folder.resolve("x.jar"), "bytes");
        committed = folder.resolve("third-party.sha256");
        ThirdPartyDigests.of(Map.of(FOREIGN, jar, OWN, jar)).write(committed);
    }

    @Test
    void whatWasWrittenAgreesAndHoldsNothingOfOurOwn() throws Exception {
        assertThat(committed).hasContent(Sha256.of(jar) + "  org.x:x:1\n");
        assertThat(
                        ThirdPartyDigests.read(committed)
                                .faults(ThirdPartyDigests.of(Map.of(FOREIGN, jar))))
                .isEmpty();
    }

    @Test
    void changedByteIsNamed() throws Exception {
        Files.writeString(jar, "bytez");

        assertThat(
                        ThirdPartyDigests.read(committed)
                                .faults(ThirdPartyDigests.of(Map.of(FOREIGN, jar))))
                .singleElement()
                .asString()
                .contains("org.x:x:1", "committed is");
    }

    @Test
    void artifactWithoutADigestIsNamed() throws Exception {
        Files.writeString(committed, "");

        assertThat(
                        ThirdPartyDigests.read(committed)
                                .faults(ThirdPartyDigests.of(Map.of(FOREIGN, jar))))
                .singleElement()
                .asString()
                .contains("org.x:x:1 has no committed digest");
    }

    @Test
    void digestWithoutAnArtifactIsNamed() throws Exception {
        assertThat(ThirdPartyDigests.read(committed).faults(ThirdPartyDigests.of(Map.of())))
                .singleElement()
                .asString()
                .contains("org.x:x:1", "is not shipped");
    }

    @Test
    void lineThatIsNoDigestIsNamed() throws Exception {
        Files.writeString(committed, "rubbish\n");

        assertThatThrownBy(() -> ThirdPartyDigests.read(committed)).hasMessageContaining("rubbish");
    }
}
