package io.armature.reporting.client;

import io.armature.boot.api.Milestone;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.client.ReportQueue;
import io.armature.reporting.api.client.ReportQueueConfiguration;
import io.armature.reporting.api.client.ReportQueues;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.Sticky;
import io.armature.services.api.UsesService;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Report queues for bundles. It stays while the spool comes and goes: from the first spool on, all
 * calls go through a stand-in that holds them while the spool is replaced.
 */
@Component(
        configurationPid = "io.armature.reporting.client",
        property = "armature.service=ReportQueues")
@Designate(ocd = ReportQueuesComponent.Settings.class)
@SatisfyingConditionTarget(Milestone.STARTUP)
@UsesService(name = "Reporting")
public final class ReportQueuesComponent implements ReportQueues {

    /** Settings, PID {@code io.armature.reporting.client}. */
    @ObjectClassDefinition(name = "Reporting client library")
    public @interface Settings {
        @AttributeDefinition(
                description = "Records that one queue keeps until the spool is there",
                min = "1",
                max = "100000")
        int speculative_records() default 1000;

        @AttributeDefinition(
                description = "Bytes that one queue keeps until the spool is there",
                min = "1024",
                max = "67108864")
        long speculative_bytes() default 1 << 20;

        @AttributeDefinition(
                description = "Longest wait of a new queue for the first spool, ms",
                min = "0",
                max = "3600000")
        long creation_limit_ms() default 120_000;

        @AttributeDefinition(
                description = "Calls that wait while the spool is replaced",
                min = "0",
                max = "1000000")
        int held_calls() default 4096;

        @AttributeDefinition(
                description = "Longest wait for a spool that is being replaced, ms",
                min = "0",
                max = "600000")
        long hold_limit_ms() default 10_000;
    }

    private static final long IDLE_SECONDS = 5;

    private final ThreadPoolExecutor worker =
            new ThreadPoolExecutor(
                    1,
                    1,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    ReportQueuesComponent::thread,
                    new ThreadPoolExecutor.DiscardPolicy());
    private final Hold hold;
    private final ClientQueues queues;

    private final AtomicReference<Sticky<Reporting>> standIn = new AtomicReference<>();
    private final AtomicBoolean arrived = new AtomicBoolean();
    private volatile boolean spoolSeen;

    @Activate
    public ReportQueuesComponent(@Reference DeviceClock clock, Settings settings) {
        worker.allowCoreThreadTimeOut(true);
        hold =
                new Hold(
                        settings.held_calls(),
                        Duration.ofMillis(settings.hold_limit_ms()),
                        ReportingException::unavailable,
                        ReportingException::isUnavailable);
        queues =
                new ClientQueues(
                        clock,
                        worker,
                        Duration.ofMillis(settings.creation_limit_ms()),
                        new SpeculativeLimits(
                                settings.speculative_records(), settings.speculative_bytes()));
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "reporting-client");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * A manager has come. The stand-in of the first one is kept; the next manager takes it over.
     */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServices(ServiceManager services) {
        if (standIn.get() == null) {
            // Without a lock: a spool may start within, and be bound by another thread.
            Sticky<Reporting> made = services.sticky(Reporting.class, hold);
            if (!standIn.compareAndSet(null, made)) {
                made.close(); // another manager's came first
            }
        }
        begin();
    }

    /** A manager has gone. */
    void unbindServices(ServiceManager services) {
        // the stand-in stays
    }

    /** A spool has come: the queues may begin, with the stand-in. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSpool(Reporting spool) {
        spoolSeen = true;
        begin();
    }

    /** A spool has gone. */
    void unbindSpool(Reporting spool) {
        // calls wait in the stand-in for the next one
    }

    private void begin() {
        Sticky<Reporting> made = standIn.get();
        if (spoolSeen && made != null && arrived.compareAndSet(false, true)) {
            queues.arrived(made.service());
        }
    }

    @Deactivate
    void stop() {
        queues.close();
        Sticky<Reporting> made = standIn.get();
        if (made != null) {
            made.close();
        }
        worker.shutdown();
    }

    @Override
    public CompletionStage<ReportQueue> create(ReportQueueConfiguration configuration) {
        return queues.create(configuration);
    }

    @Override
    public ReportQueue speculative(ReportQueueConfiguration configuration) {
        return queues.speculative(configuration);
    }
}
