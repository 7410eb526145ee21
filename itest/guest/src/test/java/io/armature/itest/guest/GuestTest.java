package io.armature.itest.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

    private Guest guest(Duration limit, GuestDevice... devices) throws Exception {
        Path files = RootFiles.bare().text("/etc/word", "hello\n").write(folder.resolve("files"));
        return Guest.start(
                new Guest.Plan(files, List.of("quiet"), MEGABYTES, limit, List.of(devices)),
                folder);
    }

    @Test
    void guestThatStopsWhileItStartsIsStartedAgain() throws Exception {
        Stubborn device = new Stubborn(2);
        try (Guest guest = guest(Duration.ofMinutes(5), device)) {
            assertThat(guest.run("cat /etc/word").ok().lines()).containsExactly("hello");
            assertThat(device.tried).hasSize(3).doesNotHaveDuplicates().last().isSameAs(guest);
            assertThat(device.resets).isEqualTo(3);
        }
    }

    @Test
    void guestThatNeverStartsFailsAfterThreeTries() {
        Stubborn device = new Stubborn(Integer.MAX_VALUE);
        assertThatThrownBy(() -> guest(Duration.ofMinutes(5), device))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the guest ended before");
        assertThat(device.tried).hasSize(3);
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

    /** What is sent while the last command ends is not lost, not even a part of it. */
    @Test
    void commandsThatFollowAtOnceAreObeyed() throws Exception {
        String words = "x".repeat(200);
        try (Guest guest = guest(Duration.ofMinutes(4))) {
            for (int number = 0; number < 100; number++) {
                assertThat(guest.run("echo " + number + words).ok().lines())
                        .containsExactly(number + words);
            }
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

    /** Ends so many guests that want to use it. */
    private static final class Stubborn implements GuestDevice {
        private final int failures;
        private final List<Guest> tried = new ArrayList<>();
        private int resets;

        Stubborn(int failures) {
            this.failures = failures;
        }

        @Override
        public List<String> arguments() {
            return List.of();
        }

        @Override
        public void reset() {
            resets++;
        }

        @Override
        public void load(Guest guest) throws IOException, InterruptedException {
            tried.add(guest);
            guest.run(tried.size() <= failures ? "poweroff -f; sleep 100" : "true").ok();
        }
    }
}
