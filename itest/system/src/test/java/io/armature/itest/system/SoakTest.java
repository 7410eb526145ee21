package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Half an hour, or {@code -Darmature.soak.minutes}, of 500 records a second while the link is cut
 * for up to a minute at a time: nothing is lost, and after the first minutes the device holds as
 * much as before.
 */
@Tag("long")
class SoakTest {

    private static final int MINUTES = Integer.getInteger("armature.soak.minutes", 30);
    private static final long SEED = Long.getLong("armature.seed", System.nanoTime());
    private static final Duration STRETCH = Duration.ofSeconds(15);

    /** Buffers that a device with a backlog of a minute has and one without it has not. */
    private static final long HEAP_SLACK_BYTES = 2 << 20;

    private static final int DESCRIPTOR_SLACK = 8;

    /** Of the records that were asked for: writers come and go between the stretches. */
    private static final double LEAST_SHARE = 0.95;

    @Test
    void heapAndDescriptorsStayFlatAndNothingIsLost() throws Exception {
        int stretches = (int) (Duration.ofMinutes(MINUTES).toSeconds() / STRETCH.toSeconds());
        // Five minutes; of a short run the first third.
        int settled = Math.min(20, stretches / 3);
        System.out.println("SoakTest: seed " + SEED);
        try (Machine machine = Machine.install().backendUp();
                Soak soak = new Soak(machine, SEED)) {
            assertThat(soak.run(stretches, STRETCH)).isEmpty();
            double asked = Soak.RECORDS_PER_SECOND * (double) STRETCH.toSeconds() * stretches;
            assertThat(soak.receipts())
                    .as("receipts; with fewer it was not the load that is promised")
                    .isGreaterThanOrEqualTo((long) (LEAST_SHARE * asked));
            assertThat(soak.outages()).as("outages").isPositive();
            List<Vitals> then = soak.vitals().subList(settled, soak.vitals().size());
            List<Vitals> early = then.subList(0, then.size() / 2);
            List<Vitals> late = then.subList(then.size() / 2, then.size());
            assertThat(median(late, Vitals::heapBytes))
                    .as("heap after collections, bytes")
                    .isLessThanOrEqualTo(median(early, Vitals::heapBytes) + HEAP_SLACK_BYTES);
            assertThat(median(late, Vitals::descriptors))
                    .as("descriptors")
                    .isLessThanOrEqualTo(median(early, Vitals::descriptors) + DESCRIPTOR_SLACK);
        }
    }

    private static long median(List<Vitals> all, ToLongFunction<Vitals> figure) {
        return all.stream()
                .mapToLong(figure)
                .sorted()
                .skip(all.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
