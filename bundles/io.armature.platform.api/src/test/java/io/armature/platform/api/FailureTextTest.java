package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTextTest {

    @TempDir Path folder;

    private static String text(ThrowingCallable fails) {
        return FailureText.of(catchThrowable(fails));
    }

    @Test
    void whatTheSystemSaysOfAFileHasAReason() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path absent = folder.resolve("absent");
        assertThat(text(() -> Files.readString(absent)))
                .isEqualTo(absent + ": no such file or directory");
        assertThat(text(() -> Files.newDirectoryStream(file)))
                .isEqualTo(file + ": is no directory");
        assertThat(text(() -> Files.delete(folder))).isEqualTo(folder + ": is not empty");
        assertThat(text(() -> Files.createFile(file))).isEqualTo(file + ": is there already");
        assertThat(FailureText.of(new AccessDeniedException("/secret")))
                .isEqualTo("/secret: permission denied");
    }

    @Test
    void aReasonThatIsThereStays() {
        assertThat(FailureText.of(new FileSystemException("/a", null, "Input/output error")))
                .isEqualTo("/a: Input/output error");
        assertThat(FailureText.of(new IOException("too long"))).isEqualTo("too long");
    }

    @Test
    void whatSaysNothingIsNamed() {
        assertThat(FailureText.of(new IOException())).isEqualTo("IOException");
        assertThat(FailureText.of(new FileSystemException(null))).isEqualTo("FileSystemException");
        assertThat(FailureText.of(new IOException(" "))).isEqualTo("IOException");
    }
}
