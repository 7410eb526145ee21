package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.felix.scr.impl.metadata.ComponentMetadata;
import org.apache.felix.scr.impl.metadata.MetadataStoreHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparedComponentsTest {

    private static final Map<String, String> NEEDS =
            Map.of(
                    "Require-Capability",
                    "osgi.extender;filter:=\"(osgi.extender=osgi.component)\"");

    @TempDir Path folder;

    private Workspace workspace;

    @BeforeEach
    void make() throws Exception {
        workspace = new Workspace(Files.createDirectory(folder.resolve("jars")));
    }

    private Workspace runtime(String version) throws Exception {
        return workspace.feature(
                "framework",
                1,
                workspace.bundle(
                        "org.apache.felix:org.apache.felix.scr:" + version,
                        Map.of(
                                "Provide-Capability",
                                "osgi.extender;osgi.extender=\"osgi.component\""),
                        Map.of()));
    }

    /** As the component runtime reads its store. */
    private static Map<String, ComponentMetadata> read(byte[] file) throws Exception {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
        assertThat(in.readInt()).isEqualTo('A' << 24 | 'R' << 16 | 'C' << 8 | 1);
        in.readInt(); // length of the head
        MetadataStoreHelper.MetaDataReader reader = new MetadataStoreHelper.MetaDataReader();
        assertThat(reader.isVersionSupported(in)).isTrue();
        for (int strings = in.readInt(); strings > 0; strings--) {
            reader.readIndexedString(in);
        }
        Map<String, ComponentMetadata> found = new LinkedHashMap<>();
        for (int bundles = in.readInt(); bundles > 0; bundles--) {
            String bundle = in.readUTF();
            int components = in.readInt();
            int length = in.readInt();
            int left = in.available();
            for (; components > 0; components--) {
                ComponentMetadata component = ComponentMetadata.load(in, reader);
                found.put(bundle + " " + component.getName(), component);
            }
            assertThat(left - in.available()).isEqualTo(length);
        }
        assertThat(in.available()).isZero();
        return found;
    }

    @Test
    void theRuntimeReadsWhatItWouldFindInTheBundles() throws Exception {
        runtime(PreparedComponents.RUNTIME_VERSION)
                .feature("one", 20, workspace.component("io.armature.a", NEEDS, "armature.startup"))
                .feature("two", 1, workspace.component("io.armature.b", NEEDS, null));

        Map<String, ComponentMetadata> found =
                read(PreparedComponents.compile(workspace.compose()).orElseThrow());

        assertThat(found)
                .containsOnlyKeys("io.armature.b io.armature.b", "io.armature.a io.armature.a");
        ComponentMetadata component = found.get("io.armature.a io.armature.a");
        component.validate();
        assertThat(component.getImplementationClassName()).isEqualTo("x.Y");
        assertThat(component.getProperties())
                .containsEntry(
                        "osgi.ds.satisfying.condition.target",
                        "(osgi.condition.id=armature.startup)");
        assertThat(component.getDependencies()).hasSize(1); // the condition
        assertThat(component.isImmediate()).isTrue();
    }

    @Test
    void anImageWithoutTheRuntimeHasNone() throws Exception {
        workspace.feature("one", 1, workspace.component("io.armature.a", Map.of(), null));
        assertThat(PreparedComponents.compile(workspace.compose())).isEmpty();
    }

    @Test
    void anotherVersionOfTheRuntimeIsRefused() throws Exception {
        runtime("2.2.0").feature("one", 1, workspace.component("io.armature.a", NEEDS, null));
        assertThatThrownBy(() -> PreparedComponents.compile(workspace.compose()))
                .isInstanceOf(CompositionException.class)
                .hasMessageContaining("2.2.0")
                .hasMessageContaining(PreparedComponents.RUNTIME_VERSION);
    }

    @Test
    void aComponentThatTheRuntimeWouldRefuseFailsTheBuild() throws Exception {
        runtime(PreparedComponents.RUNTIME_VERSION)
                .feature(
                        "one",
                        1,
                        workspace.bundle(
                                "io.armature:io.armature.a:0.1.0",
                                Map.of(
                                        "Service-Component",
                                        "OSGI-INF/c.xml",
                                        "Require-Capability",
                                        NEEDS.get("Require-Capability")),
                                Map.of(
                                        "OSGI-INF/c.xml",
                                        Workspace.descriptor("a", 5, null)
                                                .replace("class=\"x.Y\"", ""))));
        assertThatThrownBy(() -> PreparedComponents.compile(workspace.compose()))
                .isInstanceOf(CompositionException.class)
                .hasMessageContaining("A component of io.armature.a cannot be prepared");
    }
}
