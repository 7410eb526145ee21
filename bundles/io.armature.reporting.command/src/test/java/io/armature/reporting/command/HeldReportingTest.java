package io.armature.reporting.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Calls survive the replacement of the spool. */
class HeldReportingTest {

    private final HandClock clock = new HandClock();
    private final HeldReporting held =
            new HeldReporting(clock, Runnable::run, 3, Duration.ofSeconds(10));

    @Test
    void callsGoThroughWhileTheSpoolIsThere() throws Exception {
        MemoryReporting spool = new MemoryReporting();
        held.arrived(spool);
        assertThat(get(enqueue("a")).sequencingId()).isZero();
        assertThat(held.waiting()).isZero();
    }

    @Test
    void callsMadeWhileItIsAwayKeepTheirOrder() throws Exception {
        List<CompletableFuture<Enqueued>> calls = List.of(enqueue("a"), enqueue("b"));
        assertThat(calls).noneMatch(CompletableFuture::isDone);
        MemoryReporting spool = new MemoryReporting();
        held.arrived(spool);
        assertThat(get(calls.get(0)).sequencingId()).isZero();
        assertThat(get(calls.get(1)).sequencingId()).isEqualTo(1);
        assertThat(data(spool)).containsExactly("a", "b");
    }

    @Test
    void moreThanTheLimitIsRefusedAtOnce() {
        for (int i = 0; i < 3; i++) {
            enqueue("held");
        }
        assertThatThrownBy(() -> get(enqueue("too many")))
                .cause()
                .isInstanceOfSatisfying(
                        ReportingException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(StatusCode.UNAVAILABLE);
                            assertThat(e.code().retryable()).isTrue();
                        });
        assertThat(held.waiting()).isEqualTo(3);
    }

    @Test
    void waitEndsAfterItsLimit() {
        CompletableFuture<Enqueued> call = enqueue("a");
        clock.advance(Duration.ofDays(1));
        assertThatThrownBy(() -> get(call))
                .cause()
                .hasToString(
                        "UNAVAILABLE:The reporting spool is away: it did not come back within"
                                + " 10 s; try again");
        MemoryReporting spool = new MemoryReporting();
        held.arrived(spool);
        assertThat(spool.stored()).isEmpty();
    }

    @Test
    void callHandedBackByALeavingSpoolGoesToTheNextOneAtItsOldPlace() throws Exception {
        MemoryReporting old = new MemoryReporting().holding(true);
        held.arrived(old);
        CompletableFuture<Enqueued> first = enqueue("first");
        CompletableFuture<Enqueued> second = enqueue("second");
        held.left(old);
        CompletableFuture<Enqueued> third = enqueue("third");
        MemoryReporting.Call firstOpen = old.held().take();
        MemoryReporting.Call secondOpen = old.held().take();
        MemoryReporting.handBack(secondOpen);
        MemoryReporting.handBack(firstOpen);

        MemoryReporting next = new MemoryReporting();
        held.arrived(next);

        assertThat(get(first).sequencingId()).isZero();
        assertThat(get(second).sequencingId()).isEqualTo(1);
        assertThat(get(third).sequencingId()).isEqualTo(2);
        assertThat(data(next)).containsExactly("first", "second", "third");
    }

    @Test
    void callAnsweredByALeavingSpoolIsNotRepeated() throws Exception {
        MemoryReporting old = new MemoryReporting().holding(true);
        held.arrived(old);
        CompletableFuture<Enqueued> call = enqueue("a");
        held.left(old);
        old.store(old.held().take());
        MemoryReporting next = new MemoryReporting();
        held.arrived(next);
        assertThat(get(call).sequencingId()).isZero();
        assertThat(next.stored()).isEmpty();
    }

    @Test
    void unavailableFromAPresentSpoolReachesTheCaller() {
        MemoryReporting spool = new MemoryReporting().holding(true);
        held.arrived(spool);
        CompletableFuture<Enqueued> call = enqueue("a");
        MemoryReporting.handBack(spool.held().remove());
        assertThatThrownBy(() -> get(call))
                .cause()
                .hasToString("UNAVAILABLE:The spool is stopping");
    }

    @Test
    void replacementMayArriveBeforeTheOldOneLeaves() throws Exception {
        MemoryReporting old = new MemoryReporting().holding(true);
        MemoryReporting next = new MemoryReporting();
        held.arrived(old);
        CompletableFuture<Enqueued> call = enqueue("a");
        held.arrived(next);
        held.left(old);
        MemoryReporting.handBack(old.held().take());
        assertThat(get(call).sequencingId()).isZero();
        assertThat(get(enqueue("b")).sequencingId()).isEqualTo(1);
    }

    @Test
    void nothingOvertakesWhatAReplacedSpoolMayStillHandBack() throws Exception {
        MemoryReporting old = new MemoryReporting().holding(true);
        MemoryReporting next = new MemoryReporting();
        held.arrived(old);
        CompletableFuture<Enqueued> first = enqueue("first");
        CompletableFuture<Enqueued> second = enqueue("second");
        held.arrived(next);
        held.left(old);
        CompletableFuture<Enqueued> third = enqueue("third");
        assertThat(next.stored()).isEmpty();
        MemoryReporting.handBack(old.held().take());
        assertThat(next.stored()).isEmpty();
        old.store(old.held().take());

        assertThat(get(first).sequencingId()).isZero();
        assertThat(get(third).sequencingId()).isEqualTo(1);
        assertThat(get(second).sequencingId()).isZero();
        assertThat(data(next)).containsExactly("first", "third");
    }

    @Test
    void aReplacedSpoolThatNeverAnswersHoldsCallersUpOnlyForTheirLimit() throws Exception {
        MemoryReporting old = new MemoryReporting().holding(true);
        MemoryReporting next = new MemoryReporting();
        held.arrived(old);
        enqueue("lost");
        held.arrived(next);
        held.left(old);
        CompletableFuture<Enqueued> waiting = enqueue("waiting");
        clock.advance(Duration.ofDays(1));
        assertThatThrownBy(() -> get(waiting)).cause().hasMessageContaining("within 10 s");
        assertThat(get(enqueue("later")).sequencingId()).isZero();
    }

    @Test
    void callsFailWhenTheAdapterItselfGoes() {
        CompletableFuture<Enqueued> call = enqueue("a");
        held.close();
        assertThatThrownBy(() -> get(call)).cause().hasMessageContaining("commands are replaced");
        assertThatThrownBy(() -> get(enqueue("b"))).cause().hasMessageContaining("try again");
        clock.advance(Duration.ofDays(1));
    }

    @Test
    void swapsUnderLoadLoseAndRepeatNothing() throws Exception {
        HeldReporting wide =
                new HeldReporting(clock, Runnable::run, 10_000, Duration.ofSeconds(10));
        List<CompletableFuture<Enqueued>> calls = new ArrayList<>();
        List<MemoryReporting> spools = new ArrayList<>();
        Thread swapper =
                new Thread(
                        () -> {
                            for (int i = 0; i < 50; i++) {
                                MemoryReporting spool = new MemoryReporting();
                                spools.add(spool);
                                wide.arrived(spool);
                                Thread.yield();
                                wide.left(spool);
                            }
                            MemoryReporting last = new MemoryReporting();
                            spools.add(last);
                            wide.arrived(last);
                        });
        swapper.start();
        for (int i = 0; i < 2000; i++) {
            EnqueueRecordRequest request = request("r" + i);
            calls.add(wide.call(s -> s.enqueue(request)).toCompletableFuture());
        }
        swapper.join();
        for (CompletableFuture<Enqueued> call : calls) {
            get(call);
        }
        List<String> all = new ArrayList<>();
        spools.forEach(s -> all.addAll(data(s)));
        assertThat(all).hasSize(2000);
        for (int i = 0; i < 2000; i++) {
            assertThat(all.get(i)).isEqualTo("r" + i);
        }
    }

    private CompletableFuture<Enqueued> enqueue(String data) {
        EnqueueRecordRequest request = request(data);
        return held.call(spool -> spool.enqueue(request)).toCompletableFuture();
    }

    private static EnqueueRecordRequest request(String data) {
        return EnqueueRecordRequest.newBuilder()
                .setPriority(Priority.FAST_BATCH)
                .setRecord(
                        Record.newBuilder()
                                .setDestination(Destination.HEARTBEAT_EVENTS)
                                .setData(ByteString.copyFromUtf8(data)))
                .build();
    }

    private static List<String> data(MemoryReporting spool) {
        return spool.stored().stream().map(r -> r.getRecord().getData().toStringUtf8()).toList();
    }

    private static <T> T get(CompletableFuture<T> call) throws Exception {
        return call.get(60, TimeUnit.SECONDS);
    }
}
