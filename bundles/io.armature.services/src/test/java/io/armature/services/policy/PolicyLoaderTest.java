package io.armature.services.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.armature.services.api.Identity;
import io.armature.services.policy.Finding.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of files: order, merging, conflicts, and everything that must not stop us. */
class PolicyLoaderTest {

    private static final Users USERS =
            name -> name.startsWith("u") ? uid(name) : OptionalLong.empty();

    @TempDir Path folder;

    private Path first;
    private Path second;

    private static OptionalLong uid(String name) {
        return OptionalLong.of(Long.parseLong(name.substring(1)));
    }

    @BeforeEach
    void directories() throws IOException {
        first = Files.createDirectory(folder.resolve("first"));
        second = Files.createDirectory(folder.resolve("second"));
    }

    private static void write(Path directory, String name, String... rules) throws IOException {
        Files.writeString(directory.resolve(name), "[\n" + String.join(",\n", rules) + "]");
    }

    private static String owns(String user, String service) {
        return "{\"user\":\"" + user + "\",\"own\":[\"" + service + "\"]}";
    }

    private static String requests(String user, String service) {
        return "{\"user\":\"" + user + "\",\"request\":[\"" + service + "\"]}";
    }

    private Loaded load() {
        return PolicyLoader.load(List.of(first, second), USERS);
    }

    private static Identity process(long uid) {
        return new Identity(Optional.empty(), Optional.empty(), uid, 0, 0, Optional.empty());
    }

    private static Identity labelled(long uid, String label) {
        return new Identity(Optional.empty(), Optional.of(label), uid, 0, 0, Optional.empty());
    }

    private static Optional<String> owner(Loaded loaded, String service) {
        return loaded.policies()
                .of(service)
                .flatMap(ServicePolicy::owner)
                .map(rule -> rule.subject().toString());
    }

    private static List<String> requesters(Loaded loaded, String service) {
        return loaded.policies().of(service).orElseThrow().requesters().stream()
                .map(rule -> rule.subject().toString())
                .toList();
    }

    @Test
    void missingDirectoriesHoldNothing() {
        Loaded loaded =
                PolicyLoader.load(List.of(folder.resolve("a"), folder.resolve("b/c")), USERS);

        assertThat(loaded).isEqualTo(new Loaded(Policies.NONE, List.of()));
        assertThat(loaded.sound()).isTrue();
    }

    @Test
    void everyRegularFileDirectlyInsideIsRead() throws IOException {
        write(first, "a.jsonc", owns("u1", "A"));
        write(first, "README", owns("u1", "B"));
        write(first, ".hidden~", owns("u1", "C"));
        write(Files.createDirectory(first.resolve("deeper")), "d", owns("u1", "D"));
        Files.createSymbolicLink(first.resolve("link"), folder.resolve("target"));
        write(folder, "target", owns("u1", "E"));

        Loaded loaded = load();

        assertThat(loaded.sound()).isTrue();
        assertThat(loaded.policies().services()).containsOnlyKeys("A", "B", "C", "E");
    }

    @Test
    void requestersOfSeveralFilesAreUnited() throws IOException {
        write(first, "a", owns("u1", "A"), requests("u2", "A"));
        write(first, "b", requests("u3", "A"), requests("u2", "A"));
        write(second, "a", requests("u4", "A"));

        Loaded loaded = load();

        assertThat(loaded.findings()).isEmpty();
        assertThat(owner(loaded, "A")).contains("user u1");
        assertThat(requesters(loaded, "A")).containsExactly("user u2", "user u3", "user u4");
    }

    @Test
    void serviceThatIsOnlyRequestedHasNoOwner() throws IOException {
        write(first, "a", requests("u1", "A"));

        ServicePolicy policy = load().policies().of("A").orElseThrow();

        assertThat(policy.owner()).isEmpty();
        assertThat(policy.owns(process(1))).isEmpty();
        assertThat(policy.requests(process(1))).isPresent();
    }

    @Test
    void secondOwnerInByteOrderOfNamesIsRefusedAndBothFilesNamed() throws IOException {
        // Bytes, not letters: B comes before a.
        write(first, "a", owns("u2", "A"), requests("u5", "A"));
        write(first, "B", owns("u1", "A"));
        write(second, "A", owns("u3", "A"), owns("u4", "Other"));

        Loaded loaded = load();

        assertThat(owner(loaded, "A")).contains("user u1");
        assertThat(owner(loaded, "Other")).contains("user u4");
        assertThat(requesters(loaded, "A")).containsExactly("user u5");
        assertThat(loaded.sound()).isFalse();
        assertThat(loaded.findings())
                .extracting(Finding::toString)
                .containsExactly(
                        first.resolve("a")
                                + ":2:21: conflict: second owner user u2 of A; it stays with user"
                                + " u1 ("
                                + first.resolve("B")
                                + ":2)",
                        second.resolve("A")
                                + ":2:21: conflict: second owner user u3 of A; it stays with user"
                                + " u1 ("
                                + first.resolve("B")
                                + ":2)");
    }

