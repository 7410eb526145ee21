package io.armature.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.FolderPaths;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.hooks.TestFramework;
import io.armature.services.spi.ServicePolicies;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other parts are told of policy. */
class GovernedPoliciesTest {

    @TempDir Path root;
    @TempDir Path storage;

    private TestFramework framework;
    private ServicePolicies policies;

    @BeforeEach
    void read() throws Exception {
        framework = new TestFramework(storage);
        Path folder = Files.createDirectories(root.resolve("etc/mojo/service_manager/policy"));
        Files.writeString(
                folder.resolve("Heating.jsonc"),
                """
                [{"bundle": "heater", "own": ["Heating"]},
                 {"bundle": "knob", "request": ["Heating"]}]""");
        Services services =
                new Services(
                        framework.bundle("services"),
                        new HandClock(),
                        new FolderPaths(root),
                        false);
        policies = new GovernedPolicies(services);
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    @Test
    void whoMayOwnAndRequestIsTold() {
        assertThat(policies.mayOwn("heater", "Heating")).isTrue();
        assertThat(policies.mayOwn("knob", "Heating")).isFalse();
        assertThat(policies.mayRequest("knob", "Heating")).isTrue();
        assertThat(policies.mayRequest("heater", "Heating")).isFalse();
    }

    @Test
    void whatIsHiddenIsHiddenForAReason() {
        assertThat(policies.hidden("knob", "heater", "Heating")).isEmpty();
        assertThat(policies.hidden("heater", "heater", "Heating")).as("its own").isEmpty();
        assertThat(policies.hidden("stranger", "heater", "Heating"))
                .hasValue("no rule lets bundle stranger request Heating");
        assertThat(policies.hidden("knob", "impostor", "Heating"))
                .hasValue("no rule lets bundle impostor own Heating");
        assertThat(policies.hidden("knob", "heater", "Boiler"))
                .hasValue("no policy file names Boiler");
    }
}
