package io.armature.reporting.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.client.EventType;
import io.armature.reporting.api.client.ReportQueue;
import io.armature.reporting.api.client.ReportQueueConfiguration;
import io.armature.reporting.api.client.ReportQueueConfiguration.Rate;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SourceInfo;
import io.armature.reporting.testing.SpoolFixture;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientQueueTest {

    private static final int RECORDS = 5;
    private static final long BYTES = 100;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ReportQueueConfiguration DEVICE =
            ReportQueueConfiguration.of(EventType.DEVICE, Destination.HEARTBEAT_EVENTS, () -> {});

    private final HandClock clock = new HandClock(Instant.parse("2026-06-01T00:00:00Z"), 1_000_000);
    private final MemoryReporting spool = new MemoryReporting();
    private final ClientQueues queues =
            new ClientQueues(clock, Runnable::run, LIMIT, new SpeculativeLimits(RECORDS, BYTES));

    private ReportQueue ready(ReportQueueConfiguration configuration) throws Exception {
        queues.arrived(spool);
        return SpoolFixture.await(queues.create(configuration));
    }

    private static ReportingException failure(CompletionStage<?> stage) throws Exception {
        return SpoolFixture.failure(stage);
    }

    private List<String> stored() {
        return spool.stored().stream()
                .map(request -> request.getRecord().getData().toStringUtf8())
                .toList();
    }

    @Test
    void recordCarriesWhatTheConfigurationSaysAndTheTimeOfTheCall() throws Exception {
        ReportQueue queue = ready(DEVICE.withReservedSpaceBytes(4096).withToken("session"));
        Enqueued receipt = SpoolFixture.await(queue.enqueue("text", Priority.FAST_BATCH));
        assertThat(receipt.priority()).isEqualTo(Priority.FAST_BATCH);
        EnqueueRecordRequest request = spool.stored().get(0);
        assertThat(request.getRecord().getDestination()).isEqualTo(Destination.HEARTBEAT_EVENTS);
        assertThat(request.getRecord().getReservedSpace()).isEqualTo(4096);
        assertThat(request.getRecord().getDmToken()).isEqualTo("session");
        assertThat(request.getRecord().getTimestampUs())
                .isEqualTo(Instant.parse("2026-06-01T00:00:00Z").getEpochSecond() * 1_000_000);
        assertThat(stored()).containsExactly("text");
    }

    @Test
    void recordOfTheDeviceHasNeitherTokenNorReservedSpace() throws Exception {
        SpoolFixture.await(ready(DEVICE).enqueue("text", Priority.SECURITY));
        assertThat(spool.stored().get(0).getRecord().hasDmToken()).isFalse();
        assertThat(spool.stored().get(0).getRecord().hasReservedSpace()).isFalse();
    }

    @Test
    void messagesAndJsonValuesAreRecordsToo() throws Exception {
        ReportQueue queue = ready(DEVICE);
        SourceInfo message = SourceInfo.newBuilder().setSourceVersion("1.2").build();
        SpoolFixture.await(queue.enqueue(message, Priority.SLOW_BATCH));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("text", "a\"b");
        json.put("list", Arrays.asList(1, 2L, 0.5, true, null));
        json.put("map", Map.of("key", List.of()));
        SpoolFixture.await(queue.enqueueJson(json, Priority.SLOW_BATCH));
        assertThat(spool.stored().get(0).getRecord().getData()).isEqualTo(message.toByteString());
        assertThat(stored().get(1))
                .isEqualTo(
                        "{\"text\":\"a\\\"b\",\"list\":[1,2,0.5,true,null],\"map\":{\"key\":[]}}");
    }

    @Test
    void whatIsNoJsonIsAnInvalidArgument() throws Exception {
        ReportQueue queue = ready(DEVICE);
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        for (Object bad : List.of(new Object(), Double.NaN, Map.of(1, 2), itself, new byte[] {1})) {
            assertThat(failure(queue.enqueueJson(Map.of("key", bad), Priority.SLOW_BATCH)).code())
                    .isEqualTo(StatusCode.INVALID_ARGUMENT);
        }
        assertThat(spool.stored()).isEmpty();
    }

    @Test
    void wrongConfigurationsAreRefusedByTheSpecificationsCodes() throws Exception {
        queues.arrived(spool);
        Map<ReportQueueConfiguration, StatusCode> wrong =
                Map.of(
                        ReportQueueConfiguration.of(
                                EventType.DEVICE, Destination.UNDEFINED_DESTINATION, () -> {}),
                        StatusCode.INVALID_ARGUMENT,
                        DEVICE.withReservedSpaceBytes(-1),
                        StatusCode.INVALID_ARGUMENT,
                        DEVICE.withRate(new Rate(0, Duration.ofSeconds(1))),
                        StatusCode.INVALID_ARGUMENT,
                        DEVICE.withRate(new Rate(1, Duration.ZERO)),
                        StatusCode.INVALID_ARGUMENT,
                        ReportQueueConfiguration.of(
                                EventType.USER, Destination.CRASH_EVENTS, () -> {}),
                        StatusCode.INTERNAL);
        for (Map.Entry<ReportQueueConfiguration, StatusCode> one : wrong.entrySet()) {
            assertThat(failure(queues.create(one.getKey())).code()).isEqualTo(one.getValue());
            ReportQueue speculative = queues.speculative(one.getKey());
            assertThat(failure(speculative.enqueue("text", Priority.SECURITY)).code())
                    .isEqualTo(one.getValue());
        }
        assertThat(spool.stored()).isEmpty();
    }

    @Test
    void undefinedPriorityIsAnInvalidArgument() throws Exception {
        for (ReportQueue queue : List.of(queues.speculative(DEVICE), ready(DEVICE))) {
            assertThat(failure(queue.enqueue("text", Priority.UNDEFINED_PRIORITY)).code())
                    .isEqualTo(StatusCode.INVALID_ARGUMENT);
            assertThat(failure(queue.enqueue("text", null)).code())
                    .isEqualTo(StatusCode.INVALID_ARGUMENT);
        }
    }

    @Test
    void clockBeyond2121IsAFailedPrecondition() throws Exception {
        ReportQueue queue = ready(DEVICE);
        Instant latest = Instant.EPOCH.plusSeconds(RecordForm.LATEST_MICROS / 1_000_000);
        clock.jumpTo(latest);
        SpoolFixture.await(queue.enqueue("text", Priority.SECURITY));
        clock.jumpTo(latest.plusNanos(1_000));
        assertThat(failure(queue.enqueue("text", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.FAILED_PRECONDITION);
    }

    @Test
    void policyIsAskedBeforeEachRecord() throws Exception {
        AtomicReference<StatusCode> policy = new AtomicReference<>(StatusCode.OK);
        ReportQueue queue =
                ready(
                        ReportQueueConfiguration.of(
                                EventType.DEVICE,
                                Destination.CRASH_EVENTS,
                                () -> {
                                    switch (policy.get()) {
                                        case OK -> {}
                                        case INTERNAL -> throw new IllegalStateException("bug");
                                        default ->
                                                throw new ReportingException(
                                                        policy.get(), "not by policy");
                                    }
                                }));
        SpoolFixture.await(queue.enqueue("one", Priority.SECURITY));
        policy.set(StatusCode.PERMISSION_DENIED);
        assertThat(failure(queue.enqueue("two", Priority.SECURITY)))
                .hasToString("PERMISSION_DENIED:not by policy");
        policy.set(StatusCode.INTERNAL);
        assertThat(failure(queue.enqueue("three", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.INTERNAL);
        policy.set(StatusCode.OK);
        SpoolFixture.await(queue.enqueue("four", Priority.SECURITY));
        assertThat(stored()).containsExactly("one", "four");
    }

    @Test
    void recordsAboveTheRateAreRefusedUntilTimeHasPassed() throws Exception {
        ReportQueue queue = ready(DEVICE.withRate(new Rate(2, Duration.ofSeconds(10))));
        SpoolFixture.await(queue.enqueue("1", Priority.SECURITY));
        SpoolFixture.await(queue.enqueue("2", Priority.SECURITY));
        assertThat(failure(queue.enqueue("3", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        clock.advance(Duration.ofSeconds(5));
        SpoolFixture.await(queue.enqueue("4", Priority.SECURITY));
        assertThat(failure(queue.enqueue("5", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(stored()).containsExactly("1", "2", "4");
    }

    @Test
    void speculativeQueueKeepsOrderAndTimesUntilTheSpoolIsThere() throws Exception {
        ReportQueue queue = queues.speculative(DEVICE);
        long before = clock.wall().getEpochSecond() * 1_000_000;
        List<CompletionStage<Enqueued>> answers = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            answers.add(queue.enqueue("early " + i, Priority.SLOW_BATCH));
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(answers).noneMatch(answer -> answer.toCompletableFuture().isDone());
        queues.arrived(spool);
        answers.add(queue.enqueue("late", Priority.SLOW_BATCH));
        for (int i = 0; i < answers.size(); i++) {
            assertThat(SpoolFixture.await(answers.get(i)).sequencingId()).isEqualTo(i);
        }
        assertThat(stored())
                .containsExactly("early 0", "early 1", "early 2", "early 3", "early 4", "late");
        assertThat(spool.stored().get(1).getRecord().getTimestampUs())
                .isEqualTo(before + 1_000_000);
    }

    @Test
    void recordsThatComeWhileOthersAreHandedOverStayBehindThem() throws Exception {
        AtomicReference<ReportQueue> self = new AtomicReference<>();
        List<CompletionStage<Enqueued>> nested = Collections.synchronizedList(new ArrayList<>());
        ReportQueue queue =
                queues.speculative(
                        ReportQueueConfiguration.of(
                                EventType.DEVICE,
                                Destination.CRASH_EVENTS,
                                () -> {
                                    if (nested.isEmpty()) {
                                        nested.add(self.get().enqueue("3", Priority.SECURITY));
                                    }
                                }));
        self.set(queue);
        queue.enqueue("1", Priority.SECURITY);
        queue.enqueue("2", Priority.SECURITY);
        queues.arrived(spool);
        SpoolFixture.await(nested.get(0));
        assertThat(stored()).containsExactly("1", "2", "3");
    }

    @Test
    void speculativeQueueIsBoundedInRecordsAndBytes() throws Exception {
        ReportQueue many = queues.speculative(DEVICE);
        for (int i = 0; i < RECORDS; i++) {
            many.enqueue("", Priority.SECURITY);
        }
        assertThat(failure(many.enqueue("", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        ReportQueue large = queues.speculative(DEVICE);
        CompletionStage<Enqueued> fits = large.enqueue("x".repeat(100), Priority.SECURITY);
        assertThat(failure(large.enqueue("x", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        queues.arrived(spool);
        SpoolFixture.await(fits);
        SpoolFixture.await(large.enqueue("x".repeat(101), Priority.SECURITY));
    }

    @Test
    void speculativeQueueRefusesAFlushUntilTheSpoolIsThere() throws Exception {
        ReportQueue queue = queues.speculative(DEVICE);
        assertThat(failure(queue.flush(Priority.MANUAL_BATCH)).code())
                .isEqualTo(StatusCode.FAILED_PRECONDITION);
        queues.arrived(spool);
        SpoolFixture.await(queue.flush(Priority.MANUAL_BATCH));
        assertThat(spool.flushed()).containsExactly(Priority.MANUAL_BATCH);
    }

    @Test
    void closingLosesWhatWaitsAndSaysSo() throws Exception {
        ReportQueue queue = queues.speculative(DEVICE);
        CompletionStage<Enqueued> waiting = queue.enqueue("text", Priority.SECURITY);
        queue.close();
        queue.close();
        assertThat(failure(waiting).code()).isEqualTo(StatusCode.DATA_LOSS);
        assertThat(failure(queue.enqueue("text", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.FAILED_PRECONDITION);
        queues.arrived(spool);
        assertThat(spool.stored()).isEmpty();
    }

    @Test
    void recordThatTheSpoolHasIsAnsweredAfterTheQueueIsClosed() throws Exception {
        ReportQueue queue = ready(DEVICE);
        spool.holding(true);
        CompletionStage<Enqueued> waiting = queue.enqueue("text", Priority.SECURITY);
        queue.close();
        spool.store(spool.held().remove());
        assertThat(SpoolFixture.await(waiting).sequencingId()).isZero();
    }

    @Test
    void creationThatFailsFailsAllThatWaits() throws Exception {
        ReportQueue queue = queues.speculative(DEVICE);
        CompletionStage<ReportQueue> creation = queues.create(DEVICE);
        CompletionStage<Enqueued> waiting = queue.enqueue("text", Priority.SECURITY);
        clock.advance(LIMIT);
        assertThat(failure(waiting).code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(failure(creation).code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(failure(queue.enqueue("text", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        queues.arrived(spool);
        assertThat(spool.stored()).isEmpty();
        SpoolFixture.await(queues.speculative(DEVICE).enqueue("text", Priority.SECURITY));
    }

    @Test
    void spoolThatCameInTimeIsNotLateLater() throws Exception {
        ReportQueue queue = queues.speculative(DEVICE);
        queues.arrived(spool);
        clock.advance(LIMIT.multipliedBy(2));
        SpoolFixture.await(queue.enqueue("text", Priority.SECURITY));
    }

    @Test
    void endOfTheLibraryEndsItsQueues() throws Exception {
        ReportQueue queue = queues.speculative(DEVICE);
        CompletionStage<Enqueued> waiting = queue.enqueue("text", Priority.SECURITY);
        queues.close();
        assertThat(failure(waiting).code()).isEqualTo(StatusCode.DATA_LOSS);
        assertThat(failure(queues.create(DEVICE)).code()).isEqualTo(StatusCode.UNAVAILABLE);
    }

    @Test
    void whatBecomesOfRecordsIsCountedAtTheSpool() throws Exception {
        AtomicReference<StatusCode> policy = new AtomicReference<>(StatusCode.PERMISSION_DENIED);
        ReportQueue queue =
                ready(
                        ReportQueueConfiguration.of(
                                EventType.DEVICE,
                                Destination.HEARTBEAT_EVENTS,
                                () -> {
                                    if (policy.get() != StatusCode.OK) {
                                        throw new ReportingException(policy.get(), "no");
                                    }
                                }));
        failure(queue.enqueue("by policy", Priority.SECURITY));
        policy.set(StatusCode.OK);
        SpoolFixture.await(queue.enqueue("1", Priority.SECURITY));
        SpoolFixture.await(queue.enqueue("2", Priority.SECURITY));
        failure(queue.enqueue("3", Priority.UNDEFINED_PRIORITY));
        spool.failing(StatusCode.RESOURCE_EXHAUSTED);
        failure(queue.enqueue("4", Priority.SECURITY));
        spool.failing(StatusCode.OK);
        clock.jumpTo(Instant.parse("2130-01-01T00:00:00Z"));
        failure(queue.enqueue("5", Priority.SECURITY));
        assertThat(counted())
                .containsExactly(
                        "ClientEnqueueResult FAILED_PRECONDITION 1",
                        "ClientEnqueueResult INVALID_ARGUMENT 1",
                        "ClientEnqueueResult OK 2",
                        "ClientEnqueueResult PERMISSION_DENIED 1",
                        "ClientEnqueueResult RESOURCE_EXHAUSTED 1",
                        "UnusualEnqueueTimestamp HEARTBEAT_EVENTS 1");
    }

    @Test
    void whatBecomesOfRecordsBeforeThereIsASpoolIsCountedOnceItIsThere() throws Exception {
        ReportQueue queue = queues.speculative(DEVICE);
        CompletionStage<Enqueued> waiting = queue.enqueue("lost", Priority.SECURITY);
        failure(queue.enqueue("wrong", Priority.UNDEFINED_PRIORITY));
        queue.close();
        failure(waiting);
        queues.arrived(spool);
        assertThat(counted())
                .containsExactly(
                        "ClientEnqueueResult DATA_LOSS 1",
                        "ClientEnqueueResult INVALID_ARGUMENT 1");
    }

    @Test
    void neverMoreThanOneCountWaitsForASpoolThatDoesNotAnswer() throws Exception {
        BlockingQueue<CompletableFuture<Void>> calls = new LinkedBlockingQueue<>();
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Tally tally = new Tally();
        tally.arrived(
                (Reporting)
                        Proxy.newProxyInstance(
                                Reporting.class.getClassLoader(),
                                new Class<?>[] {Reporting.class},
                                (proxy, method, arguments) -> {
                                    told.add(arguments[1] + " " + arguments[2]);
                                    CompletableFuture<Void> answer = new CompletableFuture<>();
                                    calls.add(answer);
                                    return answer;
                                }));
        for (int i = 0; i < 3; i++) {
            tally.ended(null);
            tally.ended(new ReportingException(StatusCode.INTERNAL, "why"));
        }
        assertThat(told).containsExactly("OK 1");
        calls.remove().completeExceptionally(new ReportingException(StatusCode.UNAVAILABLE, "go"));
        assertThat(told).containsExactly("OK 1", "INTERNAL 3");
        calls.remove().complete(null);
        assertThat(told).containsExactly("OK 1", "INTERNAL 3", "OK 2");
        calls.remove().complete(null);
        assertThat(calls).isEmpty();
    }

    /** Metrics of the library, without what all names begin with. */
    private List<String> counted() throws Exception {
        return SpoolFixture.await(spool.metrics()).stream()
                .filter(each -> !each.name().endsWith("StorageUsage"))
                .map(
                        each ->
                                each.name().replace("Platform.Missive.", "")
                                        + " "
                                        + each.sample()
                                        + " "
                                        + each.value())
                .toList();
    }
}