    @Test
    void ownersOfDifferentKindsConflictTooAndTheSecondNeverOwns() throws IOException {
        write(first, "a", owns("u1", "A"));
        write(first, "b", "{\"identity\":\"label\",\"own\":[\"A\"]}");
        write(first, "c", "{\"bundle\":\"some.bundle\",\"own\":[\"A\"]}");

        Loaded loaded = load();

        assertThat(loaded.findings())
                .extracting(Finding::severity)
                .containsExactly(Severity.CONFLICT, Severity.CONFLICT);
        ServicePolicy policy = loaded.policies().of("A").orElseThrow();
        assertThat(policy.owns(process(1))).isPresent();
        assertThat(policy.owns(labelled(2, "label"))).isEmpty();
    }

    @Test
    void absentOwnerMatchesNobodyAndAnAbsentLabelNothing() throws IOException {
        write(first, "a", "{\"identity\":\"label\",\"own\":[\"A\"],\"request\":[\"A\",\"B\"]}");

        Policies policies = load().policies();

        assertThat(policies.of("A").orElseThrow().owns(process(0))).isEmpty();
        assertThat(policies.of("A").orElseThrow().requests(process(0))).isEmpty();
        assertThat(policies.of("B").orElseThrow().owns(labelled(0, "label"))).isEmpty();
        assertThat(policies.nameLabels()).isTrue();
    }

    @Test
    void ruleForAGuestAsksNoLabelOfProcesses() throws IOException {
        write(first, "a", "{\"identity\":\"vm:guest\",\"own\":[\"A\"]}", requests("u7", "A"));

        assertThat(load().policies().nameLabels()).isFalse();
    }

    @Test
    void userAndIdentityBothGrantAndEitherSuffices() throws IOException {
        write(first, "a", requests("u7", "A"), "{\"identity\":\"label\",\"request\":[\"A\"]}");

        ServicePolicy policy = load().policies().of("A").orElseThrow();

        assertThat(policy.requests(process(7))).isPresent();
        assertThat(policy.requests(labelled(8, "label"))).isPresent();
        assertThat(policy.requests(labelled(7, "other"))).isPresent();
        assertThat(policy.requests(labelled(8, "other"))).isEmpty();
    }

    @Test
    void rejectedFileTakesNoOtherWithItAndLaterOnesStillMerge() throws IOException {
        write(first, "a", owns("u1", "A"));
        write(first, "b", owns("u2", "B"), requests("u2", "A"), "{}");
        write(first, "c", requests("u3", "A"), owns("u3", "B"));

        Loaded loaded = load();

        assertThat(loaded.sound()).isFalse();
        assertThat(loaded.findings())
                .extracting(Finding::toString)
                .containsExactly(
                        first.resolve("b")
                                + ":4:1: error: the object needs one of user, identity and bundle");
        assertThat(owner(loaded, "B")).contains("user u3");
        assertThat(requesters(loaded, "A")).containsExactly("user u3");
    }

    @Test
    void warningsAloneAreSound() throws IOException {
        write(first, "a", "{\"user\":\"u1\"}");

        assertThat(load().sound()).isTrue();
        assertThat(load().findings()).hasSize(1);
    }

    @Test
    void nonsenseIsReportedAndPassedOver() throws Exception {
        Files.write(first.resolve("a-binary"), new byte[] {'[', '\n', 'x', (byte) 0xC0, 0});
        Files.write(first.resolve("b-cut"), new byte[] {(byte) 0xE2, (byte) 0x82});
        Files.write(first.resolve("c-wide"), "[]".getBytes(StandardCharsets.UTF_16));
        Files.write(first.resolve("d-large"), new byte[10 << 20]);
        Files.createSymbolicLink(first.resolve("e-link"), first.resolve("nowhere"));
        Files.createSymbolicLink(first.resolve("f-loop"), first.resolve("f-loop"));
        makePipe(first.resolve("g-pipe"));
        write(first, "h\u001b[2J", "{}");
        write(first, "i-good", owns("u1", "A"));

        Loaded loaded = load();

        assertThat(loaded.policies().services()).containsOnlyKeys("A");
        assertThat(loaded.findings())
                .extracting(Finding::toString)
                .allSatisfy(text -> assertThat(text).isPrintable())
                .extracting(text -> text.substring(first.toString().length() + 1))
                .containsExactly(
                        "a-binary:2:2: error: is not UTF-8 here",
                        "b-cut:1:1: error: is not UTF-8 here",
                        "c-wide:1:1: error: is not UTF-8 here",
                        "d-large: error: is longer than 1048576 bytes",
                        "e-link: error: is a link to no file",
                        "f-loop: error: is a link to no file",
                        "h\\u001b[2J:2:1: error: the object needs one of user, identity and"
                                + " bundle");
    }

