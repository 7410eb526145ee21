package io.armature.services.sticky;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceAwayException;
import io.armature.services.spi.StandIn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Calls survive the replacement of their owner. */
class HeldCallsTest {

    /** What owners publish. */
    public interface Store {
        /** Never blocks. */
        CompletionStage<Integer> put(String text);

        /** May block. */
        int putNow(String text) throws IOException;
    }

    /** The interface's own way to say "nothing happened, try again". */
    private static final class Unavailable extends IOException {
        private static final long serialVersionUID = 1L;

        Unavailable(String message) {
            super(message);
        }
    }

    /** Keeps what it is given, or lets calls wait until a test decides. */
    private static final class Memory implements Store {
        final List<String> stored = new ArrayList<>();
        final ConcurrentLinkedQueue<CompletableFuture<Integer>> waiting =
                new ConcurrentLinkedQueue<>();
        private final boolean holding;
        volatile CountDownLatch gate;

        Memory(boolean holding) {
            this.holding = holding;
        }

        @Override
        public synchronized CompletionStage<Integer> put(String text) {
            if (holding) {
                CompletableFuture<Integer> answer = new CompletableFuture<>();
                waiting.add(answer);
                return answer;
            }
            stored.add(text);
            return CompletableFuture.completedFuture(stored.size());
        }

