package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.queue.MemoryPool;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.testing.SpoolFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statement 42: a record waits for memory sixteen times, and what waits is bounded. */
class AdmissionTest {

    private static final int WAITS = 16;
    private static final int RECORD_BYTES = 100_000;
    private static final long WAITING_LIMIT_BYTES = 1 << 20;

    private final LookedAtPool memory = new LookedAtPool();
    private final Admission admission = new Admission(memory, WAITING_LIMIT_BYTES, Runnable::run);
    private final List<Arrival> placed = new ArrayList<>();

    /** Others have all the memory. */
    @BeforeEach
    void openWithoutMemory() {
        admission.open(
                arrival -> {
                    placed.add(arrival);
                    return () -> {};
                },
                () -> true);
        assertThat(memory.reserveWrite(memory.largestWriteBytes())).isTrue();
    }

    @Test
    void theSixteenthWaitInVainEndsWithResourceExhausted() throws Exception {
        Arrival head = submit(RECORD_BYTES);
        for (int wait = 1; wait < WAITS; wait++) {
            memory.releaseWrite(1);
            assertThat(head.answer).as("after %d waits", wait).isNotDone();
        }
        memory.releaseWrite(1);
        assertThat(head.answer).isDone();
        ReportingException why = SpoolFixture.failure(head.answer);
        assertThat(why).hasToString("RESOURCE_EXHAUSTED:Not enough memory for the write buffer");
        assertThat(placed).isEmpty();
        assertThat(admission.waitingSinceNanos()).isEmpty();
    }

    @Test
    void aRecordIsPlacedWhenItsMemoryComesAtTheSixteenthWait() {
        Arrival head = submit(RECORD_BYTES);
        for (int wait = 1; wait < WAITS; wait++) {
            memory.releaseWrite(1);
        }
        memory.releaseWrite(head.memoryBytes());
        assertThat(placed).containsExactly(head);
        assertThat(head.answer).isNotDone();
    }

    @Test
    void whoWaitsBehindHasSixteenWaitsOfItsOwnAndKeepsItsPlace() throws Exception {
        Arrival head = submit(RECORD_BYTES);
        Arrival next = submit(RECORD_BYTES);
        Arrival small = submit(1);
        for (int wait = 0; wait < WAITS; wait++) {
            memory.releaseWrite(1);
        }
        assertThat(head.answer).isDone();
        assertThat(SpoolFixture.failure(head.answer).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(placed).as("the small one would fit, but is behind").isEmpty();
        memory.releaseWrite(next.memoryBytes() + small.memoryBytes());
        assertThat(placed).containsExactly(next, small);
    }

    @Test
    void whatWaitsIsBoundedInBytes() throws Exception {
        List<Arrival> waiting = new ArrayList<>();
        long bytes = 0;
        Arrival arrival = submit(RECORD_BYTES);
        while (bytes + arrival.memoryBytes() <= WAITING_LIMIT_BYTES) {
            bytes += arrival.memoryBytes();
            waiting.add(arrival);
            arrival = submit(RECORD_BYTES);
        }
        assertThat(waiting).hasSizeGreaterThan(2).allMatch(one -> !one.answer.isDone());
        assertThat(SpoolFixture.failure(arrival.answer))
                .hasToString(
                        "RESOURCE_EXHAUSTED:Not enough memory for the write buffer:"
                                + " too many records wait");
    }

    @Test
    void theBoundOfWhatWaitsIsThatOfTheMoment() throws Exception {
        Arrival waiting = submit(RECORD_BYTES);
        admission.waitingLimit(waiting.memoryBytes());
        assertThat(SpoolFixture.failure(submit(1).answer).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(waiting.answer).isNotDone();
        admission.waitingLimit(WAITING_LIMIT_BYTES);
        assertThat(submit(1).answer).isNotDone();
    }

    @Test
    void whatASmallerPoolWillNeverHoldIsRefusedAndHoldsUpNobody() throws Exception {
        int large = 7_000_000;
        memory.limit(16L << 20);
        admission.waitingLimit(32L << 20);
        Arrival head = submit(large);
        Arrival small = submit(1);
        assertThat(head.answer).isNotDone();
        memory.limit(4L << 20);
        admission.pump();
        String tooLarge = "OUT_OF_RANGE:Too much data to be recorded at once";
        assertThat(head.answer).isDone();
        assertThat(SpoolFixture.failure(head.answer)).hasToString(tooLarge);
        assertThat(small.answer).isNotDone();
        Arrival late = submit(large);
        assertThat(late.answer).isDone();
        assertThat(SpoolFixture.failure(late.answer)).hasToString(tooLarge);
        memory.releaseWrite(small.memoryBytes());
        assertThat(placed).containsExactly(small);
    }

    /** The release that a record needs comes after it has looked and before it is seen to wait. */
    @Test
    void whatIsReleasedWhileARecordLooksReachesIt() {
        long others = memory.largestWriteBytes();
        memory.afterRefusal(() -> memory.releaseWrite(others));
        Arrival only = submit(RECORD_BYTES);
        assertThat(placed).containsExactly(only);
        assertThat(admission.waitingSinceNanos()).isEmpty();
        Arrival next = submit(RECORD_BYTES);
        assertThat(placed).containsExactly(only, next);
    }

    /** Someone may release right behind a look that found too little. */
    private static final class LookedAtPool extends MemoryPool {

        private Runnable refused = () -> {};

        LookedAtPool() {
            super(4L << 20);
        }

        /** Runs this once, after the next refusal. */
        void afterRefusal(Runnable action) {
            refused = action;
        }

        @Override
        public boolean reserveWrite(long bytes) {
            boolean reserved = super.reserveWrite(bytes);
            if (!reserved) {
                Runnable action = refused;
                refused = () -> {};
                action.run();
            }
            return reserved;
        }
    }

    private Arrival submit(int bytes) {
        Arrival arrival =
                new Arrival(
                        QueueKind.FAST_BATCH,
                        "",
                        new byte[bytes],
                        new byte[32],
                        true,
                        0,
                        0,
                        failure -> {});
        admission.submit(arrival);
        return arrival;
    }
}
