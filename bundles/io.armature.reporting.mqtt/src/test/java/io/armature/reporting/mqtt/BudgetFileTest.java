package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an hour has used is still used after a restart. */
class BudgetFileTest {

    private static final int[] SHARES = {50, 30, 20};

    @TempDir Path folder;
    private final HandClock clock = new HandClock();
    private final PlainFiles files = new PlainFiles();
    private ByteBudget budget;
    private BudgetFile file;

    private void start(String boot) {
        budget = new ByteBudget(1_000, SHARES, clock);
        file =
                new BudgetFile(
                        new BudgetFile.Place(folder.resolve(BudgetFile.NAME), boot),
                        budget,
                        files,
                        clock,
                        Runnable::run);
    }

    private void take(int rank, long bytes) {
        budget.take(rank, bytes);
        file.changed();
    }

    @Test
    void whatWasUsedStaysUsedOverAStopUntilItsHourIsOver() {
        start("a");
        take(0, 600);
        clock.advance(Duration.ofMinutes(30));
        take(2, 200);
        file.close();
        clock.advance(Duration.ofMinutes(10));
        start("a");
        assertThat(budget.allows(0, 200)).isTrue();
        assertThat(budget.allows(0, 201)).isFalse();
        assertThat(budget.allows(2, 1)).isFalse();
        clock.advance(Duration.ofMinutes(22));
        assertThat(budget.allows(0, 800)).isTrue();
        assertThat(budget.allows(0, 801)).isFalse();
        clock.advance(Duration.ofMinutes(30));
        assertThat(budget.allows(0, 1_000)).isTrue();
        assertThat(budget.allows(2, 200)).isTrue();
    }

    @Test
    void crashForgetsAMinuteAtMost() {
        start("a");
        take(0, 300);
        clock.advance(BudgetFile.WRITE_AFTER);
        take(0, 500);
        clock.advance(BudgetFile.WRITE_AFTER.minusSeconds(1));
        start("a");
        assertThat(budget.allows(0, 700)).isTrue();
        assertThat(budget.allows(0, 701)).isFalse();
    }

    @Test
    void itIsWrittenOnceAMinuteAtMostAndNotAtAllWhenNothingGoes() throws Exception {
        start("a");
        clock.advance(Duration.ofHours(1));
        assertThat(folder).isEmptyDirectory();
        assertThat(clock.pending()).isZero();
        for (int i = 0; i < 59; i++) {
            take(1, 1);
            clock.advance(Duration.ofSeconds(1));
            assertThat(folder).isEmptyDirectory();
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(Files.readString(folder.resolve(BudgetFile.NAME))).contains("used 1 1 59\n");
        assertThat(clock.pending()).isZero();
    }

    @Test
    void afterARestartOfTheMachineNoTimeHasPassed() {
        start("a");
        take(0, 1_000);
        file.close();
        clock.advance(Duration.ofMinutes(59));
        start("b");
        assertThat(budget.allows(0, 1)).isFalse();
        clock.advance(Duration.ofMinutes(60));
        assertThat(budget.allows(0, 1)).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(budget.allows(0, 1_000)).isTrue();
    }

    @Test
    void damagedFileIsAsGoodAsNone() throws Exception {
        String[] bad = {
            "",
            "x",
            "armature-budget 1\n",
            "armature-budget 1\nboot a\nnanos x\n",
            "armature-budget 1\nboot a\nnanos 0\nused 0 0\n",
            "armature-budget 1\nboot a\nnanos 0\nused 0 0 900\nused 9 0 1\n",
            "armature-budget 1\nboot a\nnanos 0\nused 0 -1 900\n",
            "armature-budget 1\nboot a\nnanos 0\nused 0 0 -900\n",
            "armature-budget 1\nboot a\nnanos 0\nused 0 0 99999999999999999999\n",
            "armature-budget 1\nboot a\nnanos 0\n" + "used 0 0 1\n".repeat(2_000),
        };
        for (String content : bad) {
            Files.writeString(folder.resolve(BudgetFile.NAME), content);
            start("a");
            assertThat(budget.allows(0, 1_000)).as(content).isTrue();
            take(0, 1);
            file.close();
        }
        Files.writeString(
                folder.resolve(BudgetFile.NAME),
                "armature-budget 1\nboot a\nnanos "
                        + Long.MIN_VALUE
                        + "\nused 0 9223372036854775800 900\n");
        start("a");
        assertThat(budget.allows(0, 1_000)).isTrue();
    }

    @Test
    void diskThatFailsIsTriedAgain() {
        start("a");
        files.failing(true);
        take(0, 1_000);
        clock.advance(BudgetFile.WRITE_AFTER);
        files.failing(false);
        clock.advance(BudgetFile.WRITE_AFTER);
        start("a");
        assertThat(budget.allows(0, 1)).isFalse();
    }

    @Test
    void noHourHasMoreThanTheBudgetHoweverOftenItIsStopped() {
        Random random = new Random(5);
        Deque<long[]> sent = new ArrayDeque<>();
        long now = 0;
        long total = 0;
        start("a");
        for (int i = 0; i < 5_000; i++) {
            if (random.nextInt(10) == 0) {
                file.close();
                start(random.nextInt(3) == 0 ? "b" + i : "a");
            }
            int rank = random.nextInt(3);
            int bytes = 1 + random.nextInt(100);
            if (budget.allows(rank, bytes)) {
                take(rank, bytes);
                sent.add(new long[] {now, bytes});
                total += bytes;
            }
            while (!sent.isEmpty() && now - sent.peek()[0] >= 3_600_000) {
                total -= sent.remove()[1];
            }
            assertThat(total).as("seed 5, step %d", i).isLessThanOrEqualTo(1_000);
            int pause = random.nextInt(60_000);
            clock.advance(Duration.ofMillis(pause));
            now += pause;
        }
    }
}
