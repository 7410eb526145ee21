package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.composer.FirmwareProfile.DeveloperMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileReadersTest {

    private static final String FEATURE =
            """
            {
              // comments are welcome
              "feature-resource-version": "1.0",
              "id": "io.armature.features:a:0.1.0",
              "description": "One line",
              "bundles": [{"id": "g:a:1", "bundleStartLevel": 20}],
              "configurations": {"pid": {"key": 5}},
              "extensions": {
                "armature-wanted": {"type": "json", "kind": "mandatory", "json": {"g": "why"}},
                "armature-client-class-path":
                    {"type": "artifacts", "kind": "mandatory", "artifacts": [{"id": "g:c:1"}]}
              }
            }
            """;

    private static final String PROFILE =
            """
            {
              "armature-firmware-profile": 1,
              "description": "A board",
              "architecture": "arm64",
              "application": "process kiosk",
              "features": ["a", "b"],
              "jvm": {"flags": ["-Xss512k"], "versions": {"17": [], "25": ["--x=y"]}},
              "heap": {"initial_mb": 24, "maximum_mb": 64},
              "environment": {"MALLOC_ARENA_MAX": "2"},
              "limits": {"open_files": 1024},
              "configurations": {}
            }
            """;

    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("a.json"), text);
    }

    @Test
    void featureIsReadWhole() throws Exception {
        Feature feature = new FeatureReader().read(file(FEATURE));

        assertThat(feature.name()).isEqualTo("a");
        assertThat(feature.bundles())
                .containsExactly(new FeatureBundle(new Coordinates("g", "a", "1"), 20));
        assertThat(feature.configurations().get("pid")).containsEntry("key", 5L);
        assertThat(feature.wanted()).containsEntry("g", "why");
        assertThat(feature.clientPath()).containsExactly(new Coordinates("g", "c", "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\": \"g:a:1\", \"bundleStartLevel\": 20} | \"g:a:1\" | must be an object",
                "g:a:1 | g:a | write group:artifact:version",
                "g:a:1 | g:a:[1,2) | no exact name",
                "\"bundleStartLevel\": 20 | \"start-level\": 20 | 'bundles/0/start-level' is not known",
                ", \"bundleStartLevel\": 20 | ; | is not JSON",
                "\"description\" | \"desc\" | 'desc' is not known here",
                "features:a: | features:b: | must have the artifact id a",
                "\"json\", \"kind\" | \"text\", \"kind\" | must be \"json\"",
                "One line | One\\nline | must be one line"
            })
    void wrongFeatureIsRefusedByName(String good, String bad, String fault) throws Exception {
        Path file = file(FEATURE.replace(good, bad));

        assertThatThrownBy(() -> new FeatureReader().read(file)).hasMessageContaining(fault);
    }

    @Test
    void profileIsReadWhole() throws Exception {
        FirmwareProfile profile = new FirmwareProfileReader().read(file(PROFILE));

        assertThat(profile.application()).isEqualTo("process kiosk");
        assertThat(profile.features()).containsExactly("a", "b");
        assertThat(profile.jvms()).extracting(JvmChoice::version).containsExactly(17, 25);
        assertThat(profile.limits()).containsEntry("open_files", 1024);
        assertThat(profile.developerMode()).isEqualTo(DeveloperMode.OFF);
    }

    @Test
    void profileMayDeclareDeveloperMode() throws Exception {
        Path file = file(PROFILE.replace("\"limits", "\"developer_mode\": true, \"limits"));

        assertThat(new FirmwareProfileReader().read(file).developerMode())
                .isEqualTo(DeveloperMode.ON);
    }

    @Test
    void featureHasThePolicyFilesOfItsFolder() throws Exception {
        Path file = file(FEATURE);
        String name = file.getFileName().toString().replace(".json", "");
        Path policies = Files.createDirectories(file.resolveSibling("policy").resolve(name));
        Path second = Files.writeString(policies.resolve("Second.jsonc"), "[]");
        Path first = Files.writeString(policies.resolve("First.jsonc"), "[]");

        assertThat(new FeatureReader().read(file).policies()).containsExactly(first, second);

        Files.writeString(policies.resolve("no name.jsonc"), "[]");

        assertThatThrownBy(() -> new FeatureReader().read(file))
                .hasMessageContaining(name + "/no name.jsonc is not named <Service>.jsonc");
    }

    @Test
    void featureHasTheBusPoliciesOfItsFolder() throws Exception {
        Path file = file(FEATURE);
        String name = file.getFileName().toString().replace(".json", "");
        Path policies = Files.createDirectories(file.resolveSibling("dbus").resolve(name));
        Path policy = Files.writeString(policies.resolve("org.example.Name.conf"), "<busconfig/>");

        assertThat(new FeatureReader().read(file).busPolicies()).containsExactly(policy);

        Files.writeString(policies.resolve("name.xml"), "<busconfig/>");

        assertThatThrownBy(() -> new FeatureReader().read(file))
                .hasMessageContaining(name + "/name.xml is not named <bus name>.conf");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "process kiosk | kiosk | must be none, bundle <name> or process <name>",
                "arm64 | sparc | must be x86_64, arm64 or any, not sparc",
                "-Xss512k | rm -rf | not a plain flag",
                "\"17\" | \"11\" | feature versions from 17, not 11",
                "64} | 8} | must not be over",
                "open_files | open_doors | 'limits/open_doors'",
                "profile\": 1 | profile\": 2 | must be 1",
                "MALLOC_ARENA_MAX | path | must be a name",
                "\"2\" | \"$(id)\" | must be a plain word",
                "\"limits | \"developer_mode\": 1, \"limits | must be true or false"
            })
    void wrongProfileIsRefusedByName(String good, String bad, String fault) throws Exception {
        Path file = file(PROFILE.replace(good, bad));

        assertThatThrownBy(() -> new FirmwareProfileReader().read(file))
                .hasMessageContaining(fault);
    }
}
