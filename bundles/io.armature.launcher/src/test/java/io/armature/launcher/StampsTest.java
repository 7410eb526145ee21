package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StampsTest {

    @Test
    void readsUptimeAsNanoseconds() {
        assertThat(Stamps.hundredths("2333.93 4401.22", 0)).isEqualTo(2_333_930_000_000L);
    }

    @Test
    void refusesUptimeWithoutHundredths() {
        assertThatThrownBy(() -> Stamps.hundredths("12", 0)).hasMessageContaining("12");
    }

    @Test
    void findsTheStartTimeBehindANameWithBlanksAndParentheses() {
        String stat = "77 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987654 20 21";

        assertThat(Stamps.startTicks(stat)).isEqualTo(987_654);
    }

    @Test
    void jvmStartedBeforeNowAndAfterItsStub() {
        Stamps stamps = new Stamps();
        long before = System.nanoTime();

        stamps.addProcess("1.00");

        String[] pairs = stamps.toString().split(",", -1);
        assertThat(pairs).hasSize(2);
        assertThat(pairs[0]).startsWith("stub=");
        assertThat(pairs[1]).startsWith("jvm=");
        long jvm = Long.parseLong(pairs[1].substring("jvm=".length()));
        assertThat(jvm).isPositive().isLessThanOrEqualTo(before);
    }
}
