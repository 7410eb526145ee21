package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {

    @TempDir Path folder;

    private Workspace workspace;

    @BeforeEach
    void make() throws IOException {
        workspace = new Workspace(folder);
    }

    @Test
    void compositionThatLacksNothingHasNoFaults() throws Exception {
        Coordinates library =
                workspace.bundle(
                        "org.json:json:1.0.0",
                        Map.of("Export-Package", "json;version=1.0"),
                        Map.of());
        Coordinates provider =
                workspace.component(
                        "io.armature.a",
                        Map.of(
                                "Import-Package",
                                "json;version=\"[1.0,2)\",org.slf4j,org.osgi.framework,javax.crypto,com.sun.net.httpserver",
                                "Require-Capability",
                                "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=17))\""),
                        null);
        workspace.feature("a", 1, library, provider);

        assertThat(workspace.faults()).isEmpty();
    }

    @Test
    void missingPackageIsNamed() throws Exception {
        workspace.feature(
                "a",
                1,
                workspace.component(
                        "io.armature.a", Map.of("Import-Package", "gone;version=\"[1,2)\""), null));

        assertThat(workspace.faults())
                .singleElement()
                .asString()
                .contains("board", "io.armature.a", "osgi.wiring.package", "gone");
    }

    @Test
    void missingServiceIsNamedThoughItIsEffectiveAtRunTimeOnly() throws Exception {
        workspace.feature(
                "a",
                1,
                workspace.component(
                        "io.armature.a",
                        Map.of(
                                "Require-Capability",
                                "osgi.service;filter:=\"(objectClass=x.Gone)\";effective:=active"),
                        null));

        assertThat(workspace.faults()).singleElement().asString().contains("x.Gone");
    }

    @Test
    void optionalRequirementMayStayOpen() throws Exception {
        workspace.feature(
                "a",
                1,
                workspace.component(
                        "io.armature.a",
                        Map.of("Import-Package", "gone;resolution:=optional"),
                        null));

        assertThat(workspace.faults()).isEmpty();
    }

    @Test
    void newerJavaThanTheLanguageLevelIsRefused() throws Exception {
        workspace.feature(
                "a",
                1,
                workspace.component(
                        "io.armature.a",
                        Map.of(
                                "Require-Capability",
                                "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=21))\""),
                        null));

        assertThat(workspace.faults()).singleElement().asString().contains("osgi.ee");
    }

    @Test
    void nativeCodeForAnotherProcessorIsRefused() throws Exception {
        Coordinates fits =
                workspace.component(
                        "io.armature.a",
                        Map.of("Bundle-NativeCode", "a.so;osname=linux;processor=x86-64"),
                        null);
        Coordinates foreign =
                workspace.component(
                        "io.armature.b",
                        Map.of("Bundle-NativeCode", "b.so;osname=linux;processor=aarch64"),
                        null);
        workspace.feature("a", 1, fits, foreign);

        assertThat(workspace.faults()).singleElement().asString().contains("io.armature.b");
    }

    @Test
    void imageForAnyProcessorTakesOnlyNativeCodeForEach() throws Exception {
        workspace.architecture(FirmwareProfile.Architecture.ANY);
        Coordinates both =
                workspace.component(
                        "io.armature.a",
                        Map.of(
                                "Bundle-NativeCode",
                                "x.so;osname=linux;processor=x86-64,"
                                        + "a.so;osname=linux;processor=aarch64"),
                        null);
        Coordinates none = workspace.component("io.armature.b", Map.of(), null);
        Coordinates one =
                workspace.component(
                        "io.armature.c",
                        Map.of("Bundle-NativeCode", "x.so;osname=linux;processor=x86-64"),
                        null);
        workspace.feature("a", 1, both, none, one);

        assertThat(workspace.faults()).singleElement().asString().contains("io.armature.c");
    }

    @Test
    void levelOutsideTheTableIsRefused() throws Exception {
        workspace.feature("a", 15, workspace.component("io.armature.a", Map.of(), null));

        assertThat(workspace.faults())
                .containsExactly(
                        "Feature a puts io.armature.a on start level 15, which is none of 1, 10, 20, 25, 30, 40.");
    }

    @Test
    void sameNameTwiceIsRefused() throws Exception {
        Coordinates first = workspace.component("io.armature.a", Map.of(), null);
        Coordinates second =
                workspace.bundle(
                        "org.other:a:2.0.0",
                        Map.of("Bundle-SymbolicName", "io.armature.a;singleton:=true"),
                        Map.of());
        workspace.feature("one", 1, first).feature("two", 1, second);

        assertThat(workspace.faults())
                .contains(
                        "io.armature.a is shipped twice: feature one lists io.armature:io.armature.a:0.1.0"
                                + " and feature two lists org.other:a:2.0.0.");
    }

    @Test
    void bundleThatNothingNeedsIsRefused() throws Exception {
        Coordinates library =
                workspace.bundle("org.json:json:1.0.0", Map.of("Export-Package", "json"), Map.of());
        workspace.feature("a", 1, library, workspace.component("io.armature.a", Map.of(), null));

        assertThat(workspace.faults())
                .containsExactly("Nothing in profile board needs json, which feature a lists.");
    }

    @Test
    void featureThatListsWhatOnlyOthersNeedIsRefused() throws Exception {
        Coordinates library =
                workspace.bundle("org.json:json:1.0.0", Map.of("Export-Package", "json"), Map.of());
        Coordinates user =
                workspace.component("io.armature.b", Map.of("Import-Package", "json"), null);
        workspace
                .feature("a", 1, library, workspace.component("io.armature.a", Map.of(), null))
                .feature("b", 1, user);

        assertThat(workspace.faults())
                .containsExactly("Feature a lists json, which its own bundles do not need.");
    }

    @Test
    void applicationThatNoFeatureListsIsRefused() {
        workspace.application("bundle io.armature.gone");

        assertThat(workspace.faults()).singleElement().asString().contains("io.armature.gone");
    }

    @Test
    void applicationStandsAtItsOwnLevel() throws Exception {
        workspace
                .feature(
                        "a",
                        30,
                        workspace.component("io.armature.a", Map.of(), "armature.boot-services"))
                .application("bundle io.armature.a");

        assertThat(workspace.compose().bundles())
                .singleElement()
                .extracting(ShippedBundle::level)
                .isEqualTo(25);
    }

    @Test
    void providerThatExportsIsRefusedAndAnApiMay() throws Exception {
        Coordinates api =
                workspace.bundle(
                        "io.armature:io.armature.a.api:0.1.0",
                        Map.of("Export-Package", "io.armature.a.api;version=1.0"),
                        Map.of());
        Coordinates provider =
                workspace.component(
                        "io.armature.a",
                        Map.of("Import-Package", "io.armature.a.api", "Export-Package", "a.inside"),
                        null);
        workspace.feature("a", 1, api, provider);

        assertThat(workspace.faults())
                .containsExactly(
                        "io.armature.a is a provider and exports a.inside: move it to an api bundle.");
    }

    @Test
    void jarThatIsNoBundleIsRefused() throws Exception {
        Coordinates plain =
                workspace.bundle("org.x:plain:1", Map.of("Bundle-SymbolicName", ""), Map.of());
        workspace.feature("a", 1, plain);

        assertThat(workspace.faults())
                .singleElement()
                .asString()
                .contains("org.x:plain:1", "no bundle");
    }

    @Test
    void versionIsWrittenAsTheFrameworkGivesIt() throws Exception {
        workspace.feature(
                "a",
                1,
                workspace.component("io.armature.a", Map.of("Bundle-Version", "1.86"), null));

        assertThat(workspace.compose().bundles())
                .singleElement()
                .extracting(ShippedBundle::version)
                .isEqualTo("1.86.0");
    }
}
