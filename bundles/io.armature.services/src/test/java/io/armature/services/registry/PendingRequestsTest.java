package io.armature.services.registry;

import static io.armature.services.registry.Callers.pipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Many requests wait, in little memory, and expire on time. */
class PendingRequestsTest {

    private static final int PENDING = 10_000;
    private static final long LIMIT_BYTES = 4L << 20;
    private static final String NAME = "Away";

    private final HandClock clock = new HandClock();
    private final List<Identity> requesters = new ArrayList<>();
    private final ServiceRegistry registry;

    PendingRequestsTest() {
        List<Rule> rules = new ArrayList<>();
        for (int uid = 0; uid < 10; uid++) {
            requesters.add(Callers.user(uid));
            rules.add(new Rule(Callers.subject(requesters.get(uid)), "test", 1));
        }
        Rule owner = new Rule(Callers.subject(Callers.user(99)), "test", 1);
        ServicePolicy policy = new ServicePolicy(Optional.of(owner), rules);
        registry =
                new ServiceRegistry(
                        clock, Runnable::run, Mode.ENFORCING, new Policies(Map.of(NAME, policy)));
    }

    private Pipe request(int number, Duration timeout) {
        LocalPipe pipe = pipe();
        registry.request(
                requesters.get(number % requesters.size()), NAME, Optional.of(timeout), pipe.far());
        return pipe.near();
    }

    @Test
    void tenThousandPendingRequestsTakeAtMostFourMegabytes(TestReporter reporter) {
        Pipe[] pipes = new Pipe[PENDING];
        for (int i = 0; i < 1_000; i++) {
            request(i, Duration.ofSeconds(1)); // classes, first tables
        }
        clock.advance(Duration.ofSeconds(1));
        long before = used();
        for (int i = 0; i < PENDING; i++) {
            pipes[i] = request(i, Duration.ofHours(1).plusMillis(i));
        }
        long taken = used() - before;
        reporter.publishEntry("bytes of 10,000 pending requests", Long.toString(taken));
        assertThat(clock.pending()).isEqualTo(1);
        assertThat(taken).isLessThanOrEqualTo(LIMIT_BYTES);
        assertThat(pipes[PENDING - 1].closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void eachExpiresAtItsOwnTime() {
        AtomicInteger expired = new AtomicInteger();
        for (int i = 0; i < PENDING; i++) {
            // Not in the order of their ends.
            Pipe pipe = request(i, Duration.ofMillis(1 + (i * 7_919) % PENDING));
            pipe.closed()
                    .thenAccept(
                            reason -> {
                                assertThat(reason.code()).isEqualTo(2);
                                expired.incrementAndGet();
                            });
        }
        for (int ms = 1; ms <= PENDING; ms++) {
            clock.advance(Duration.ofMillis(1));
            assertThat(expired).hasValue(ms);
        }
        assertThat(clock.pending()).isZero();
    }

    @Test
    void ownerGetsThemAllAtOnceAndNoTimerIsLeft() {
        for (int i = 0; i < PENDING; i++) {
            request(i, Duration.ofHours(1));
        }
        AtomicInteger taken = new AtomicInteger();
        registry.register(Callers.user(99), NAME, (client, pipe) -> taken.incrementAndGet());
        assertThat(taken).hasValue(PENDING);
        assertThat(clock.pending()).isZero();
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
