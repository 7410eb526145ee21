package io.armature.itest.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tests in guests rely on. */
@Tag("long")
class GuestTest {

    private static final int MEGABYTES = 256;

    @TempDir private Path folder;

    @BeforeEach
    void possible() {
        Optional<String> hindrance = GuestParts.hindrance();
        assumeTrue(hindrance.isEmpty(), () -> hindrance.orElse(""));
    }

    private Guest guest(Duration limit) throws Exception {
        Path files = RootFiles.bare().text("/etc/word", "hello\n").write(folder.resolve("files"));
        return Guest.start(new Guest.Plan(files, List.of("quiet"), MEGABYTES, limit), folder);
    }

    @Test
    void commandsRunBesideEachOtherAndTellTheirLinesAndStatus() throws Exception {
        try (Guest guest = guest(Duration.ofMinutes(2))) {
            GuestProcess echo = guest.begin("while read -r word; do echo \"heard $word\"; done");
            assertThat(guest.run("cat /etc/word; printf '7=x'; exit 3"))
                    .isEqualTo(new Outcome(3, List.of("hello", "7=x")));
            echo.tell("one two");
            echo.tell("*");
            assertThat(echo.await("heard *")).isEqualTo("heard *");
            echo.kill();
            assertThat(echo.ended())
                    .isEqualTo(new Outcome(137, List.of("heard one two", "heard *")));
            assertThat(guest.run("cat /proc/cmdline").ok().text()).contains(" quiet");
        }
    }

    @Test
    void guestSwitchesItselfOffAfterItsTime() throws Exception {
        try (Guest guest = guest(Duration.ofSeconds(1))) {
            GuestProcess endless = guest.begin("sleep 100");
            assertThatThrownBy(endless::ended)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the guest ended before");
            assertThat(guest.console()).contains("the time is over");
        }
    }
}
