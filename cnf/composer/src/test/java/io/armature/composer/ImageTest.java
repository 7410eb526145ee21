package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path folder;

    private Workspace workspace;
    private Path program;

    @BeforeEach
    void make() throws Exception {
        workspace = new Workspace(Files.createDirectory(folder.resolve("jars")));
        program = Files.writeString(folder.resolve("armature"), "#!/bin/sh\n");
        workspace
                .feature(
                        "late",
                        40,
                        workspace.component("io.armature.z", Map.of(), "armature.boot-complete"))
                .feature("early", 1, workspace.component("io.armature.b", Map.of(), null))
                .feature("early2", 1, workspace.component("io.armature.a", Map.of(), null));
    }

    private Path write(String name) throws Exception {
        Path root = folder.resolve(name);
        new Image(root, TIME).write(workspace.compose(), "0.1.0", program);
        return root;
    }

    @Test
    void lockListsEveryFileWithItsDigestAndBundlesByLevelThenFeature() throws Exception {
        Path slot = write("image").resolve("opt/armature/slots/A");

        StringBuilder expected =
                new StringBuilder(
                        "armature-lock 1\nversion 0.1.0\nprofile board\napplication none\n");
        for (String file :
                new String[] {"lib/org.apache.felix.framework-7.jar", "profile", "settings"}) {
            expected.append("file %s %s\n".formatted(Sha256.of(slot.resolve(file)), file));
        }
        for (String bundle :
                new String[] {"1 io.armature.b", "1 io.armature.a", "40 io.armature.z"}) {
            String[] fields = bundle.split(" ");
            String jar = "bundles/" + fields[1] + "-0.1.0.jar";
            expected.append(
                    "bundle %s %s %s 0.1.0 %s\n"
                            .formatted(fields[0], Sha256.of(slot.resolve(jar)), fields[1], jar));
        }
        assertThat(slot.resolve("lock")).hasContent(expected.toString());
    }

    @Test
    void profileFileIsPlainWordsSortedByKey() throws Exception {
        assertThat(write("image").resolve("opt/armature/slots/A/profile"))
                .hasContent(
                        """
                        application=none
                        architecture=x86_64
                        environment.MALLOC_ARENA_MAX=2
                        features=launcher late early early2
                        framework.org.osgi.framework.system.packages.extra=org.slf4j;version=2.0
                        jvm.25.flags=-XX:+X
                        jvm.flags=-Xss512k -Xms24m -Xmx64m
                        jvm.versions=17 25
                        limit.open_files=1024
                        name=board
                        """);
    }

    @Test
    void profileFileTellsDeveloperMode() throws Exception {
        workspace.developers();

        assertThat(write("image").resolve("opt/armature/slots/A/profile"))
                .content()
                .contains("\ndeveloper_mode=true\n");
    }

    @Test
    void policyFilesStandInTheSlotAndInItsLock() throws Exception {
        Path policy = Files.writeString(folder.resolve("Service.jsonc"), "[]\n");
        workspace.policies("governed", policy);

        Path slot = write("image").resolve("opt/armature/slots/A");

        assertThat(slot.resolve("policy/Service.jsonc")).hasSameBinaryContentAs(policy);
        assertThat(slot.resolve("lock"))
                .content()
                .contains("\nfile %s policy/Service.jsonc\n".formatted(Sha256.of(policy)));
    }

    @Test
    void policyFileOfTwoFeaturesIsRefused() throws Exception {
        Path policy = Files.writeString(folder.resolve("Service.jsonc"), "[]\n");
        workspace.policies("governed", policy).policies("other", policy);

        assertThat(workspace.faults())
                .containsExactly(
                        "Policy file Service.jsonc is in feature governed and in feature other.");
    }

    @Test
    void programIsExecutable() throws Exception {
        assertThat(write("image").resolve("opt/armature/bin/armature")).isExecutable();
    }

    @Test
    void testingToolOfTheOriginalIsALinkToTheProgram() throws Exception {
        Path link = write("image").resolve("opt/armature/bin/missive_testing_tool");
        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("armature"));
    }

    @Test
    void twoImagesAreAlikeInBytesModesAndTimes() throws Exception {
        assertThat(facts(write("one"))).isEqualTo(facts(write("two")));
    }

    @Test
    void timeOfAFileFollowsFromItsBytes() throws Exception {
        Path before = write("one").resolve("opt/armature/bin/armature");
        Files.writeString(program, "#!/bin/xx\n");
        Path after = write("two").resolve("opt/armature/bin/armature");

        assertThat(Files.size(after)).isEqualTo(Files.size(before));
        assertThat(Files.getLastModifiedTime(after))
                .isNotEqualTo(Files.getLastModifiedTime(before));
    }

    @Test
    void leftOversOfAnEarlierBuildAreGone() throws Exception {
        Path stale = write("image").resolve("opt/armature/slots/A/bundles/stale.jar");
        Files.writeString(stale, "stale");

        write("image");

        assertThat(stale).doesNotExist();
    }

    private static Map<String, String> facts(Path root) throws Exception {
        Map<String, String> facts = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                facts.put(
                        root.relativize(path).toString(),
                        "%s %s %s"
                                .formatted(
                                        Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS),
                                        Files.getPosixFilePermissions(path),
                                        Files.isDirectory(path) ? "" : Sha256.of(path)));
            }
        }
        return facts;
    }
}
