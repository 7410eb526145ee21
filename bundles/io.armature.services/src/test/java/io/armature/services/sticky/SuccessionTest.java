package io.armature.services.sticky;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceAwayException;
import io.armature.services.spi.StandIn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls survive the replacement of whoever makes them. */
@Timeout(120)
class SuccessionTest {

    /** What owners publish. */
    public interface Store {
        CompletionStage<String> put(String text);

        String putNow(String text);
    }

    /** Keeps what it is given, and answers at once or when it is told to. */
    private static final class Memory implements Store {
        final List<String> stored = new ArrayList<>();
        final Queue<CompletableFuture<String>> waiting = new ArrayDeque<>();
        private final boolean holding;

        Memory(boolean holding) {
            this.holding = holding;
        }

        @Override
        public synchronized CompletionStage<String> put(String text) {
            stored.add(text);
            CompletableFuture<String> answer = new CompletableFuture<>();
            if (holding) {
                waiting.add(answer);
            } else {
                answer.complete(text);
            }
            return answer;
        }

        @Override
        public synchronized String putNow(String text) {
            stored.add(text);
            return text;
        }
    }

    private static final Hold HOLD =
            new Hold(
                    10_000,
                    Duration.ofSeconds(10),
                    ServiceAwayException::new,
                    failure -> failure instanceof ServiceAwayException);

    private final HandClock clock = new HandClock();
    private final List<String> over = new ArrayList<>();
    private final HeldCalls<Store> first = calls("first");
    private final HeldCalls<Store> second = calls("second");
    private final StandIn<Store> standIn = new StandIn<>(Store.class, HOLD, first);

    private HeldCalls<Store> calls(String name) {
        return new HeldCalls<>(
                Store.class,
                clock,
                Runnable::run,
                HOLD,
                Optional::empty,
                () -> {
                    synchronized (over) {
                        over.add(name);
                    }
                });
    }

    private static void owner(HeldCalls<Store> calls, Store owner) {
        calls.owner(owner);
        calls.send();
    }

    private CompletableFuture<String> put(String text) {
        return standIn.service().put(text).toCompletableFuture();
    }

    @Test
    void nextOneGetsTheCallsAndTheFirstIsOver() {
        Memory owner = new Memory(false);
        owner(first, owner);
        put("a");
        owner(second, owner);
        assertThat(over).isEmpty();
        assertThat(standIn.handOver(second)).isTrue();
        assertThat(over).containsExactly("first");
        owner(first, null);
        assertThat(put("b")).isCompletedWithValue("b");
        assertThat(standIn.service().putNow("c")).isEqualTo("c");
        assertThat(owner.stored).containsExactly("a", "b", "c");
    }

    @Test
    void whatWaitsAtTheFirstGoesFirst() {
        put("a");
        put("b");
        standIn.handOver(second);
        CompletableFuture<String> third = put("c");
        assertThat(standIn.held()).isEqualTo(3);
        Memory owner = new Memory(false);
        owner(second, owner);
        assertThat(owner.stored).isEmpty();
        owner(first, owner);
        assertThat(owner.stored).containsExactly("a", "b", "c");
        assertThat(third).isCompleted();
        assertThat(over).containsExactly("first");
        assertThat(standIn.held()).isZero();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void callOfTheFirstThatIsHandedBackKeepsItsPlace() {
        Memory leaving = new Memory(true);
        owner(first, leaving);
        CompletableFuture<String> early = put("early");
        owner(second, leaving);
        standIn.handOver(second);
        put("straight");
        assertThat(leaving.stored).containsExactly("early", "straight");
        assertThat(over).isEmpty();
        Memory next = new Memory(false);
        owner(first, next);
        owner(second, next);
        CompletableFuture<String> late = put("late");
        assertThat(next.stored).isEmpty();
        leaving.waiting.remove().completeExceptionally(new ServiceAwayException("stopping"));
        assertThat(next.stored).containsExactly("early");
        leaving.waiting.remove().completeExceptionally(new ServiceAwayException("stopping"));
        assertThat(next.stored).containsExactly("early", "straight", "late");
        assertThat(early).isCompleted();
        assertThat(late).isCompleted();
        assertThat(over).containsExactly("first");
    }

    @Test
    void callOfTheFirstThatIsNeverAnsweredHoldsOthersUpOnlyForTheirTime() {
        Memory deaf = new Memory(true);
        owner(first, deaf);
        put("lost");
        standIn.handOver(second);
        Memory next = new Memory(false);
        owner(first, next);
        owner(second, next);
        CompletableFuture<String> waiting = put("waiting");
        clock.advance(Duration.ofSeconds(10));
        assertThat(waiting).isCompletedExceptionally();
        assertThat(put("later")).isCompletedWithValue("later");
    }

    @Test
    void callerThatIsBlockedAtTheFirstIsServed() throws Exception {
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> standIn.service().putNow("a"));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (standIn.held() == 0) {
            assertThat(System.nanoTime()).as("nobody waits").isLessThan(deadline);
            Thread.onSpinWait();
        }
        standIn.handOver(second);
        Memory owner = new Memory(false);
        owner(first, owner);
        owner(second, owner);
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("a");
    }

    @Test
    void closingFailsWhatWaitsAnywhereAndNobodyTakesOverAfterIt() {
        CompletableFuture<String> early = put("a");
        standIn.handOver(second);
        CompletableFuture<String> late = put("b");
        standIn.close();
        assertThat(early).isCompletedExceptionally();
        assertThat(late).isCompletedExceptionally();
        assertThat(standIn.handOver(calls("third"))).isFalse();
        assertThatThrownBy(() -> standIn.service().putNow("c"))
                .hasMessageContaining("its user is stopped");
    }

    @Test
    void successionsUnderLoadLoseAndRepeatNothingAndKeepTheOrder() throws Exception {
        Memory owner = new Memory(false);
        owner(first, owner);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        Thread successions =
                new Thread(
                        () -> {
                            HeldCalls<Store> before = first;
                            for (int i = 0; i < 200; i++) {
                                HeldCalls<Store> next = calls("" + i);
                                if (i % 2 == 0) {
                                    owner(before, null);
                                }
                                owner(next, owner);
                                standIn.handOver(next);
                                Thread.yield();
                                owner(before, owner);
                                before = next;
                            }
                        });
        successions.start();
        for (int i = 0; i < 5_000; i++) {
            answers.add(put("r" + i));
        }
        successions.join();
        for (CompletableFuture<String> answer : answers) {
            answer.get(60, TimeUnit.SECONDS);
        }
        assertThat(owner.stored)
                .containsExactlyElementsOf(
                        IntStream.range(0, 5_000).mapToObj(i -> "r" + i).toList());
        assertThat(over).hasSize(200);
    }
}