        @Override
        public int putNow(String text) throws IOException {
            CountDownLatch entered = gate;
            if (entered != null) {
                entered.countDown();
            }
            try {
                return put(text).toCompletableFuture().get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw (IOException) e.getCause();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        void handBack() {
            waiting.remove().completeExceptionally(new Unavailable("stopping"));
        }

        void answer(int value) {
            waiting.remove().complete(value);
        }
    }

    private Optional<String> stopped = Optional.empty();
    private int over;
    private final HandClock clock = new HandClock();
    private final HeldCalls<Store> held = held(3);
    private final Store store = standIn(held);

    private HeldCalls<Store> held(int limit) {
        return new HeldCalls<>(
                Store.class,
                clock,
                Runnable::run,
                new Hold(
                        limit,
                        Duration.ofSeconds(10),
                        Unavailable::new,
                        failure -> failure instanceof Unavailable),
                () -> stopped,
                () -> over++);
    }

    private static Store standIn(HeldCalls<Store> calls) {
        return new StandIn<>(Store.class, Hold.of(0, Duration.ZERO), calls).service();
    }

    private void owner(Store owner) {
        held.owner(owner);
        held.send();
    }

    @Test
    void callsGoStraightThroughWhileTheOwnerIsThere() throws Exception {
        Memory owner = new Memory(false);
        owner(owner);
        assertThat(held.present()).isTrue();
        assertThat(get(put("a"))).isEqualTo(1);
        assertThat(store.putNow("b")).isEqualTo(2);
        assertThat(held.held()).isZero();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void callsMadeWhileItIsAwayKeepTheirOrder() throws Exception {
        List<CompletableFuture<Integer>> calls = List.of(put("a"), put("b"), put("c"));
        assertThat(calls).noneMatch(CompletableFuture::isDone);
        assertThat(held.held()).isEqualTo(3);
        Memory owner = new Memory(false);
        owner(owner);
        assertThat(owner.stored).containsExactly("a", "b", "c");
        assertThat(get(calls.get(2))).isEqualTo(3);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void nobodyWaitsForAnOwnerThatWasStoppedOnPurpose() throws Exception {
        Memory owner = new Memory(true);
        owner(owner);
        CompletableFuture<Integer> underWay = put("under way");
        stopped = Optional.of("it was stopped");
        owner(null);
        held.refuseIfNobodyComes();
        owner.handBack();
        for (CompletableFuture<Integer> call : List.of(underWay, put("later"))) {
            assertThatThrownBy(() -> get(call))
                    .cause()
                    .isInstanceOf(Unavailable.class)
                    .hasMessage("Store is away: it was stopped; try again");
        }
        assertThatThrownBy(() -> store.putNow("now")).isInstanceOf(Unavailable.class);
        assertThat(held.held()).isZero();
        assertThat(clock.pending()).isZero();
        stopped = Optional.empty();
        CompletableFuture<Integer> started = put("started again");
        Memory again = new Memory(false);
        owner(again);
        assertThat(get(started)).isOne();
    }

    @Test
    void callsThatWaitAreToldWhenTheirOwnerIsStoppedOnPurpose() {
        CompletableFuture<Integer> waiting = put("for an update that failed");
        assertThat(waiting).isNotDone();
        stopped = Optional.of("it was stopped");
        held.refuseIfNobodyComes();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void whileThereIsAnOwnerNobodyAsksWhetherItWasStopped() throws Exception {
        stopped = Optional.of("an older one was stopped");
        owner(new Memory(false));
        held.refuseIfNobodyComes();
        assertThat(get(put("a"))).isOne();
    }

    @Test
    void moreThanTheLimitIsRefusedAtOnceWithTheInterfacesOwnException() {
        IntStream.range(0, 3).forEach(i -> put("held"));
        assertThatThrownBy(() -> get(put("too many")))
                .cause()
                .isInstanceOf(Unavailable.class)
                .hasMessage("Store is away: too many calls wait for it; try again");
        assertThatThrownBy(() -> store.putNow("too many")).isInstanceOf(Unavailable.class);
        assertThat(held.held()).isEqualTo(3);
    }

    @Test
    void limitOfZeroHoldsNothingAndStillLetsCallsThrough() throws Exception {
        HeldCalls<Store> none = held(0);
        assertThatThrownBy(() -> standIn(none).putNow("a")).isInstanceOf(Unavailable.class);
        none.owner(new Memory(false));
        none.send();
        assertThat(standIn(none).putNow("b")).isEqualTo(1);
    }

    @Test
    void waitEndsAfterItsTimeAndTheCallIsNeverMade() {
        CompletableFuture<Integer> call = put("a");
        clock.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(call).isNotDone();
        clock.advance(Duration.ofNanos(1));
        assertThatThrownBy(() -> get(call))
                .cause()
                .hasMessage("Store is away: it did not come back within 10 s; try again");
        Memory owner = new Memory(false);
        owner(owner);
        assertThat(owner.stored).isEmpty();
    }

    @Test
    void callHandedBackByALeavingOwnerGoesToTheNextOneAtItsOldPlace() throws Exception {
        Memory old = new Memory(true);
        owner(old);
        CompletableFuture<Integer> first = put("first");
        put("second");
        owner(null);
        put("third");
        CompletableFuture<Integer> firstOpen = old.waiting.remove();
        old.handBack();
        firstOpen.completeExceptionally(new Unavailable("stopping"));
        Memory next = new Memory(false);
        owner(next);
        assertThat(next.stored).containsExactly("first", "second", "third");
        assertThat(get(first)).isEqualTo(1);
    }

    @Test
    void callAnsweredOrLostByALeavingOwnerIsNotRepeated() throws Exception {
        Memory old = new Memory(true);
        owner(old);
        CompletableFuture<Integer> answered = put("answered");
        CompletableFuture<Integer> lost = put("lost");
        owner(null);
        old.answer(7);
        old.waiting.remove().completeExceptionally(new IOException("died at it"));
        Memory next = new Memory(false);
        owner(next);
        assertThat(get(answered)).isEqualTo(7);
        assertThatThrownBy(() -> get(lost)).cause().hasMessage("died at it");
        assertThat(next.stored).isEmpty();
    }

    @Test
    void refusalOfAPresentOwnerReachesTheCaller() {
        Memory owner = new Memory(true);
        owner(owner);
        CompletableFuture<Integer> call = put("a");
        owner.handBack();
        assertThatThrownBy(() -> get(call)).cause().hasMessage("stopping");
    }

    @Test
    void replacementMayArriveBeforeTheOldOneLeaves() throws Exception {
        Memory old = new Memory(true);
        Memory next = new Memory(false);
        owner(old);
        CompletableFuture<Integer> call = put("a");
        owner(next);
        old.handBack();
        assertThat(get(call)).isEqualTo(1);
        assertThat(get(put("b"))).isEqualTo(2);
    }

    @Test
    void nothingOvertakesWhatAReplacedOwnerMayStillHandBack() throws Exception {
        Memory old = new Memory(true);
        Memory next = new Memory(false);
        owner(old);
        CompletableFuture<Integer> first = put("first");
        CompletableFuture<Integer> second = put("second");
        owner(next);
        CompletableFuture<Integer> third = put("third");
        assertThat(next.stored).isEmpty();
        old.handBack();
        assertThat(next.stored).isEmpty();
        old.answer(0);
        assertThat(next.stored).containsExactly("first", "third");
        assertThat(get(first)).isEqualTo(1);
        assertThat(get(second)).isZero();
        assertThat(get(third)).isEqualTo(2);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aReplacedOwnerThatNeverAnswersHoldsCallersUpOnlyForTheirTime() throws Exception {
        Memory old = new Memory(true);
        Memory next = new Memory(false);
        owner(old);
        put("lost");
        owner(next);
        CompletableFuture<Integer> waiting = put("waiting");
        clock.advance(Duration.ofSeconds(5));
        CompletableFuture<Integer> younger = put("younger");
        clock.advance(Duration.ofSeconds(5));
        assertThatThrownBy(() -> get(waiting)).cause().hasMessageContaining("within 10 s");
        assertThat(get(younger)).isEqualTo(1);
        assertThat(get(put("later"))).isEqualTo(2);
    }

    @Test
    void blockedCallerGoesOnWithTheNextOwnerOrFails() throws Exception {
        AtomicReference<Object> result = new AtomicReference<>();
        Thread caller = blocked(result, "a");
        awaitHeld(1);
        owner(new Memory(false));
        caller.join(60_000);
        assertThat(result.get()).isEqualTo(1);

        owner(null);
        caller = blocked(result, "b");
        awaitHeld(1);
        clock.advance(Duration.ofSeconds(10));
        caller.join(60_000);
        assertThat(result.get()).isInstanceOf(Unavailable.class);
    }

    @Test
    void blockedCallThatWasHandedBackIsMadeAgain() throws Exception {
        Memory old = new Memory(true);
        old.gate = new CountDownLatch(1);
        owner(old);
        AtomicReference<Object> result = new AtomicReference<>();
        Thread caller = blocked(result, "a");
        assertThat(old.gate.await(60, TimeUnit.SECONDS)).isTrue();
        while (old.waiting.isEmpty()) {
            Thread.onSpinWait();
        }
        Memory next = new Memory(false);
        owner(next);
        assertThat(next.stored).isEmpty();
        old.handBack();
        caller.join(60_000);
        assertThat(result.get()).isEqualTo(1);
        assertThat(next.stored).containsExactly("a");
    }

    @Test
    void interruptedCallerLeavesItsPlace() throws Exception {
        AtomicReference<Object> result = new AtomicReference<>();
        Thread caller = blocked(result, "a");
        awaitHeld(1);
        caller.interrupt();
        caller.join(60_000);
        assertThat(result.get()).isInstanceOf(Unavailable.class);
        assertThat(held.held()).isZero();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void callsFailWhenTheirUserStops() {
        CompletableFuture<Integer> call = put("a");
        held.close();
        assertThatThrownBy(() -> get(call)).cause().hasMessageContaining("its user is stopped");
        owner(new Memory(false));
        assertThatThrownBy(() -> get(put("b"))).cause().hasMessageContaining("try again");
        assertThat(clock.pending()).isZero();
    }

    @Test
    void interfaceWithoutAnExceptionOfItsOwnGetsTheManagers() {
        HeldCalls<Store> plain =
                new HeldCalls<>(
                        Store.class,
                        clock,
                        Runnable::run,
                        Hold.of(0, Duration.ofSeconds(1)),
                        Optional::empty,
                        () -> {});
        assertThatThrownBy(() -> standIn(plain).putNow("a"))
                .isInstanceOf(ServiceAwayException.class);
    }

    @Test
    void standInIsItsOwnObject() {
        assertThat(Set.of(store)).contains(store).doesNotContain(standIn(held(1)));
        assertThat(store.hashCode()).isEqualTo(System.identityHashCode(store));
        assertThat(store).hasToString("stand-in for " + Store.class.getName());
    }

    @Test
    void swapsUnderLoadLoseAndRepeatNothingAndKeepTheOrder() throws Exception {
        HeldCalls<Store> wide = held(10_000);
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        List<Memory> owners = new ArrayList<>();
        Thread swapper =
                new Thread(
                        () -> {
                            for (int i = 0; i <= 200; i++) {
                                Memory owner = new Memory(false);
                                owners.add(owner);
                                wide.owner(owner);
                                wide.send();
                                Thread.yield();
                                if (i < 200) {
                                    wide.owner(null);
                                    wide.send();
                                }
                            }
                        });
        swapper.start();
        for (int i = 0; i < 5_000; i++) {
            calls.add(standIn(wide).put("r" + i).toCompletableFuture());
        }
        swapper.join();
        for (CompletableFuture<Integer> call : calls) {
            get(call);
        }
        List<String> all = new ArrayList<>();
        owners.forEach(owner -> all.addAll(owner.stored));
        assertThat(all)
                .containsExactlyElementsOf(
                        IntStream.range(0, 5_000).mapToObj(i -> "r" + i).toList());
    }

    @Test
    void blockedCallersSurviveSwapsToo() throws Exception {
        HeldCalls<Store> wide = held(10_000);
        List<Memory> owners = new ArrayList<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int c = 0; c < 4; c++) {
            callers.add(
                    new Thread(
                            () -> {
                                try {
                                    for (int i = 0; i < 2_000; i++) {
                                        standIn(wide).putNow("x");
                                    }
                                } catch (Throwable e) {
                                    failures.add(e);
                                }
                            }));
        }
        callers.forEach(Thread::start);
        while (callers.stream().anyMatch(Thread::isAlive)) {
            Memory owner = new Memory(false);
            owners.add(owner);
            wide.owner(owner);
            wide.send();
            Thread.yield();
            wide.owner(null);
            wide.send();
            if (callers.stream().noneMatch(Thread::isAlive)) {
                break;
            }
        }
        assertThat(failures).isEmpty();
        assertThat(owners.stream().mapToInt(owner -> owner.stored.size()).sum()).isEqualTo(8_000);
    }

    private CompletableFuture<Integer> put(String text) {
        return store.put(text).toCompletableFuture();
    }

    private Thread blocked(AtomicReference<Object> result, String text) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                result.set(store.putNow(text));
                            } catch (IOException e) {
                                result.set(e);
                            }
                        });
        thread.start();
        return thread;
    }

    private void awaitHeld(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (held.held() != count) {
            assertThat(System.nanoTime()).as("held: %d", held.held()).isLessThan(end);
            Thread.yield();
        }
    }

    private static <T> T get(CompletableFuture<T> call) throws Exception {
        return call.get(60, TimeUnit.SECONDS);
    }
}
