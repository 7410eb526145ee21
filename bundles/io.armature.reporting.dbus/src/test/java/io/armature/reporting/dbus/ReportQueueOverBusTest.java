package io.armature.reporting.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.armature.dbus.wire.testing.BusClient;
import io.armature.platform.api.testing.MachineClock;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.client.EventType;
import io.armature.reporting.api.client.ReportQueue;
import io.armature.reporting.api.client.ReportQueueConfiguration;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.client.ClientQueues;
import io.armature.reporting.client.SpeculativeLimits;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.FlushPriorityRequest;
import io.armature.reporting.proto.Priority;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Queues of the client library in a process that has only the bus: what they make is understood.
 */
@Tag("server")
class ReportQueueOverBusTest {

    /** Calls of a queue, as the messages of a client that is no Java program. */
    private static Reporting over(BusClient sender) {
        return (Reporting)
                Proxy.newProxyInstance(
                        Reporting.class.getClassLoader(),
                        new Class<?>[] {Reporting.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "enqueue" ->
                                            called(
                                                    sender,
                                                    "EnqueueRecord",
                                                    ((EnqueueRecordRequest) arguments[0])
                                                            .toByteArray());
                                    case "flush" ->
                                            called(
                                                    sender,
                                                    "FlushPriority",
                                                    FlushPriorityRequest.newBuilder()
                                                            .setPriority((Priority) arguments[0])
                                                            .build()
                                                            .toByteArray());
                                    case "count" ->
                                            CompletableFuture.completedFuture(null); // not on it
                                    default -> throw new AssertionError(method);
                                });
    }

    private static CompletionStage<Enqueued> called(BusClient sender, String method, byte[] request)
            throws Exception {
        String status = Requests.status(sender.ask(method, request));
        if (status.equals("OK")) {
            return CompletableFuture.completedFuture(null); // a reply tells no position
        }
        int code = Integer.parseInt(status.split(":", 2)[0]);
        return CompletableFuture.failedFuture(
                new ReportingException(StatusCode.values()[code], status));
    }

    @Test
    void recordsOfASpeculativeQueueCrossTheBusInOrderAndErrorsComeBack() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender");
                MachineClock clock = new MachineClock();
                ClientQueues queues =
                        new ClientQueues(
                                clock,
                                Runnable::run,
                                Duration.ofSeconds(60),
                                new SpeculativeLimits(10, 1 << 20))) {
            ReportQueue queue =
                    queues.speculative(
                            ReportQueueConfiguration.of(
                                            EventType.USER, Destination.HEARTBEAT_EVENTS, () -> {})
                                    .withToken("session"));
            List<CompletionStage<Enqueued>> early =
                    List.of(
                            queue.enqueue("one", Priority.FAST_BATCH),
                            queue.enqueue("two", Priority.FAST_BATCH));
            queues.arrived(over(sender));
            early.forEach(answer -> answer.toCompletableFuture().join());
            queue.enqueue("three", Priority.FAST_BATCH).toCompletableFuture().join();
            queue.flush(Priority.FAST_BATCH).toCompletableFuture().join();

            MemoryReporting spool = fixture.spool;
            assertThat(spool.stored())
                    .extracting(request -> request.getRecord().getData().toStringUtf8())
                    .containsExactly("one", "two", "three");
            assertThat(spool.stored())
                    .allSatisfy(
                            request -> {
                                assertThat(request.getPriority()).isEqualTo(Priority.FAST_BATCH);
                                assertThat(request.getRecord().getDmToken()).isEqualTo("session");
                                assertThat(request.getRecord().getDestination())
                                        .isEqualTo(Destination.HEARTBEAT_EVENTS);
                            });
            assertThat(spool.flushed()).containsExactly(Priority.FAST_BATCH);

            spool.failing(StatusCode.RESOURCE_EXHAUSTED);
            CompletionException refused =
                    catchThrowableOfType(
                            CompletionException.class,
                            () ->
                                    queue.enqueue("four", Priority.FAST_BATCH)
                                            .toCompletableFuture()
                                            .join());
            assertThat(((ReportingException) refused.getCause()).code())
                    .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        }
    }
}
