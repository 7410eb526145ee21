package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class UnconfirmedIdsTest {

    private static final QueueKey QUEUE = Samples.QUEUE;
    private static final QueueKey OTHER = new QueueKey(1, "", 9);
    private final UnconfirmedIds ids = new UnconfirmedIds(new BackOff(3_000, 600_000));

    private static long at(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @Test
    void publishedIdsWaitLongerEachTime() {
        assertThat(ids.mayPublish(QUEUE, 5, at(0))).isTrue();
        ids.published(QUEUE, new IdRun(5, 7), at(0));
        assertThat(ids.mayPublish(QUEUE, 5, at(2_999))).isFalse();
        assertThat(ids.mayPublish(QUEUE, 7, at(2_999))).isFalse();
        assertThat(ids.mayPublish(QUEUE, 4, at(0))).isTrue();
        assertThat(ids.mayPublish(QUEUE, 8, at(0))).isTrue();
        assertThat(ids.mayPublish(OTHER, 5, at(0))).isTrue();
        assertThat(ids.mayPublish(QUEUE, 5, at(3_000))).isTrue();
        ids.published(QUEUE, new IdRun(5, 7), at(3_000));
        assertThat(ids.mayPublish(QUEUE, 6, at(8_999))).isFalse();
        assertThat(ids.mayPublish(QUEUE, 6, at(9_000))).isTrue();
    }

    @Test
    void confirmedIdsAreForgottenInAllQueuesButTheirs() {
        ids.published(QUEUE, new IdRun(0, 9), at(0));
        ids.published(OTHER, new IdRun(0, 9), at(0));
        ids.confirmed(QUEUE, 4);
        assertThat(ids.withheld(QUEUE, at(1), 100)).containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(ids.withheld(OTHER, at(1), 100)).hasSize(10);
        ids.confirmed(QUEUE, 9);
        assertThat(ids.withheld(QUEUE, at(1), 100)).isEmpty();
        assertThat(ids.size()).isEqualTo(1);
    }

    @Test
    void newConnectionShortensWaitsButNotThoseOfOversizedRecords() {
        for (int i = 0; i < 9; i++) {
            ids.published(QUEUE, new IdRun(0, 0), at(0));
        }
        ids.oversized(QUEUE, 1, at(0));
        ids.startAnew(at(1_000));
        assertThat(ids.mayPublish(QUEUE, 0, at(3_999))).isFalse();
        assertThat(ids.mayPublish(QUEUE, 0, at(4_000))).isTrue();
        assertThat(ids.mayPublish(QUEUE, 1, at(599_999))).isFalse();
        assertThat(ids.mayPublish(QUEUE, 1, at(600_000))).isTrue();
    }

    @Test
    void heldAndPublishedIdsAreNamedOnceInTheirOrder() {
        ids.published(QUEUE, new IdRun(2, 5), at(0));
        ids.hold(QUEUE, new IdRun(4, 7));
        ids.hold(QUEUE, new IdRun(0, 0));
        assertThat(ids.withheld(QUEUE, at(1), 100)).containsExactly(0L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(ids.withheld(QUEUE, at(3_000), 100)).containsExactly(0L, 4L, 5L, 6L, 7L);
        assertThat(ids.mayPublish(QUEUE, 7, at(3_000))).isFalse();
        assertThat(ids.mayPublish(QUEUE, 8, at(3_000))).isTrue();
        assertThat(ids.mayPublish(OTHER, 7, at(3_000))).isTrue();
        ids.release(QUEUE, new IdRun(4, 7));
        ids.release(QUEUE, new IdRun(0, 0));
        ids.acknowledged(QUEUE, new IdRun(4, 7), at(9_000));
        assertThat(ids.withheld(QUEUE, at(9_000), 100)).isEmpty();
        ids.acknowledged(QUEUE, new IdRun(2, 5), at(9_000));
        assertThat(ids.withheld(QUEUE, at(11_999), 100)).containsExactly(2L, 3L, 4L, 5L);
        assertThat(ids.mayPublish(QUEUE, 2, at(12_000))).isTrue();
    }

    @Test
    void withheldIdsAreBoundedLowestFirst() {
        ids.published(QUEUE, new IdRun(0, 1_000_000), at(0));
        assertThat(ids.withheld(QUEUE, at(1), 3)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void rememberedQueuesAreBounded() {
        for (int i = 1; i <= 5_000; i++) {
            ids.published(new QueueKey(1, "", i), new IdRun(0, 0), at(0));
        }
        assertThat(ids.size()).isEqualTo(1024);
        assertThat(ids.mayPublish(new QueueKey(1, "", 5_000), 0, at(1))).isFalse();
    }

    /** Runs against one entry an id, which is too slow and too large for the device. */
    @Test
    void runsBehaveLikeSingleIds() {
        long seed = 42;
        Random random = new Random(seed);
        Map<Long, Long> allowedAt = new HashMap<>();
        Map<Long, Integer> attempts = new HashMap<>();
        BackOff backOff = new BackOff(3_000, 600_000);
        for (int step = 0; step < 5_000; step++) {
            long now = at(step * 10L);
            long first = random.nextInt(60);
            long last = first + random.nextInt(15);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    int tries =
                            LongStream.rangeClosed(first, last)
                                            .mapToInt(id -> attempts.getOrDefault(id, 0))
                                            .max()
                                            .orElse(0)
                                    + 1;
                    for (long id = first; id <= last; id++) {
                        attempts.put(id, tries);
                        allowedAt.put(id, now + at(backOff.millisAfter(tries)));
                    }
                    ids.published(QUEUE, new IdRun(first, last), now);
                }
                case 2 -> {
                    for (long id = first; id <= last; id++) {
                        attempts.remove(id);
                        allowedAt.remove(id);
                    }
                    ids.failed(QUEUE, new IdRun(first, last));
                }
                default -> {
                    long upTo = first / 4;
                    attempts.keySet().removeIf(id -> id <= upTo);
                    allowedAt.keySet().removeIf(id -> id <= upTo);
                    ids.confirmed(QUEUE, upTo);
                }
            }
            List<Long> expected =
                    allowedAt.entrySet().stream()
                            .filter(entry -> now - entry.getValue() < 0)
                            .map(Map.Entry::getKey)
                            .sorted()
                            .toList();
            assertThat(ids.withheld(QUEUE, now, 1_000))
                    .as("seed 42, step %d", step)
                    .isEqualTo(expected);
            for (long id = 0; id < 80; id++) {
                assertThat(ids.mayPublish(QUEUE, id, now))
                        .as("id %d step %d", id, step)
                        .isEqualTo(!expected.contains(id));
            }
        }
    }
}
