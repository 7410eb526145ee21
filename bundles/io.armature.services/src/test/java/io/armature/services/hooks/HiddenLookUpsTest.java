package io.armature.services.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.ServiceManager.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HiddenLookUpsTest {

    private final HandClock clock = new HandClock();
    private final ArrayDeque<Runnable> owed = new ArrayDeque<>();
    private final HiddenLookUps lookUps = new HiddenLookUps(clock, owed::add);

    @Test
    void oneLineForEachBundleAndServiceTheLatestFirst() {
        Instant first = clock.wall();
        lookUps.add("a", "Heating");
        lookUps.add("b", "Heating");
        lookUps.add("a", "Boiler");
        clock.advance(Duration.ofSeconds(5));
        lookUps.add("b", "Heating");
        assertThat(lookUps.list())
                .containsExactly(
                        new HiddenLookUps.Line("b", "Heating", 2, first.plusSeconds(5)),
                        new HiddenLookUps.Line("a", "Boiler", 1, first),
                        new HiddenLookUps.Line("a", "Heating", 1, first));
    }

    @Test
    void theLineThatWasLongestAgoIsDropped() {
        for (int i = 0; i < HiddenLookUps.LIMIT; i++) {
            lookUps.add("a" + i, "Heating");
        }
        lookUps.add("a0", "Heating");
        lookUps.add("b", "Heating");
        assertThat(lookUps.list())
                .hasSize(HiddenLookUps.LIMIT)
                .extracting(HiddenLookUps.Line::bundle)
                .contains("a0", "b")
                .doesNotContain("a1");
    }

    @Test
    void listenersAreToldElsewhereAndOnceForManyLookUps() {
        List<Integer> told = new ArrayList<>();
        Subscription subscription = lookUps.onChange(() -> told.add(lookUps.list().size()));
        lookUps.add("a", "Heating");
        lookUps.add("b", "Heating");
        assertThat(told).isEmpty();
        assertThat(owed).hasSize(1);
        owed.remove().run();
        assertThat(told).containsExactly(2);
        subscription.close();
        lookUps.add("c", "Heating");
        assertThat(owed).isEmpty();
    }
}
