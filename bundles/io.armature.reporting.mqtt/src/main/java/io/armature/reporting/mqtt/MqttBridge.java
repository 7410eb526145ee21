package io.armature.reporting.mqtt;

import io.armature.boot.api.Milestone;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DeviceIdentity;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.mqtt.api.Transport;
import io.armature.services.api.OwnsService;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceNames;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
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
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes {@link Uploader} while the device is connected to its broker. */
@Component(
        service = FaultSource.class,
        immediate = true,
        configurationPid = "io.armature.reporting.mqtt")
@Designate(ocd = MqttBridge.Settings.class)
@SatisfyingConditionTarget(Milestone.BOOT_COMPLETE)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.armature.reporting.api.Uploader\"",
        uses = Uploader.class)
@OwnsService(name = "Uploader", type = Uploader.class)
public final class MqttBridge implements FaultSource {

    /** Settings of the bridge between spool and broker. */
    @ObjectClassDefinition(id = "io.armature.reporting.mqtt", name = "Reporting over MQTT")
    public @interface Settings {
        @AttributeDefinition(
                description = "Broker, tcp://HOST:PORT or ssl://HOST:PORT; empty: no uploads")
        String server_uri() default "";

        @AttributeDefinition(description = "User name at the broker; empty: the device id")
        String user() default "";

        @AttributeDefinition(description = "File with the password, relative to the root")
        String password_file() default "etc/armature/reporting/mqtt-password";

        @AttributeDefinition(
                description =
                        "Version of MQTT; 5 needs the feature reporting-mqtt5; highest: of those"
                                + " that the device's bundles speak at the time",
                options = {
                    @Option(value = "3.1.1"),
                    @Option(value = "5"),
                    @Option(value = "highest")
                })
        String mqtt_version() default "3.1.1";

        @AttributeDefinition(
                description = "Bytes of packets sent in any hour, repetitions too; 0: no limit",
                min = "0")
        long budget_bytes_per_hour() default 0;

        @AttributeDefinition(
                description =
                        "Shares of the budget in percent, 100 together: SECURITY, IMMEDIATE,"
                                + " FAST_BATCH, SLOW_BATCH, BACKGROUND_BATCH, MANUAL_BATCH,"
                                + " MANUAL_BATCH_LACROS; each may use those behind it")
        String budget_shares() default "30,25,20,15,5,3,2";

        @AttributeDefinition(
                description =
                        "How long the broker keeps messages for the device while it is away, s",
                min = "0",
                max = "31536000")
        int session_s() default 0;

        @AttributeDefinition(
                description =
                        "Certificates of those who vouch for the broker, PEM, relative to the"
                                + " root; empty: those that the JVM trusts")
        String ca_file() default "";

        @AttributeDefinition(
                description = "The device's certificate and what leads to its CA, PEM; or empty")
        String certificate_file() default "";

        @AttributeDefinition(
                description = "The key of that certificate, PEM, PKCS #8, not encrypted; or empty")
        String private_key_file() default "";

        @AttributeDefinition(
                description = "The oldest version of TLS spoken",
                options = {@Option(value = "1.2"), @Option(value = "1.3")})
        String tls_min_version() default "1.2";

        @AttributeDefinition(
                description = "Between two looks for renewed certificates while connected, s",
                min = "1",
                max = "86400")
        int certificate_check_s() default 60;

        @AttributeDefinition(
                description = "How long TLS waits for a clock that was never set, s",
                min = "0",
                max = "86400")
        int clock_wait_s() default 600;

        @AttributeDefinition(
                description = "http://HOST:PORT (CONNECT) or socks5://HOST:PORT; empty: direct")
        String proxy() default "";

        @AttributeDefinition(description = "User name at the proxy; empty: none is sent")
        String proxy_user() default "";

        @AttributeDefinition(description = "File with its password, relative to the root; or empty")
        String proxy_password_file() default "";

        @AttributeDefinition(
                description = "Keep-alive interval of MQTT, s",
                min = "1",
                max = "3600")
        int keep_alive_s() default 60;

        @AttributeDefinition(
                description = "Connection given up if nothing is acknowledged for this long, s",
                min = "1",
                max = "3600")
        int acknowledge_s() default 120;

        @AttributeDefinition(
                description = "Packets published and not acknowledged",
                min = "1",
                max = "10000")
        int in_flight() default 100;

        @AttributeDefinition(
                description = "Bytes published and not acknowledged",
                min = "1024",
                max = "268435456")
        int in_flight_bytes() default 4 << 20;

        @AttributeDefinition(
                description = "The broker's limit for one packet, bytes",
                min = "1024",
                max = "67108864")
        int max_packet_bytes() default (1 << 20) + (64 << 10);

        @AttributeDefinition(
                description = "Shortest wait before connecting again, ms",
                min = "10",
                max = "3600000")
        long reconnect_min_ms() default 1_000;

