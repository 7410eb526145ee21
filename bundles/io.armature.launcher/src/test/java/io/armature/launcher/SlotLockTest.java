package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotLockTest {

    private static final String DIGEST =
            "3e1533d0321f8815eef46750aee0111b41554f9a4644c3c4d2d404744b09f60f";
    private static final String HEAD =
            "armature-lock 1\nversion 0.1.0\nprofile generic\napplication none\n";
    private static final String BUNDLE = "bundle 20 " + DIGEST + " a.b 1.0.0 bundles/a.b.jar\n";

    @Test
    void readsFilesAndBundlesInOrder() throws LaunchException {
        SlotLock lock =
                parse(
                        HEAD.replace("none", "bundle a.b")
                                + "file "
                                + DIGEST
                                + " lib/x.jar\nbundle 40 "
                                + DIGEST
                                + " z 2.0.0 bundles/z.jar\n"
                                + BUNDLE);

        assertThat(lock.version()).isEqualTo("0.1.0");
        assertThat(lock.profile()).isEqualTo("generic");
        assertThat(lock.application()).isEqualTo("bundle a.b");
        assertThat(lock.bundles())
                .extracting(SlotLock.LockedBundle::symbolicName)
                .containsExactly("z", "a.b");
        assertThat(lock.bundles()).extracting(SlotLock.LockedBundle::level).containsExactly(40, 20);
        assertThat(lock.everyFile())
                .extracting(SlotLock.LockedFile::path)
                .containsExactly("lib/x.jar", "bundles/z.jar", "bundles/a.b.jar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../A/lock",
                "lib/../../x",
                "lib//x",
                "lib/",
                ".hidden",
                "lib/.x",
                "lock",
                "lib\\x"
            })
    void refusesPathsThatLeaveTheSlot(String path) {
        assertRefused(HEAD + "file " + DIGEST + " " + path + "\n" + BUNDLE, "lock line 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "101", "1000", "1x", "", "99999999999999999999", "٢"})
    void refusesLevelsOutsideTheTable(String level) {
        assertRefused(HEAD + BUNDLE.replace("20", level), "lock line 5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "armature-lock 2\\n|lock line 1",
                "armature-lock 1\\nversion 1\\nversion 2\\n|lock line 3: second 'version'",
                "armature-lock 1\\nmode 1\\n|unknown word 'mode'",
                "armature-lock 1\\nversion\\n|'version' takes 1 words",
                "armature-lock 1\\nversion  1\\n|empty word",
                "armature-lock 1\\n\\n|lock line 2: empty word",
                "armature-lock 1\\nversion 1\\t2\\n|control character",
                "armature-lock 1\\nversion 1\\r\\n|control character",
                "armature-lock 1\\napplication shell x\\n|application is not",
                "armature-lock 1\\nfile abc x\\n|is no SHA-256",
                "armature-lock 1|cut off",
                "armature-lock 1\\nversion 1\\n|lacks version, profile or application"
            })
    void refusesWhatItDoesNotUnderstandNamingTheLine(String text, String reason) {
        assertRefused(text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r"), reason);
    }

    @Test
    void refusesAnUpperCaseDigest() {
        assertRefused(HEAD + BUNDLE.replace("3e15", "3E15"), "is no SHA-256");
    }

    @Test
    void refusesTheSamePathTwice() {
        assertRefused(
                HEAD + "file " + DIGEST + " bundles/a.b.jar\n" + BUNDLE,
                "second 'bundles/a.b.jar'");
    }

    @Test
    void refusesTheSameBundleTwice() {
        assertRefused(
                HEAD + BUNDLE + BUNDLE.replace("bundles/a.b", "bundles/c"), "second bundle 'a.b'");
    }

    @Test
    void refusesALockWithoutBundles() {
        assertRefused(HEAD, "names no bundle");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] content = (HEAD + BUNDLE).getBytes(StandardCharsets.UTF_8);
        content[20] = (byte) 0xff;

        assertThatThrownBy(() -> SlotLock.parse(content)).hasMessageContaining("not UTF-8");
    }

    @Test
    void refusesEveryTruncation() throws LaunchException {
        String whole = HEAD + BUNDLE;
        parse(whole);

        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> parse(cut)).isInstanceOf(LaunchException.class);
        }
    }

    private static SlotLock parse(String text) throws LaunchException {
        return SlotLock.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(String text, String reason) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        LaunchException.class,
                        e -> assertThat(e.status()).isEqualTo(ExitStatus.SLOT_REFUSED))
                .hasMessageContaining(reason);
    }
}