    /** Opening it would wait for ever. */
    private static void makePipe(Path path) throws Exception {
        Process made = new ProcessBuilder("mkfifo", path.toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
    }

    @Test
    void fileThatFailsWhileItIsReadIsReported() throws IOException {
        Path file = Files.createSymbolicLink(first.resolve("a"), Path.of("/proc/self/mem"));

        Loaded loaded = load();
        Files.delete(file);

        assertThat(loaded.findings())
                .extracting(Finding::toString)
                .singleElement()
                .asString()
                .startsWith(file + ": error: cannot be read: IOException ");
    }

    @Test
    void unreadableFileAndDirectoryAreReported() throws IOException {
        write(first, "a", owns("u1", "A"));
        write(second, "b", owns("u2", "B"));
        Files.setPosixFilePermissions(
                first.resolve("a"), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(second, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(first.resolve("a")), "root may read every file");

            assertThat(load().findings())
                    .extracting(Finding::toString)
                    .containsExactly(
                            first.resolve("a")
                                    + ": error: cannot be read: AccessDeniedException "
                                    + first.resolve("a"),
                            second + ": error: cannot be listed: AccessDeniedException " + second);
        } finally {
            Files.setPosixFilePermissions(second, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void fileInThePlaceOfADirectoryIsReported() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "[]");

        Loaded loaded = PolicyLoader.load(List.of(file), USERS);

        assertThat(loaded.findings())
                .extracting(Finding::toString)
                .containsExactly(file + ": error: cannot be listed: NotDirectoryException " + file);
    }

    @Test
    void numberOfFilesIsBoundedAndTheFirstByNameAreRead() throws IOException {
        for (int i = 0; i < PolicyLoader.FILES_LIMIT + 5; i++) {
            write(first, "f%04d".formatted(i), owns("u1", "A" + i));
        }

        Loaded loaded = load();

        assertThat(loaded.policies().services())
                .hasSize(PolicyLoader.FILES_LIMIT)
                .containsKey("A" + (PolicyLoader.FILES_LIMIT - 1));
        assertThat(loaded.findings())
                .extracting(Finding::toString)
                .containsExactly(first + ": error: holds over 1000 entries; the rest is not read");
    }

    @Test
    void bytesOfAllFilesTogetherAreBounded() throws IOException {
        String blanks = " ".repeat(PolicyLoader.FILE_LIMIT_BYTES - 2);
        for (int i = 0; i < 5; i++) {
            Files.writeString(first.resolve("f" + i), "[" + blanks + "]");
        }
        write(second, "a", owns("u1", "A"));

        Loaded loaded = load();

        assertThat(loaded.findings())
                .extracting(Finding::file)
                .containsExactly(first.resolve("f4").toString(), second.resolve("a").toString());
    }

    @Test
    void reloadIsHinderedByErrorsAndNewConflictsOnly() throws IOException {
        write(first, "a", owns("u1", "A"), owns("u1", "B"));
        write(first, "b", owns("u2", "A"));
        Loaded before = load();
        write(first, "b", "{\"user\":\"u9\"}", owns("u2", "A"));
        assertThat(load().obstacles(before)).isEmpty();

        write(first, "c", owns("u2", "B"));
        write(first, "d", "{}");

        assertThat(load().obstacles(before))
                .extracting(Finding::file, Finding::severity)
                .containsExactly(
                        tuple(first.resolve("c").toString(), Severity.CONFLICT),
                        tuple(first.resolve("d").toString(), Severity.ERROR));
    }

    @Test
    void testDirectoryCountsInDeveloperModeOnly() throws IOException {
        Path root = folder.resolve("root");
        List<Path> usual =
                List.of(root.resolve("etc/mojo/service_manager/policy"), first.resolve("policy"));

        assertThat(PolicyDirectories.of(root, first)).isEqualTo(usual);
        for (String other :
                List.of("name=x\n", "developer_mode=false\n", "x.developer_mode=true\n", "\0")) {
            Files.writeString(first.resolve("profile"), other);
            assertThat(PolicyDirectories.of(root, first)).isEqualTo(usual);
        }
        Files.write(first.resolve("profile"), new byte[] {(byte) 0xC0, '\n'});
        assertThat(PolicyDirectories.of(root, first)).isEqualTo(usual);

        Files.writeString(first.resolve("profile"), "a=b\ndeveloper_mode=true\nname=x\n");

        assertThat(PolicyDirectories.of(root, first))
                .startsWith(usual.toArray(Path[]::new))
                .endsWith(root.resolve("usr/local/etc/mojo/service_manager/policy"))
                .hasSize(3);
    }
}
