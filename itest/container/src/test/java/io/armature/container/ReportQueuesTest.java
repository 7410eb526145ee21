package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.client.EventType;
import io.armature.reporting.api.client.ReportQueue;
import io.armature.reporting.api.client.ReportQueueConfiguration;
import io.armature.reporting.api.client.ReportQueues;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A bundle reports through a queue of the client library. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ReportQueuesTest {

    private static final int RECORDS = 50;
    private static final long DEADLINE_SECONDS = 30;

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options(
                Map.of(
                        "etc/armature/test.json",
                        "{\"io.armature.reporting\": {\"encryption_enabled\": false}}",
                        "etc/mojo/service_manager/policy/reporter.jsonc",
                        "[{\"bundle\": \"com.example.reporter\", \"request\": [\"ReportQueues\"]}]"));
    }

    private static Enqueued receipt(CompletableFuture<Enqueued> stored) throws Exception {
        return stored.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    public void recordsOfABundleAreStoredInOrderWhileTheSpoolIsReplaced() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        BareBundle stranger = new BareBundle(context, "com.example.stranger");
        assertNull(stranger.context().getServiceReference(ReportQueues.class));
        stranger.uninstall();

        BareBundle reporter = new BareBundle(context, "com.example.reporter");
        ServiceReference<ReportQueues> found =
                reporter.context().getServiceReference(ReportQueues.class);
        assertNotNull(found);
        ReportQueue queue =
                reporter.context()
                        .getService(found)
                        .speculative(
                                ReportQueueConfiguration.of(
                                        EventType.DEVICE, Destination.HEARTBEAT_EVENTS, () -> {}));
        Enqueued first = receipt(store(queue, "first"));
        assertEquals(0, first.sequencingId());

        List<CompletableFuture<Enqueued>> stored = new ArrayList<>();
        Thread load =
                new Thread(
                        () -> {
                            for (int i = 0; i < RECORDS; i++) {
                                stored.add(store(queue, "record " + i));
                            }
                        },
                        "load");
        load.start();
        device.swap("io.armature.reporting");
        load.join();
        Enqueued last = first;
        for (CompletableFuture<Enqueued> one : stored) {
            Enqueued next = receipt(one);
            long expected =
                    next.generationGuid().equals(last.generationGuid())
                            ? last.sequencingId() + 1
                            : 0;
            assertEquals(expected, next.sequencingId());
            last = next;
        }
        queue.close();
        reporter.uninstall();
    }

    private static CompletableFuture<Enqueued> store(ReportQueue queue, String text) {
        return queue.enqueue(text, Priority.SLOW_BATCH).toCompletableFuture();
    }
}
