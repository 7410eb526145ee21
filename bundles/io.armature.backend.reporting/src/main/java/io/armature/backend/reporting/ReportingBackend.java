package io.armature.backend.reporting;

import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.reporting.link.BrokerLink;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.storage.RecordStore;
import io.armature.boot.api.Milestone;
import io.armature.control.api.Command;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the reporting server, connects it while the broker is there, and gives its commands. */
@Component(
        service = {Command.class, FaultSource.class},
        immediate = true,
        configurationPid = "io.armature.backend.reporting")
@CommandWord(command = "backend", command_model = BackendCommands.class)
@Designate(ocd = ReportingBackend.Settings.class)
@SatisfyingConditionTarget(Milestone.STARTUP)
public final class ReportingBackend implements Command, FaultSource {

    /** Settings, PID {@code io.armature.backend.reporting}. */
    @ObjectClassDefinition(name = "Reporting server")
    public @interface Settings {
        @AttributeDefinition(
                description = "Threads that open records; 0: processors but one",
                min = "0",
                max = "64")
        int opening_threads() default 0;

        @AttributeDefinition(
                description = "Uploads that wait to be stored, bytes; a quarter for one device",
                min = "1048576",
                max = "4294967296")
        long waiting_limit_bytes() default 64L << 20;

        @AttributeDefinition(
                description = "Largest upload, bytes",
                min = "65536",
                max = "268435456")
        int message_limit_bytes() default 32 << 20;

        @AttributeDefinition(
                description = "Queues remembered for one device",
                min = "64",
                max = "1000000")
        int queues_per_device() default 4096;

        @AttributeDefinition(
                description = "Stored lines between two checkpoints, bytes",
                min = "65536",
                max = "1073741824")
        long checkpoint_bytes() default 16L << 20;

        @AttributeDefinition(
                description = "Times that records above missing ids must come again",
                min = "1",
                max = "100")
        int missing_resends() default 3;

        @AttributeDefinition(
                description = "Time before missing ids are given up, s",
                min = "1",
                max = "604800")
        long missing_wait_s() default 60;
    }

    private static final Logger log = LoggerFactory.getLogger(ReportingBackend.class);

    private static final long OPEN_LIMIT_SECONDS = 30;

    private final DeviceClock clock;
    private final FutureTask<Backend> opening;
    private final Object lock = new Object();
    // Guarded by lock.
    private DeviceAccounts accounts;
    private BrokerLink link;
    private boolean stopped;

    /** Whether everything is stored that will be. */
    private volatile boolean closed;

    /** Opens keys and store on a thread of its own. */
    @Activate
    public ReportingBackend(
            @Reference DevicePaths paths,
            @Reference DurableFiles files,
            @Reference DeviceClock clock,
            @Reference Randomness randomness,
            Settings settings) {
        this.clock = clock;
        this.opening =
                new FutureTask<>(
                        () ->
                                Backend.open(
                                        paths,
                                        files,
                                        clock,
                                        randomness,
                                        storeLimits(settings),
                                        serverLimits(settings),
                                        this::send));
        new Thread(this::open, "backend-reporting-start").start();
    }

    /** The broker is there. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindAccounts(DeviceAccounts service) {
        synchronized (lock) {
            accounts = service;
        }
        if (opening.isDone()) {
            connect();
        }
    }

    /** The broker has gone. */
    void unbindAccounts(DeviceAccounts service) {
        BrokerLink old;
        synchronized (lock) {
            if (accounts != service) {
                return;
            }
            accounts = null;
            old = link;
            link = null;
        }
        if (old != null) {
            old.close();
        }
    }

    @Deactivate
    void stop() {
        BrokerLink old;
        synchronized (lock) {
            stopped = true;
            old = link;
            link = null;
        }
        try {
            // What has been taken is stored and confirmed while the connection lasts.
            Backend backend = opening.get(OPEN_LIMIT_SECONDS, TimeUnit.SECONDS);
            backend.close();
            closed = true;
            backend.store().lines().wake(); // who follows gets nothing any more
        } catch (ExecutionException | TimeoutException e) {
            log.debug("nothing to close");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (old != null) {
            old.close();
        }
    }

    @Override
    public Object create(Terminal terminal) {
        return new BackendCommands(terminal, this);
    }

    @Override
    public List<Fault> faults() {
        if (!opening.isDone()) {
            return List.of();
        }
        try {
            opening.get();
            return List.of();
        } catch (ExecutionException e) {
            return List.of(
                    new Fault(
                            "backend-reporting",
                            "store",
                            "no record is taken: " + e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** Whether this server stores nothing any more. */
    boolean stopped() {
        return closed;
    }

    /** The server, for commands. */
    Backend backend() {
        try {
            return opening.get(OPEN_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw CommandFailure.failed(
                    "the reporting server does not run: " + e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw CommandFailure.failed("the reporting server is still reading its records");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }

    /** The broker's accounts, for commands; none while it is away. */
    Optional<DeviceAccounts> accounts() {
        synchronized (lock) {
            return Optional.ofNullable(accounts);
        }
    }

    /** Whether uploads can come in. */
    boolean connected() {
        synchronized (lock) {
            return link != null && link.connected();
        }
    }

    private void open() {
        opening.run();
        try {
            Backend backend = opening.get();
            log.info("reporting server ready key={}", backend.keys().id());
            connect();
        } catch (ExecutionException e) {
            log.error("reporting server does not run", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect() {
        DeviceAccounts broker;
        synchronized (lock) {
            broker = accounts;
        }
        if (broker == null || failed()) {
            return;
        }
        BrokerLink next =
                new BrokerLink(
                        broker.url(),
                        DeviceAccounts.SERVER_USER,
                        broker.serverPassword(),
                        clock,
                        (topic, payload) -> backend().server().received(topic, payload));
        BrokerLink unused;
        synchronized (lock) {
            boolean wanted = accounts == broker && !stopped;
            unused = wanted ? link : next;
            if (wanted) {
                link = next;
                next.start();
            }
        }
        if (unused != null) {
            unused.close();
        }
    }

    private boolean failed() {
        return !faults().isEmpty();
    }

    private void send(String topic, byte[] payload) {
        BrokerLink current;
        synchronized (lock) {
            current = link;
        }
        if (current != null) {
            current.send(topic, payload);
        }
    }

    private static RecordStore.Limits storeLimits(Settings settings) {
        return new RecordStore.Limits(
                settings.queues_per_device(),
                settings.checkpoint_bytes(),
                settings.missing_resends(),
                TimeUnit.SECONDS.toNanos(settings.missing_wait_s()));
    }

    private static ReportingServer.Limits serverLimits(Settings settings) {
        int threads = settings.opening_threads();
        int processors = Runtime.getRuntime().availableProcessors();
        return new ReportingServer.Limits(
                threads > 0 ? threads : Math.max(1, processors - 1),
                settings.waiting_limit_bytes(),
                settings.message_limit_bytes());
    }
}
