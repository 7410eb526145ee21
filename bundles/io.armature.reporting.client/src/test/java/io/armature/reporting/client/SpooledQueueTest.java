package io.armature.reporting.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.client.EventType;
import io.armature.reporting.api.client.ReportQueue;
import io.armature.reporting.api.client.ReportQueueConfiguration;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.testing.SpoolFixture;
import io.armature.services.api.testing.FakeServiceManager;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The component over the real spool. */
@Timeout(60)
class SpooledQueueTest {

    private static final ReportQueueConfiguration HEARTBEATS =
            ReportQueueConfiguration.of(EventType.DEVICE, Destination.HEARTBEAT_EVENTS, () -> {});

    @TempDir Path root;
    private final FakeServiceManager services = new FakeServiceManager();
    private SpoolFixture fixture;
    private ReportQueuesComponent component;

    private void start() {
        fixture = new SpoolFixture(root);
        component = new ReportQueuesComponent(fixture.clock, defaults());
        component.bindServices(services.user(0));
    }

    private void spoolComes() {
        fixture.start();
        services.publish(Reporting.class, fixture.spool());
        component.bindSpool(fixture.spool());
    }

    private static ReportQueuesComponent.Settings defaults() {
        return (ReportQueuesComponent.Settings)
                Proxy.newProxyInstance(
                        SpooledQueueTest.class.getClassLoader(),
                        new Class<?>[] {ReportQueuesComponent.Settings.class},
                        (proxy, method, arguments) -> method.getDefaultValue());
    }

    @AfterEach
    void stop() {
        component.stop();
        fixture.close();
    }

    @Test
    void recordsOfASpeculativeQueueAreOnDiskInTheirOrder() throws Exception {
        start();
        ReportQueue queue = component.speculative(HEARTBEATS);
        List<CompletionStage<Enqueued>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(queue.enqueue("early " + i, Priority.SLOW_BATCH));
        }
        spoolComes();
        answers.add(queue.enqueue("late", Priority.SLOW_BATCH));
        for (int i = 0; i < answers.size(); i++) {
            assertThat(SpoolFixture.await(answers.get(i)).sequencingId()).isEqualTo(i);
        }
        fixture.restart();
        List<String> left = fixture.left(Priority.SLOW_BATCH);
        assertThat(left).hasSize(101).startsWith("early 0", "early 1").endsWith("early 99", "late");
    }

    @Test
    void whatTheSpoolRefusesReachesTheCaller() throws Exception {
        start();
        spoolComes();
        ReportQueue queue = SpoolFixture.await(component.create(HEARTBEATS));
        ReportingException tooLong =
                SpoolFixture.failure(queue.enqueue("x".repeat(2 << 20), Priority.SECURITY));
        assertThat(tooLong.code()).isEqualTo(StatusCode.OUT_OF_RANGE);
        ReportQueue opportunistic =
                SpoolFixture.await(
                        component.create(HEARTBEATS.withReservedSpaceBytes(Long.MAX_VALUE / 2)));
        assertThat(SpoolFixture.failure(opportunistic.enqueue("x", Priority.SECURITY)).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void queueStaysWhileTheSpoolIsReplaced() throws Exception {
        start();
        spoolComes();
        ReportQueue queue = SpoolFixture.await(component.create(HEARTBEATS));
        SpoolFixture.await(queue.enqueue("before", Priority.SECURITY));
        MemoryReporting next = new MemoryReporting();
        component.unbindSpool(fixture.spool());
        services.publish(Reporting.class, next);
        component.bindSpool(next);
        SpoolFixture.await(queue.enqueue("after", Priority.SECURITY));
        assertThat(next.stored()).hasSize(1);
    }

    @Test
    void queuesBeginWhicheverComesFirstTheSpoolOrTheManager() throws Exception {
        fixture = new SpoolFixture(root);
        component = new ReportQueuesComponent(fixture.clock, defaults());
        ReportQueue queue = component.speculative(HEARTBEATS);
        CompletionStage<Enqueued> answer = queue.enqueue("early", Priority.SECURITY);
        spoolComes();
        assertThat(answer.toCompletableFuture()).isNotDone();
        component.bindServices(services.user(0));
        SpoolFixture.await(answer);
    }
}
