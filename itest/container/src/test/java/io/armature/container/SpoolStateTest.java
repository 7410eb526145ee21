package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.service.cm.ConfigurationAdmin;

/** What the spool has in memory only outlives its update; settings change while it runs. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SpoolStateTest {

    private static final String SPOOL = "io.armature.reporting";
    private static final long DEADLINE_SECONDS = 30;

    @Inject private BundleContext context;
    private Device device;

    @Configuration
    public Option[] slot() {
        return Slot.options(
                Map.of(
                        "etc/armature/reporting.json",
                        "{\"io.armature.reporting\": {\"encryption_enabled\": false}}"));
    }

    @Before
    public void boot() throws Exception {
        device = new Device(context);
        device.ensureBooted();
    }

    @Test
    public void settingsCountAtOnceAndTheSpoolStaysAndItsMemoryOutlivesAnUpdate() throws Exception {
        Reporting spool = device.await(Reporting.class);
        Enqueued first = store(spool, Destination.HEARTBEAT_EVENTS);
        await(
                spool.updateConfiguration(
                        ListOfBlockedDestinations.newBuilder()
                                .addDestinations(Destination.CRASH_EVENTS)
                                .build()));
        store(spool, Destination.CRASH_EVENTS);
        Object services = device.servicesOf(SPOOL);

        configure(Map.of("blocking.destinations.enabled", "TRUE", "jobs", "nonsense"));
        assertEquals("CANCELLED", refusal(spool));
        assertEquals("the spool's services stay", services, device.servicesOf(SPOOL));
        configure(
                Map.of(
                        "blocking.destinations.enabled",
                        true,
                        "legacy.storage.enabled",
                        "FAST_BATCH"));
        Enqueued legacy = store(spool, Destination.HEARTBEAT_EVENTS);
        assertEquals("", legacy.generationGuid());
        assertEquals(0, legacy.sequencingId());
        configure(Map.of("blocking.destinations.enabled", true));
        await(spool.recordHealth(true));

        device.swap(SPOOL);
        Reporting next = device.await(Reporting.class);

        await(next.queues());
        Enqueued second = store(next, Destination.HEARTBEAT_EVENTS);
        assertEquals(first.generationGuid(), second.generationGuid());
        assertEquals(first.generationId(), second.generationId());
        assertNotEquals(services, device.servicesOf(SPOOL));
        assertEquals("CANCELLED", refusal(next));
        assertTrue("the history goes on", await(next.health()).getHistoryCount() >= 2);
        assertTrue(
                "so do counts",
                await(next.metrics())
                        .contains(new Metric("Platform.Missive.StartStatus", "OK", 2)));
    }

    /** Changes the configuration; returns when the component has it. */
    private void configure(Map<String, Object> changes) throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        BundleContext system = context.getBundle(0).getBundleContext();
        AllServiceListener listener =
                event -> {
                    if (event.getType() == ServiceEvent.MODIFIED
                            && SPOOL.equals(
                                    event.getServiceReference().getBundle().getSymbolicName())) {
                        told.countDown();
                    }
                };
        system.addServiceListener(listener);
        try {
            ConfigurationAdmin admin =
                    context.getService(context.getServiceReference(ConfigurationAdmin.class));
            Hashtable<String, Object> values = new Hashtable<>(changes);
            values.put("encryption.enabled", false);
            admin.getConfiguration(SPOOL, null).update(values);
            assertTrue(
                    "the component was told of its settings",
                    told.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
        } finally {
            system.removeServiceListener(listener);
        }
    }

    private static Enqueued store(Reporting spool, Destination destination) throws Exception {
        return await(spool.enqueue(request(destination)));
    }

    private static String refusal(Reporting spool) throws Exception {
        try {
            return await(spool.enqueue(request(Destination.CRASH_EVENTS))).toString();
        } catch (ExecutionException e) {
            return ((ReportingException) e.getCause()).code().name();
        }
    }

    private static EnqueueRecordRequest request(Destination destination) {
        return EnqueueRecordRequest.newBuilder()
                .setPriority(Priority.FAST_BATCH)
                .setRecord(
                        Record.newBuilder()
                                .setDestination(destination)
                                .setData(ByteString.copyFromUtf8("x")))
                .build();
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
