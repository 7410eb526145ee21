package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrantCheckTest {

    private static final String DESCRIPTOR =
            """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.5.0" name="%s">
              %s
              <implementation class="x.Y"/>
            </scr:component>""";

    @TempDir Path folder;

    private Workspace workspace;

    @BeforeEach
    void make() throws Exception {
        workspace = new Workspace(folder);
        workspace.feature(
                "a",
                10,
                component(
                        "io.armature.owner",
                        """
                        <property name="armature.service" type="String" value="Heating"/>
                        <service><provide interface="a.Heating"/></service>"""),
                component(
                        "io.armature.user",
                        "<reference name=\"heating\" interface=\"a.Heating\"/>"));
    }

    private Coordinates component(String name, String content) throws Exception {
        return workspace.bundle(
                "io.armature:" + name + ":0.1.0",
                Map.of("Service-Component", "OSGI-INF/c.xml"),
                Map.of("OSGI-INF/c.xml", DESCRIPTOR.formatted(name, content)));
    }

    private void manager() throws Exception {
        workspace.feature("services", 10, component("io.armature.services", ""));
    }

    private Path policy(String text) throws IOException {
        return Files.writeString(folder.resolve("Heating.jsonc"), text);
    }

    @Test
    void whatOwnersAndRequestersNeedIsGranted() throws Exception {
        manager();
        workspace.policies(
                "p",
                policy(
                        """
                        [ // one file a service
                          {"bundle": "io.armature.owner", "own": ["Heating"]},
                          {"bundle": "io.armature.user", "request": ["Heating"]},
                        ]"""));
        assertThat(workspace.faults()).isEmpty();
    }

    @Test
    void aReferenceThatPolicyWouldHideIsRefused() throws Exception {
        manager();
        workspace.policies(
                "p", policy("[{\"bundle\": \"io.armature.owner\", \"own\": [\"Heating\"]}]"));
        assertThat(workspace.faults())
                .containsExactly(
                        "Component io.armature.user of io.armature.user refers to Heating, which no"
                                + " policy file lets io.armature.user request.");
    }

    @Test
    void anOwnerThatPolicyWouldRefuseIsRefused() throws Exception {
        manager();
        workspace.policies(
                "p", policy("[{\"bundle\": \"io.armature.user\", \"request\": [\"Heating\"]}]"));
        assertThat(workspace.faults())
                .containsExactly(
                        "Component io.armature.owner of io.armature.owner publishes Heating, which"
                                + " no policy file lets io.armature.owner own.");
    }

    @Test
    void whereNobodyGovernsNothingNeedsToBeGranted() {
        assertThat(workspace.faults()).isEmpty();
    }
}
