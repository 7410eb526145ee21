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
                                + " policy file lets io.armature.user request: p/Heating.jsonc is"
                                + " the file that names Heating.");
    }

    @Test
    void anOwnerThatPolicyWouldRefuseIsRefused() throws Exception {
        manager();
        workspace.policies(
                "p", policy("[{\"bundle\": \"io.armature.user\", \"request\": [\"Heating\"]}]"));
        assertThat(workspace.faults())
                .containsExactly(
                        "Component io.armature.owner of io.armature.owner publishes Heating, which"
                                + " no policy file lets io.armature.owner own: p/Heating.jsonc is"
                                + " the file that names Heating.");
    }

    @Test
    void aServiceThatNoFileNamesIsRefused() throws Exception {
        manager();
        assertThat(workspace.faults())
                .containsExactly(
                        "Component io.armature.owner of io.armature.owner publishes Heating, which"
                                + " no policy file lets io.armature.owner own: no file names"
                                + " Heating.",
                        "Component io.armature.user of io.armature.user refers to Heating, which no"
                                + " policy file lets io.armature.user request: no file names"
                                + " Heating.");
    }

    /** A bundle with components, whose code says something of governed services. */
    private Coordinates code(String name, String header, String value) throws Exception {
        return workspace.bundle(
                "io.armature:" + name + ":0.1.0",
                Map.of("Service-Component", "OSGI-INF/c.xml", header, value),
                Map.of("OSGI-INF/c.xml", DESCRIPTOR.formatted(name, "")));
    }

    private void codeThatOwnsAndUses() throws Exception {
        workspace.feature(
                "code",
                10,
                code(
                        "io.armature.boiler",
                        "Provide-Capability",
                        "armature.service;armature.service=Boiler;effective:=active;"
                                + "objectClass:List<String>=\"a.Boiler\""),
                code(
                        "io.armature.clock",
                        "Require-Capability",
                        "armature.service;filter:=\"(armature.service=Boiler)\";"
                                + "resolution:=optional;effective:=active"),
                component("io.armature.room", "<reference name=\"b\" interface=\"a.Boiler\"/>"));
    }

    private void heating() throws Exception {
        manager();
        workspace.policies(
                "p",
                policy(
                        """
                        [{"bundle": "io.armature.owner", "own": ["Heating"]},
                         {"bundle": "io.armature.user", "request": ["Heating"]}]"""));
    }

    private void boiler(String text) throws IOException {
        workspace.policies("q", Files.writeString(folder.resolve("Boiler.jsonc"), text));
    }

    @Test
    void whatCodeDeclaresNeedsAGrant() throws Exception {
        heating();
        codeThatOwnsAndUses();
        boiler("[{\"user\": \"boilerd\", \"request\": [\"Boiler\"]}]");
        assertThat(workspace.faults())
                .containsExactly(
                        "Code of io.armature.boiler publishes Boiler, which no policy file lets"
                                + " io.armature.boiler own: q/Boiler.jsonc is the file that names"
                                + " Boiler.",
                        "Code of io.armature.clock looks up Boiler, which no policy file lets"
                                + " io.armature.clock request: q/Boiler.jsonc is the file that"
                                + " names Boiler.",
                        "Component io.armature.room of io.armature.room refers to Boiler, which no"
                                + " policy file lets io.armature.room request: q/Boiler.jsonc is"
                                + " the file that names Boiler.");
    }

    @Test
    void whatCodeDeclaresAndPolicyGrantsIsFine() throws Exception {
        heating();
        codeThatOwnsAndUses();
        boiler(
                """
                [{"bundle": "io.armature.boiler", "own": ["Boiler"]},
                 {"bundle": "io.armature.clock", "request": ["Boiler"]},
                 {"bundle": "io.armature.room", "request": ["Boiler"]}]""");
        assertThat(workspace.faults()).isEmpty();
    }

    @Test
    void grantsThatNobodyUsesAreRefused() throws Exception {
        heating();
        boiler(
                """
                [{"bundle": "io.armature.owner", "own": ["Boiler"]},
                 {"bundle": "io.armature.user", "request": ["Boiler"]},
                 {"bundle": "io.armature.usr", "request": ["Boiler"]},
                 {"user": "boilerd", "request": ["Boiler"]}]""");
        assertThat(workspace.faults())
                .containsExactly(
                        "q/Boiler.jsonc grants Boiler to io.armature.usr, a bundle that no feature"
                                + " lists.",
                        "q/Boiler.jsonc lets io.armature.owner own Boiler, which no component of it"
                                + " and no declaration of its code publishes.",
                        "q/Boiler.jsonc lets io.armature.user request Boiler, which no component of"
                                + " it and no declaration of its code looks up.");
    }

    @Test
    void codeMayLookUpWhatOnlyOtherProfilesHave() throws Exception {
        heating();
        workspace.feature(
                "code",
                10,
                code(
                        "io.armature.clock",
                        "Require-Capability",
                        "armature.service;filter:=\"(armature.service=Boiler)\";"
                                + "resolution:=optional;effective:=active"));
        boiler("[{\"bundle\": \"io.armature.clock\", \"request\": [\"Boiler\"]}]");
        assertThat(workspace.without("q").faults()).isEmpty();
    }

    @Test
    void whereNobodyGovernsNothingNeedsToBeGranted() {
        assertThat(workspace.faults()).isEmpty();
    }
}
