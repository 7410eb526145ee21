package io.armature.boot.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.boot.timeline.BootRecord;
import io.armature.platform.api.testing.HandClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationProcessTest {

    @TempDir private Path folder;

    private final BootRecord record = new BootRecord(new ConcurrentHashMap<>());
    private final FakeLauncher launcher = new FakeLauncher();
    private final HandClock clock = new HandClock(Instant.EPOCH, 0);
    private final Random random = new Random(7);

    private ApplicationProcess process() {
        return new ApplicationProcess(
                new ApplicationProcess.Program(
                        List.of("/opt/app"), Path.of("/root"), Path.of("/log")),
                launcher,
                clock,
                random::nextBytes,
                record,
                Runnable::run);
    }

    private boolean redeem(String token) {
        return new ApplicationToken(record).redeem(token);
    }

    @Test
    void tokenCountsOnceAndOnlyTheLatest() {
        process().start();
        String first = launcher.token();
        assertThat(first).matches("[0-9a-f]{64}");
        assertThat(redeem("")).isFalse();
        assertThat(redeem(first.substring(1) + "x")).isFalse();
        assertThat(redeem(first)).isTrue();
        assertThat(redeem(first)).isFalse();
        launcher.last().end(1);
        String second = launcher.token();
        assertThat(second).isNotEqualTo(first);
        assertThat(redeem(first)).isFalse();
        assertThat(redeem(second)).isTrue();
    }

    @Test
    void logIsCutWhileTheProcessRunsAndNotLookedAtOnceItIsLeft() throws Exception {
        Path log = folder.resolve("application.log");
        Files.write(log, new byte[(4 << 20) + 1]);
        ApplicationProcess process =
                new ApplicationProcess(
                        new ApplicationProcess.Program(List.of("/opt/app"), Path.of("/root"), log),
                        launcher,
                        clock,
                        random::nextBytes,
                        record,
                        Runnable::run);
        process.start();
        assertThat(log).isEmptyFile();
        Files.write(log, new byte[(4 << 20) + 2]);
        clock.advance(Duration.ofSeconds(10));
        assertThat(log).isEmptyFile();
        assertThat(folder.resolve("application.log.1")).hasSize(4 << 20);
        process.leave();
        clock.advance(Duration.ofSeconds(20));
        assertThat(clock.pending()).isZero();
    }

    @Test
    void nothingIsStartedAfterAStop() {
        ApplicationProcess process = process();
        process.stop();
        process.start();
        assertThat(launcher.children()).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void tokenItselfIsNotKept() {
        ConcurrentHashMap<String, Object> facts = new ConcurrentHashMap<>();
        String token = new ApplicationToken(new BootRecord(facts)).issue(random::nextBytes);
        assertThat(facts.toString()).doesNotContain(token);
    }

    @Test
    void seventhEndWithinAMinuteIsTheLast() {
        process().start();
        for (int i = 0; i < 6; i++) {
            clock.advance(Duration.ofSeconds(1));
            launcher.last().end(139);
        }
        assertThat(launcher.children()).hasSize(7);
        clock.advance(Duration.ofSeconds(1));
        launcher.last().end(139);
        assertThat(launcher.children()).hasSize(7);
        assertThat(record.failures().get("application")).contains("7 times", "139");
    }

    @Test
    void endsFarApartAreAlwaysAnswered() {
        process().start();
        for (int i = 0; i < 50; i++) {
            clock.advance(Duration.ofSeconds(11));
            launcher.last().end(1);
        }
        assertThat(launcher.children()).hasSize(51);
        assertThat(record.failures()).isEmpty();
    }

    @Test
    void logoutRestartsWithoutLimitAndDoesNotCountAsAnEnd() {
        process().start();
        for (int i = 0; i < 50; i++) {
            launcher.last().end(0);
        }
        assertThat(launcher.children()).hasSize(51);
        for (int i = 0; i < 6; i++) {
            launcher.last().end(1);
        }
        assertThat(launcher.children()).hasSize(57);
        assertThat(record.failures()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void exitsThatAskForItAreNeverAnsweredByAStart(int status) {
        process().start();
        launcher.last().end(status);
        assertThat(launcher.children()).hasSize(1);
        assertThat(record.failures().get("application")).contains("status " + status);
        process().start();
        assertThat(launcher.children()).hasSize(1);
    }

    @Test
    void updatedSupervisorTakesTheProcessOver() {
        ApplicationProcess old = process();
        old.start();
        FakeLauncher.FakeChild running = launcher.last();
        old.leave();
        process().start();
        assertThat(launcher.children()).containsExactly(running);
        assertThat(running.stopped()).isFalse();
        running.end(1);
        assertThat(launcher.children()).hasSize(2);
    }

    @Test
    void processThatEndedDuringAnUpdateIsStartedAgainAndCounted() {
        ApplicationProcess old = process();
        old.start();
        old.leave();
        launcher.last().end(1);
        assertThat(launcher.children()).hasSize(1);
        process().start();
        assertThat(launcher.children()).hasSize(2);
        assertThat(record.text("application-ends")).isEqualTo("0");
    }

    @Test
    void updatedSupervisorStaysGivenUp() {
        ApplicationProcess old = process();
        old.start();
        for (int i = 0; i < 7; i++) {
            launcher.last().end(1);
        }
        old.leave();
        clock.advance(Duration.ofSeconds(1_000));
        process().start();
        assertThat(launcher.children()).hasSize(7);
    }

    @Test
    void stopEndsItForGood() {
        ApplicationProcess process = process();
        process.start();
        process.stop();
        assertThat(launcher.last().stopped()).isTrue();
        launcher.last().end(143);
        assertThat(launcher.children()).hasSize(1);
    }

    @Test
    void programThatCannotBeStartedIsAFault() {
        launcher.failing(true);
        process().start();
        assertThat(record.failures().get("application")).contains("cannot be started");
    }

    @Test
    void applicationIsWhatTheLockSays() {
        assertThat(Application.parse("bundle io.armature.console"))
                .isEqualTo(new Application.OfBundle("io.armature.console"));
        assertThat(Application.parse("process kiosk"))
                .isEqualTo(new Application.OfProcess("kiosk"));
        assertThat(Application.parse("none")).isEqualTo(new Application.None());
        assertThat(Application.parse(null)).isEqualTo(new Application.None());
        assertThatThrownBy(() -> Application.parse("bundle "))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Application.parse("kiosk"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