        @AttributeDefinition(
                description = "Longest wait before connecting again, ms",
                min = "10",
                max = "3600000")
        long reconnect_max_ms() default 30_000;

        @AttributeDefinition(
                description = "Shortest wait before an unconfirmed record is sent again, ms",
                min = "10",
                max = "86400000")
        long resend_min_ms() default 3_000;

        @AttributeDefinition(
                description = "Longest wait before an unconfirmed record is sent again, ms",
                min = "10",
                max = "86400000")
        long resend_max_ms() default 600_000;
    }

    static final String SOURCE = "reporting.mqtt";
    private static final Logger LOG = LoggerFactory.getLogger(MqttBridge.class);

    private final BundleContext bundle;
    private final DevicePaths paths;
    private final DeviceIdentity identity;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final DurableFiles files;
    private final Optional<BridgeSettings> settings;
    private final AtomicReference<SpoolStandIns> spool = new AtomicReference<>();
    private final Transports transports;
    private volatile Optional<Bridge> bridge = Optional.empty();
    private volatile List<Fault> faults = List.of();
    private ServiceRegistration<Uploader> registration;

    @Activate
    public MqttBridge(
            BundleContext bundle,
            @Reference DevicePaths paths,
            @Reference DeviceIdentity identity,
            @Reference DeviceClock clock,
            @Reference Randomness randomness,
            @Reference DurableFiles files,
            Settings settings) {
        this.bundle = bundle;
        this.paths = paths;
        this.identity = identity;
        this.clock = clock;
        this.randomness = randomness;
        this.files = files;
        Optional<BridgeSettings> checked = Optional.empty();
        try {
            checked = Optional.of(BridgeSettings.of(settings, identity.deviceId(), paths.root()));
            fault("service manager", "is not there yet; no uploads until it comes");
        } catch (IllegalArgumentException e) {
            LOG.warn("no uploads reason=\"{}\"", e.getMessage());
            fault("settings", e.getMessage());
        }
        this.settings = checked;
        this.transports = new Transports(settings.mqtt_version());
    }

    private void fault(String subject, String reason) {
        faults = List.of(new Fault(SOURCE, subject, reason));
    }

    @Override
    public List<Fault> faults() {
        return bridge.map(Bridge::faults).orElse(faults);
    }

    /**
     * A manager has come: with the first one the bridge begins. Its stand-ins for the spool are
     * kept; they need no manager, so that replacing that ends no connection.
     */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServices(ServiceManager services) {
        if (settings.isEmpty() || spool.get() != null) {
            return;
        }
        SpoolStandIns standIns = new SpoolStandIns(services);
        if (spool.compareAndSet(null, standIns)) {
            start(settings.get(), standIns.ways());
        } else {
            standIns.close();
        }
    }

    /** A manager has gone. */
    void unbindServices(ServiceManager services) {
        // the stand-ins stay
    }

    /** Another way to speak MQTT. */
    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTransport(Transport transport, ServiceReference<Transport> reference) {
        transports.add(reference, transport);
        useBestTransport();
    }

    /** One less. */
    void unbindTransport(ServiceReference<Transport> reference) {
        transports.remove(reference);
        useBestTransport();
    }

    /** Whoever comes last asks last: an older answer never follows a newer one. */
    private void useBestTransport() {
        synchronized (transports) {
            if (bridge.isPresent()) { // no lambda: each boot would link it
                bridge.get().use(transports.best());
            }
        }
    }

    private void start(BridgeSettings valid, SpoolWays ways) {
        Bridge made =
                new Bridge(
                        valid,
                        new DeviceStatus(
                                identity.deviceId(), identity.version(), identity.bootId()),
                        new PasswordFile(paths.root(), valid.passwordFile()),
                        clock,
                        randomness,
                        ways,
                        Optional.of(
                                new SetAside(
                                        paths.state().resolve("reporting.mqtt/set-aside"), files)),
                        this::publish);
        DeviceFolders folders = new DeviceFolders(paths, files, clock);
        made.say(folders.statements(identity.deviceId(), ways.confirmations()));
        made.remember((budget, thread) -> folders.budget(identity.bootId(), budget, thread));
        made.heed(thread -> folders.configuration(identity.version(), ways.keys(), thread));
        bridge = Optional.of(made);
        useBestTransport();
    }

    @Deactivate
    void stop() {
        bridge.ifPresent(Bridge::close);
        SpoolStandIns standIns = spool.get();
        if (standIns != null) {
            standIns.close();
        }
    }

    /** On the bridge's thread only. */
    private void publish(boolean available) {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
        if (available) {
            registration =
                    bundle.registerService(
                            Uploader.class,
                            bridge.orElseThrow(),
                            new Hashtable<>(Map.of(ServiceNames.PROPERTY, "Uploader")));
        }
    }
}
