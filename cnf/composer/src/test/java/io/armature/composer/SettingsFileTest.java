package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

    private static final String METATYPE =
            """
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0">
              <OCD id="x" name="Spool">
                <AD id="flush.interval.ms" type="Long" default="20" min="1" max="1000"
                    description="Longest wait,&#10;  ms"/>
                <AD id="mode" type="String" default="a"><Option value="a"/><Option value="b,c"/></AD>
                <AD id="hosts" type="String" cardinality="2147483647" default="one,two"/>
                <AD id="on" type="Boolean" default="true"/>
              </OCD>
              <Designate pid="io.armature.a"><Object ocdref="x"/></Designate>
            </metatype:MetaData>
            """;

    @TempDir Path folder;

    private Workspace workspace;
    private Coordinates spool;

    @BeforeEach
    void make() throws IOException, CompositionException {
        workspace = new Workspace(folder);
        spool =
                workspace.bundle(
                        "io.armature:io.armature.a:0.1.0",
                        Map.of("Service-Component", "OSGI-INF/a.xml"),
                        Map.of(
                                "OSGI-INF/a.xml",
                                Workspace.descriptor("a", 5, null),
                                "OSGI-INF/metatype/x.xml",
                                METATYPE));
    }

    private static Map<String, Map<String, Object>> set(String key, Object value) {
        return Map.of("io.armature.a", Map.of(key, value));
    }

    @Test
    void settingsStandSortedAfterTheFirstLine() throws Exception {
        workspace.feature("a", 1, spool);

        assertThat(SettingsFile.compile(workspace.compose()).lines())
                .containsExactly(
                        "armature-settings 1",
                        "pid\tio.armature.a\tio.armature.a\tSpool",
                        "setting\tio.armature.a\tflush.interval.ms\tLong\tone\t20\t1\t1000\t\tLongest wait, ms",
                        "setting\tio.armature.a\thosts\tString\tmany\tone,two\t\t\t\t",
                        "setting\tio.armature.a\tmode\tString\tone\ta\t\t\ta,b\\,c\t",
                        "setting\tio.armature.a\ton\tBoolean\tone\ttrue\t\t\t\t");
    }

    @Test
    void profileWinsOverFeature() throws Exception {
        workspace
                .feature("a", 1, set("flush_interval_ms", 30L), Map.of(), spool)
                .board(set("flush_interval_ms", 40L));

        assertThat(SettingsFile.compile(workspace.compose()).lines())
                .contains("feature\tio.armature.a\tflush.interval.ms\t40\tboard")
                .noneMatch(line -> line.contains("\t30\t"));
    }

    @Test
    void valuesAreWrittenAsTheFormatWants() throws Exception {
        workspace.feature("a", 1, set("hosts", List.of("a,b", "c\\d")), Map.of(), spool);

        assertThat(SettingsFile.compile(workspace.compose()))
                .contains("feature\tio.armature.a\thosts\ta\\,b,c\\\\d\ta\n");
    }

    @Test
    void valueOutOfRangeIsRefusedWithTheRange() throws Exception {
        workspace.feature("a", 1, set("flush_interval_ms", 0L), Map.of(), spool);
        Composition composition = workspace.compose();

        assertThatThrownBy(() -> SettingsFile.compile(composition))
                .hasMessage(
                        "Feature a sets flush_interval_ms of io.armature.a to 0, allowed is a Long from 1 to 1000.");
    }

    @Test
    void optionThatIsNotOfferedAndWrongTypeAreRefused() throws Exception {
        workspace
                .feature("a", 1, set("mode", "z"), Map.of(), spool)
                .feature("b", 1, set("on", "yes"), Map.of());
        Composition composition = workspace.compose();

        assertThatThrownBy(() -> SettingsFile.compile(composition))
                .hasMessageContainingAll("one of a, b,c", "a Boolean");
    }

    @Test
    void settingThatNoBundleKnowsIsRefused() throws Exception {
        workspace.feature("a", 1, spool).board(set("gone", 1L));
        Composition composition = workspace.compose();

        assertThatThrownBy(() -> SettingsFile.compile(composition))
                .hasMessage("Profile board sets gone of io.armature.a, which no bundle knows.");
    }

    @Test
    void featuresThatDifferAreRefused() throws Exception {
        workspace
                .feature("a", 1, set("flush_interval_ms", 30L), Map.of(), spool)
                .feature("b", 1, set("flush_interval_ms", 40L), Map.of());
        Composition composition = workspace.compose();

        assertThatThrownBy(() -> SettingsFile.compile(composition))
                .hasMessageContainingAll("Feature b", "flush_interval_ms", "40", "Feature a=30");
    }
}
