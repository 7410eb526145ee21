package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.HandClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    private final HandClock clock = new HandClock(Instant.EPOCH, Long.MAX_VALUE - 5_000_000_000L);
    private final ByteBudget budget = new ByteBudget(1_000, new int[] {50, 30, 20}, clock);

    @Test
    void ranksBorrowFromThoseBelowAndNeverFromThoseAbove() {
        budget.take(2, 200);
        assertThat(budget.allows(2, 1)).isFalse();
        assertThat(budget.allows(1, 300)).isTrue();
        assertThat(budget.allows(1, 301)).isFalse();
        assertThat(budget.allows(0, 800)).isTrue();
        assertThat(budget.allows(0, 801)).isFalse();
        budget.take(0, 800);
        assertThat(budget.allows(1, 1)).as("the upper one has borrowed it").isFalse();
    }

    @Test
    void upperShareStaysFreeForIt() {
        budget.take(1, 500);
        assertThat(budget.allows(1, 1)).isFalse();
        assertThat(budget.allows(2, 1)).isFalse();
        assertThat(budget.allows(0, 500)).isTrue();
    }

    @Test
    void packetLargerThanItsShareGoesWhenNothingElseWent() {
        assertThat(budget.allows(2, 5_000)).isTrue();
        budget.take(2, 5_000);
        assertThat(budget.allows(0, 1)).isFalse();
        clock.advance(Duration.ofMinutes(61));
        assertThat(budget.allows(0, 1_000)).isTrue();
    }

    @Test
    void jumpsOfTheClockChangeNothing() {
        budget.take(0, 1_000);
        clock.jumpTo(Instant.parse("2100-01-01T00:00:00Z"));
        assertThat(budget.allows(0, 1)).isFalse();
        clock.jumpTo(Instant.EPOCH);
        clock.advance(Duration.ofMinutes(61));
        assertThat(budget.allows(0, 1_000)).isTrue();
    }

    @Test
    void noHourHasMoreThanTheBudget() {
        Random random = new Random(7);
        Deque<long[]> sent = new ArrayDeque<>();
        long now = 0;
        long total = 0;
        for (int i = 0; i < 20_000; i++) {
            int rank = random.nextInt(3);
            int bytes = 1 + random.nextInt(100);
            if (budget.allows(rank, bytes)) {
                budget.take(rank, bytes);
                sent.add(new long[] {now, bytes});
                total += bytes;
            }
            while (!sent.isEmpty() && now - sent.peek()[0] >= 3_600_000) {
                total -= sent.remove()[1];
            }
            assertThat(total).as("seed 7, step %d", i).isLessThanOrEqualTo(1_000);
            int pause = random.nextInt(60_000);
            clock.advance(Duration.ofMillis(pause));
            now += pause;
        }
    }

    @Test
    void noBudgetIsNoLimitAndSharesAreChecked() {
        ByteBudget none = new ByteBudget(0, new int[] {100}, clock);
        none.take(0, Long.MAX_VALUE / 2);
        assertThat(none.allows(0, Long.MAX_VALUE)).isTrue();
        assertThatThrownBy(() -> new ByteBudget(1, new int[] {50, 51}, clock))
                .hasMessageContaining("100 together, were [50, 51]");
    }
}
