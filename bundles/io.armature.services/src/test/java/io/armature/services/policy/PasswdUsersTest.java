package io.armature.services.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswdUsersTest {

    private static final String FILE =
            """
            root:x:0:0:root:/root:/bin/sh
            daemon:x:1:1::/:/bin/false
            root:x:5:5:second of the name:/:/bin/false
            big:x:4294967294:1::/:/bin/false
            """;

    @TempDir Path folder;

    private Users users(String text) throws IOException {
        return new PasswdUsers(Files.writeString(folder.resolve("passwd"), text));
    }

    @Test
    void knowsTheFirstEntryOfAName() throws IOException {
        Users users = users(FILE);

        assertThat(users.uid("root")).hasValue(0);
        assertThat(users.uid("daemon")).hasValue(1);
        assertThat(users.uid("big")).hasValue(4294967294L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Root", "root:x", "0", "roo", "daemon\n"})
    void knowsNoOther(String name) throws IOException {
        assertThat(users(FILE).uid(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a:x:1",
                ":x:1:1::/:",
                "a:x::1::/:",
                "a:x:-1:1::/:",
                "a:x:4294967295:1::/:",
                "a:x:99999999999:1::/:",
                "a:x:\u0661:1::/:",
                "+::::::"
            })
    void linesThatNameNoUserArePassedOver(String line) throws IOException {
        Users users = users(line + "\nb:x:2:2::/:\n");

        assertThat(users.uid("a")).isEmpty();
        assertThat(users.uid("")).isEmpty();
        assertThat(users.uid("b")).hasValue(2);
    }

    @Test
    void bytesThatAreNoTextDoNotMatter() throws IOException {
        Path file = folder.resolve("passwd");
        Files.write(file, new byte[] {(byte) 0xff, ':', '\n', 'b', ':', 'x', ':', '2', ':', '2'});

        assertThat(new PasswdUsers(file).uid("b")).hasValue(2);
    }

    @Test
    void fileIsReadAtTheFirstQuestion() throws IOException {
        Users users = new PasswdUsers(folder.resolve("passwd"));

        assertThatThrownBy(() -> users.uid("root")).isInstanceOf(NoSuchFileException.class);
        users(FILE);

        assertThat(users.uid("root")).hasValue(0);
    }

    @Test
    void othersAreAskedForNamesThatAreNotFound() throws IOException {
        Users users =
                users(FILE)
                        .or(name -> name.equals("far") ? OptionalLong.of(9) : OptionalLong.empty());

        assertThat(users.uid("daemon")).hasValue(1);
        assertThat(users.uid("far")).hasValue(9);
        assertThat(users.uid("none")).isEmpty();
    }
}
