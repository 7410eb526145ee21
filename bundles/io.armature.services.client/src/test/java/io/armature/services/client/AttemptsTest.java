package io.armature.services.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private final HandTiming timing = new HandTiming();
    private final List<Duration> made = new ArrayList<>();
    private final long began = timing.nanos();

    private CompletableFuture<String> attempts(int failures) {
        return Attempts.of(
                        timing,
                        Runnable::run,
                        () -> {
                            made.add(Duration.ofNanos(timing.nanos() - began));
                            if (made.size() <= failures) {
                                throw new IOException("attempt " + made.size());
                            }
                            return "connected";
                        },
                        Duration.ofSeconds(120))
                .toCompletableFuture();
    }

    @Test
    void statement35ClientConnectRetriesEvery100msAndGivesUpAfter120s() {
        CompletableFuture<String> result = attempts(Integer.MAX_VALUE);
        while (timing.next()) {
            // until nothing is to come
        }
        assertThat(made).hasSize(1_201);
        for (int i = 0; i < made.size(); i++) {
            assertThat(made.get(i)).isEqualTo(Duration.ofMillis(100L * i));
        }
        assertThat(result).isCompletedExceptionally();
        assertThat(result.handle((value, failure) -> failure).join())
                .hasMessageContaining("attempt 1201");
    }

    @Test
    void firstSuccessEndsIt() {
        CompletableFuture<String> result = attempts(3);
        while (timing.next()) {
            // until nothing is to come
        }
        assertThat(result).isCompletedWithValue("connected");
        assertThat(made).hasSize(4);
    }

    @Test
    void pausesGrowUpToFiveSeconds() {
        Pauses pauses = new Pauses();
        assertThat(List.of(pauses.take(), pauses.take(), pauses.take()))
                .containsExactly(
                        Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
        for (int i = 0; i < 10; i++) {
            pauses.take();
        }
        assertThat(pauses.take()).isEqualTo(Duration.ofSeconds(5));
        pauses.reset();
        assertThat(pauses.take()).isEqualTo(Duration.ofMillis(100));
    }
}
