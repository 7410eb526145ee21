package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionCheckTest {

    @TempDir Path folder;

    private Workspace workspace;

    @BeforeEach
    void make() throws IOException {
        workspace = new Workspace(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "1,",
        "10,",
        "20, armature.startup",
        "20, armature.boot-complete",
        "25, armature.boot-services",
        "30, armature.failsafe",
        "40, armature.boot-complete",
        "40, armature.system-services"
    })
    void conditionOfTheLevelOrALaterOneIsAccepted(int level, String condition) throws Exception {
        workspace.feature("a", level, workspace.component("io.armature.a", Map.of(), condition));

        assertThat(workspace.faults()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "20,",
        "20, armature.unknown",
        "25, armature.startup",
        "30,",
        "40, armature.failsafe",
        "40, armature.boot-services"
    })
    void earlierOrMissingConditionIsRefused(int level, String condition) throws Exception {
        workspace.feature("a", level, workspace.component("io.armature.a", Map.of(), condition));

        assertThat(workspace.faults())
                .singleElement()
                .asString()
                .contains("Component io.armature.a", "level " + level);
    }

    @Test
    void descriptorInWhichConditionsAreIgnoredIsRefused() throws Exception {
        workspace.feature("a", 20, old("io.armature:io.armature.a:0.1.0"));

        assertThat(workspace.faults())
                .contains(
                        "Component old of io.armature.a has a descriptor of version 1.4, in which its satisfying"
                                + " condition is ignored.");
    }

    @Test
    void foreignBundleNeedsANamedException() throws Exception {
        Coordinates foreign = old("org.x:org.x.old:1");
        Coordinates user =
                workspace.component(
                        "io.armature.a", Map.of("Import-Package", "old"), "armature.startup");
        workspace.feature("a", 20, foreign, user);
        assertThat(workspace.faults()).singleElement().asString().contains("org.x.old");

        workspace.feature(
                "a", 20, Map.of(), Map.of("org.x.old", "waits for its port"), foreign, user);
        assertThat(workspace.faults()).isEmpty();
    }

    @Test
    void exceptionWithoutUseIsRefused() throws Exception {
        workspace.feature("a", 20, Map.of(), Map.of("org.x.gone", "was needed once"));

        assertThat(workspace.faults()).singleElement().asString().contains("org.x.gone");
    }

    private Coordinates old(String coordinates) throws Exception {
        return workspace.bundle(
                coordinates,
                Map.of("Service-Component", "OSGI-INF/*.xml", "Export-Package", "old"),
                Map.of("OSGI-INF/old.xml", Workspace.descriptor("old", 4, "armature.startup")));
    }
}
