package io.armature.services.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GetentUsersTest {

    private static final long TIMEOUT_MILLIS = 30_000;

    @TempDir Path folder;

    /** A program that writes down what it is asked, and then does as it is told. */
    private GetentUsers users(String script, long timeoutMillis) throws IOException {
        Path program = folder.resolve("getent");
        Files.writeString(
                program, "#!/bin/sh\necho \"$@\" >>" + folder.resolve("asked") + "\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new GetentUsers(program.toString(), timeoutMillis);
    }

    private Path asked() {
        return folder.resolve("asked");
    }

    @Test
    void machinesOwnProgramKnowsRoot() throws IOException {
        assertThat(new GetentUsers().uid("root")).hasValue(0);
        assertThat(new GetentUsers().uid("no-such-user")).isEmpty();
    }

    @Test
    void nameIsAskedForOnce() throws IOException {
        GetentUsers users = users("echo \"$2:*:70000:5::/:\"", TIMEOUT_MILLIS);

        assertThat(users.uid("far")).hasValue(70_000);
        assertThat(users.uid("far")).hasValue(70_000);

        assertThat(asked()).hasContent("passwd far\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "12", "-s", "--help", "a:b", "a b", "a\nb", "../a", "a/b"})
    void oddNameIsNotAskedFor(String name) throws IOException {
        assertThat(users("echo \"$2:*:7:5::/:\"", TIMEOUT_MILLIS).uid(name)).isEmpty();

        assertThat(asked()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"exit 2", "true", "echo other:x:7:7::/:", "echo far:x:-1:7::/:", "echo far"})
    void otherAnswerIsNoUser(String script) throws IOException {
        assertThat(users(script, TIMEOUT_MILLIS).uid("far")).isEmpty();
    }

    @Test
    void failureIsSaid() throws IOException {
        assertThatThrownBy(() -> users("exit 3", TIMEOUT_MILLIS).uid("far"))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("getent ended with 3");
        assertThatThrownBy(() -> users("exec sleep 60", 50).uid("far"))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("getent does not answer");
        assertThatThrownBy(() -> new GetentUsers("/no/getent", TIMEOUT_MILLIS).uid("far"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whoDoesNotAnswerIsNotAskedAgain() throws IOException {
        GetentUsers users = users("exec sleep 60", 50);
        for (int i = 0; i < 20; i++) {
            String name = "far" + i;
            assertThatThrownBy(() -> users.uid(name)).hasMessageEndingWith("does not answer");
        }

        assertThat(Files.exists(asked()) ? Files.readAllLines(asked()) : List.of())
                .doesNotContain("passwd far1");
    }

    @Test
    void timeOfAllAnswersTogetherIsBounded() throws IOException {
        GetentUsers users = users("sleep 0.2; exit 2", 1_000);

        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 20; i++) {
                                users.uid("slow" + i);
                            }
                        })
                .hasMessageEndingWith("does not answer");
    }

    @Test
    void numberOfNamesIsBounded() throws IOException {
        GetentUsers users = users("exit 2", TIMEOUT_MILLIS);
        for (int i = 0; i < GetentUsers.NAMES_LIMIT; i++) {
            assertThat(users.uid("u" + i)).isEmpty();
        }

        assertThatThrownBy(() -> users.uid("other"))
                .hasMessage("over 32 users are not in /etc/passwd");
        assertThat(users.uid("u5")).isEmpty();
    }
}
