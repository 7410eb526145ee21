package io.armature.services.registry;

import static io.armature.services.registry.Callers.pipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.policy.Policies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The original's scenarios "Queue", and the order of deadlines. */
class WaitingQueueTest {

    private final ServiceRegistry registry =
            new ServiceRegistry(new HandClock(), Runnable::run, Mode.ENFORCING, Policies.NONE);
    private final WaitingQueue queue = new WaitingQueue("Any");

    private Waiting request(long uid) {
        return new Waiting(registry, Callers.user(uid), pipe().far());
    }

    private List<Waiting> added(int count) {
        List<Waiting> all = IntStream.range(0, count).mapToObj(this::request).toList();
        all.forEach(queue::add);
        return all;
    }

    @Test
    void takingReturnsAllOldestFirstAndEmpties() {
        List<Waiting> all = added(4);
        assertThat(queue.take()).isEqualTo(all);
        assertThat(queue.size()).isZero();
        assertThat(queue.take()).isEmpty();
        assertThat(queue.of(Callers.user(0))).isZero();
    }

    @Test
    void oneIsTakenOutAnywhereOnceAndNoOther() {
        for (int at = 0; at < 3; at++) {
            List<Waiting> all = new ArrayList<>(added(3));
            Waiting gone = all.remove(at);
            assertThat(queue.remove(gone)).isTrue();
            assertThat(queue.remove(gone)).isFalse();
            assertThat(queue.list()).isEqualTo(all);
            assertThat(queue.take()).isEqualTo(all);
        }
    }

    @Test
    void countsAreKeptPerCaller() {
        Waiting first = request(1);
        queue.add(first);
        queue.add(request(1));
        queue.add(request(2));
        assertThat(queue.of(Callers.user(1))).isEqualTo(2);
        queue.remove(first);
        assertThat(queue.of(Callers.user(1))).isEqualTo(1);
        assertThat(queue.of(Callers.user(2))).isEqualTo(1);
        assertThat(queue.of(Callers.user(3))).isZero();
    }

    @Test
    void deadlinesComeOutInOrderWhateverIsTakenOutBetween() {
        Deadlines deadlines = new Deadlines();
        Random random = new Random(42);
        List<Waiting> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Waiting request = request(i);
            // Around the overflow of monotonic time.
            request.deadlineNanos = Long.MAX_VALUE - 500 + random.nextInt(1_000);
            deadlines.add(request);
            all.add(request);
        }
        Collections.shuffle(all, random);
        List<Waiting> out = all.subList(0, 400);
        out.forEach(deadlines::remove);
        out.forEach(deadlines::remove);
        List<Long> order = new ArrayList<>();
        for (Waiting next = deadlines.first(); next != null; next = deadlines.first()) {
            order.add(next.deadlineNanos - Long.MAX_VALUE);
            deadlines.remove(next);
        }
        assertThat(order).hasSize(600).isSorted();
        assertThat(all).allMatch(request -> request.place == -1);
    }
}
