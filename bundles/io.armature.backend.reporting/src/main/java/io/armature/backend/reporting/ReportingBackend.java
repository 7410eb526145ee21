package io.armature.backend.reporting;

import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StorageProvider;
import io.armature.backend.reporting.configuration.Configurations;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.link.Broker;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.server.WatchedStorage;
import io.armature.backend.reporting.storage.LineStorage;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import org.osgi.service.component.annotations.ReferencePolicyOption;
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

        @AttributeDefinition(
                description =
                        "Where records are kept: 'lines' is JSON lines in files, for one server")
        String storage() default LINES;

        @AttributeDefinition(
                description = "Broker, tcp://HOST:PORT; empty: the one of this process")
        String broker_uri() default "";

        @AttributeDefinition(description = "User name at the broker that broker_uri names")
        String broker_user() default DeviceAccounts.SERVER_USER;

        @AttributeDefinition(
                description = "File with the password for that broker, relative to the root")
        String broker_password_file() default "etc/armature/backend/broker-password";

        @AttributeDefinition(
                description =
                        "Name of the servers that share the uploads of that broker; empty: none")
        String shared_group() default "";
    }

    private static final Logger log = LoggerFactory.getLogger(ReportingBackend.class);

    private static final long OPEN_LIMIT_SECONDS = 30;

    /** The storage that is always there. */
    private static final String LINES = "lines";

    private final FutureTask<Backend> opening;
    private final Optional<Broker> named;
    private final Uplink uplink;
    private final Randomness randomness;
    private final DeviceClock clock;

    /** Whether everything is stored that will be. */
    private volatile boolean closed;

    /** Opens keys and storage on a thread of its own. */
    @Activate
    public ReportingBackend(
            @Reference DevicePaths paths,
            @Reference DurableFiles files,
            @Reference DeviceClock clock,
            @Reference Randomness randomness,
            @Reference(
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    StorageProvider provider,
            Settings settings) {
        this.randomness = randomness;
        this.clock = clock;
        this.named = broker(settings, paths);
        this.uplink =
                new Uplink(
                        named,
                        clock,
                        (topic, payload) -> backend().server().received(topic, payload));
        this.opening =
                new FutureTask<>(
                        () -> {
                            Path own = paths.state().resolve("backend-reporting");
                            BackendKeys keys =
                                    BackendKeys.open(own.resolve("keys"), files, randomness);
                            return Backend.open(
                                    keys,
                                    new Configurations(own.resolve("configuration"), files, keys),
                                    () -> storage(paths, files, clock, provider, settings),
                                    uplink::accounts,
                                    serverLimits(settings),
                                    uplink,
                                    clock);
                        });
        new Thread(this::open, "backend-reporting-start").start();
    }

    /** The broker is there. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindAccounts(DeviceAccounts service) {
        uplink.bind(service);
    }

    /** The broker has gone. */
    void unbindAccounts(DeviceAccounts service) {
        uplink.unbind(service);
    }

    @Deactivate
    void stop() {
        uplink.end();
        try {
            // What has been taken is stored and confirmed while the connection lasts.
            Backend backend = opening.get(OPEN_LIMIT_SECONDS, TimeUnit.SECONDS);
            backend.close();
            closed = true;
            backend.storage().wake(); // who follows gets nothing any more
        } catch (ExecutionException | TimeoutException e) {
            log.debug("nothing to close");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        uplink.close();
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
            return opening.get().faults();
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
        return uplink.accounts();
    }

    /** Where devices get accounts, for commands. */
    Enrolment.Registry registry() {
        Optional<Enrolment.Registry> registry =
                named.map(
                                broker ->
                                        new Enrolment.Registry(
                                                broker.url().toString(), Optional.empty()))
                        .or(
                                () ->
                                        accounts()
                                                .map(
                                                        a ->
                                                                new Enrolment.Registry(
                                                                        a.url().toString(),
                                                                        Optional.of(a))));
        return registry.orElseThrow(() -> CommandFailure.failed("the broker is away"));
    }

    Randomness randomness() {
        return randomness;
    }

    /** The time of day. */
    Instant now() {
        return clock.wall();
    }

    /** Whether uploads can come in. */
    boolean connected() {
        return uplink.connected();
    }

    private void open() {
        opening.run();
        try {
            Backend backend = opening.get();
            log.info("reporting server ready key={}", backend.keys().id());
            uplink.ready();
        } catch (ExecutionException e) {
            log.error("reporting server does not run", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RecordStorage storage(
            DevicePaths paths,
            DurableFiles files,
            DeviceClock clock,
            StorageProvider provider,
            Settings settings)
            throws IOException {
        if (settings.storage().equals(LINES)) {
            return Backend.lines(paths, files, clock, storeLimits(settings));
        }
        if (provider == null || !provider.name().equals(settings.storage())) {
            throw new IOException(
                    "no bundle brings the storage '" + settings.storage() + "' that is set");
        }
        RecordStorage storage =
                provider.open(
                        new StorageProvider.Terms(
                                LineStorage::print,
                                settings.missing_resends(),
                                Duration.ofSeconds(settings.missing_wait_s())));
        if (settings.shared_group().isEmpty()) {
            return storage;
        }
        WatchedStorage watched = new WatchedStorage(storage, uplink, clock);
        watched.start();
        return watched;
    }

    private static Optional<Broker> broker(Settings settings, DevicePaths paths) {
        if (settings.broker_uri().isEmpty()) {
            if (!settings.shared_group().isEmpty()) {
                throw new IllegalArgumentException(
                        "shared_group needs broker_uri: the broker of this process shares nothing");
            }
            return Optional.empty();
        }
        Path file = paths.root().resolve(settings.broker_password_file());
        try {
            String password = Files.exists(file) ? Files.readString(file).strip() : "";
            return Optional.of(
                    new Broker(
                            URI.create(settings.broker_uri()),
                            password.isEmpty() ? "" : settings.broker_user(),
                            password,
                            settings.shared_group()));
        } catch (IOException e) {
            throw new UncheckedIOException("broker_password_file cannot be read", e);
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
