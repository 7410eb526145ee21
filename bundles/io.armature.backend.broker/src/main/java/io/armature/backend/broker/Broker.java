package io.armature.backend.broker;

import io.armature.backend.api.DeviceAccounts;
import io.armature.boot.api.Milestone;
import io.armature.boot.api.PhaseTask;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the broker on a thread of its own and publishes its accounts while it listens. The phase
 * boot-services waits for the first attempt, so that a backend that has booted takes devices.
 */
@Component(
        service = {FaultSource.class, PhaseTask.class},
        property = PhaseTask.PHASE + "=boot-services",
        immediate = true,
        configurationPid = "io.armature.backend.broker")
@Designate(ocd = Broker.Settings.class)
@SatisfyingConditionTarget(Milestone.STARTUP)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.armature.backend.api.DeviceAccounts\"",
        uses = DeviceAccounts.class)
public final class Broker implements FaultSource, PhaseTask {

    /** Settings of the backend's broker. */
    @ObjectClassDefinition(id = "io.armature.backend.broker", name = "Backend broker")
    public @interface Settings {
        @AttributeDefinition(description = "Address to listen on")
        String host() default "127.0.0.1";

        @AttributeDefinition(
                description = "TCP port; 0: a free one, kept over restarts",
                min = "0",
                max = "65535")
        int port() default 0;

        @AttributeDefinition(
                description = "Largest packet taken from a client, bytes",
                min = "65536",
                max = "67108864")
        int max_message_bytes() default 2 << 20;

        @AttributeDefinition(
                description = "Packets that may wait for a session loop of the broker",
                min = "128",
                max = "1048576")
        int session_commands() default 1 << 15;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final long STOP_SECONDS = 4;

    private final BundleContext bundle;
    private final DeviceClock clock;
    private final BrokerSettings settings;
    private final Path state;
    private final Path urlFile;
    private final DurableFiles files;
    private final Randomness randomness;
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "broker-life"));
    private final CompletableFuture<Void> attempted = new CompletableFuture<>();
    private volatile List<Fault> startFault = List.of();
    private volatile BrokerLife life;
    private ServiceRegistration<DeviceAccounts> registration;
    private boolean stopped;

    @Activate
    public Broker(
            BundleContext bundle,
            @Reference DevicePaths paths,
            @Reference DurableFiles files,
            @Reference Randomness randomness,
            @Reference DeviceClock clock,
            Settings settings) {
        this.bundle = bundle;
        this.clock = clock;
        this.settings =
                new BrokerSettings(
                        settings.host(),
                        settings.port(),
                        settings.max_message_bytes(),
                        settings.session_commands());
        this.state = paths.state().resolve("broker");
        this.urlFile = paths.run().resolve("broker.url");
        this.files = files;
        this.randomness = randomness;
        executor.execute(this::start);
    }

    @Override
    public List<Fault> faults() {
        BrokerLife current = life;
        return current == null ? startFault : current.faults();
    }

    @Override
    public String name() {
        return "broker";
    }

    @Override
    public CompletionStage<Void> run() {
        return attempted.copy();
    }

    @Deactivate
    void stop() throws InterruptedException {
        executor.execute(this::end);
        executor.shutdown();
        if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("broker still stopping after {} s", STOP_SECONDS);
        }
    }

    private void start() {
        if (!stopped) {
            try {
                attempt();
            } finally {
                attempted.complete(null);
            }
        }
    }

    private void attempt() {
        withdraw();
        try {
            AccountFile accounts = new AccountFile(state, files, randomness);
            BrokerLife next = new BrokerLife(settings, state, urlFile, files, accounts);
            closeLife();
            life = next;
            Optional<URI> url = next.start(this::restart);
            if (url.isPresent()) {
                publish(url.get(), accounts);
                return;
            }
        } catch (IOException e) {
            LOG.warn("broker's state unreadable", e);
            startFault = List.of(new Fault("broker", state.toString(), e.toString()));
        }
        clock.after(RETRY, this::execute, this::start);
    }

    private void publish(URI url, AccountFile accounts) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("url", url.toString());
        registration =
                bundle.registerService(
                        DeviceAccounts.class, new ListeningAccounts(url, accounts), properties);
    }

    private void restart(Throwable cause) {
        LOG.error("a session loop of the broker has died, starting it anew", cause);
        execute(this::start);
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            LOG.debug("broker is stopping");
        }
    }

    private void end() {
        stopped = true;
        attempted.complete(null);
        withdraw();
        closeLife();
    }

    private void withdraw() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
    }

    private void closeLife() {
        BrokerLife current = life;
        life = null;
        if (current != null) {
            current.close();
        }
    }

    /** The accounts while the broker listens. */
    private record ListeningAccounts(URI url, AccountFile accounts) implements DeviceAccounts {

        @Override
        public String serverPassword() {
            return accounts.serverPassword();
        }

        @Override
        public String enroll(String deviceId) throws IOException {
            return accounts.enroll(deviceId);
        }

        @Override
        public boolean isEnrolled(String deviceId) {
            return accounts.isDevice(deviceId);
        }
    }
}
