package io.armature.console;

import io.armature.boot.api.BootControl;
import io.armature.boot.api.Milestone;
import io.armature.console.actions.ReportingActions;
import io.armature.console.actions.StandIn;
import io.armature.console.http.ConsoleServer;
import io.armature.control.api.ConsoleSource;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import io.armature.platform.api.SettingValues;
import io.armature.services.api.ServiceManager;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ComponentPropertyType;
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

/**
 * The web console. Where it is the application, as in the default profile, it announces the device
 * ready when it serves. It starts on a thread of its own.
 */
@Component(immediate = true, configurationPid = "io.armature.console")
@Designate(ocd = WebConsole.Settings.class)
@WebConsole.Settings
@SatisfyingConditionTarget(Milestone.BOOT_SERVICES)
public final class WebConsole implements FaultSource {

    private static final Logger LOG = LoggerFactory.getLogger(WebConsole.class);
    private static final int TOKEN_BYTES = 32;

    /** Settings of the console. */
    @ComponentPropertyType
    @ObjectClassDefinition(name = "Console")
    public @interface Settings {
        @AttributeDefinition(
                description = "Port on the loopback address, or the next free; 0: any free one",
                min = "0",
                max = "65535")
        int port() default 8180;

        @AttributeDefinition(description = "Pages that may watch at once", min = "1", max = "256")
        int max_clients() default 8;

        @AttributeDefinition(
                description = "Host names under which the console is reached besides localhost",
                required = false)
        String[] host_names() default {};
    }

    private final DevicePaths paths;
    private final DeviceClock clock;
    private final Randomness randomness;
    private BootControl boot;
    private final SettingValues settings;
    private final Shown<ConsoleSource> sources;
    private final Shown<FaultSource> faultSources;
    private ConsoleServer server;
    private boolean stopped;
    private volatile List<Fault> faults = List.of();

    private final StandIn reporting = new StandIn();

    @Activate
    public WebConsole(
            BundleContext context,
            @Reference DevicePaths paths,
            @Reference DeviceClock clock,
            @Reference Randomness randomness,
            Map<String, Object> properties) {
        this.paths = paths;
        this.clock = clock;
        this.randomness = randomness;
        this.settings = new SettingValues(properties);
        this.sources = new Shown<>(context);
        this.faultSources = new Shown<>(context);
    }

    @Activate
    void start() {
        Thread thread = new Thread(new Start(), "console-start");
        thread.setDaemon(true);
        thread.start();
    }

    /** Serves, and gathers at the first look. A class: a boot would wait for lambdas' links. */
    private final class Start implements Runnable, Consumer<ConsoleServer> {
        @Override
        public void run() {
            serve();
        }

        @Override
        public void accept(ConsoleServer looked) {
            gather(looked);
        }
    }

    private void serve() {
        try {
            byte[] random = new byte[TOKEN_BYTES];
            randomness.fill(random);
            String token = HexFormat.of().formatHex(random);
            ConsoleServer fresh =
                    new ConsoleServer(
                            clock,
                            new ConsoleServer.Access(
                                    settings.smallNumber("port"),
                                    settings.smallNumber("max_clients"),
                                    settings.texts("host_names"),
                                    token),
                            new ReportingActions(reporting, clock).byName(),
                            new Start());
            if (!publish(fresh, token)) {
                fresh.close();
                return;
            }
            LOG.info("console serves url={}", fresh.url());
        } catch (IOException e) {
            LOG.error("console cannot be served", e);
            faults = List.of(new Fault("console", "http", "not served: " + e.getMessage()));
            return;
        }
        announce();
    }

    private synchronized boolean publish(ConsoleServer fresh, String token) throws IOException {
        if (stopped) {
            return false;
        }
        ConsoleFiles.in(paths.run()).write(fresh.url(), token);
        server = fresh;
        return true;
    }

    /** Somebody looks at the console for the first time. */
    private void gather(ConsoleServer looked) {
        sources.open(looked::add, looked.feed()::remove);
        faultSources.open(looked.faults()::add, looked.faults()::remove);
    }

    private void announce() {
        BootControl control;
        synchronized (this) {
            control = server == null ? null : boot;
        }
        if (control != null && control.isApplication()) {
            control.announceReady();
        }
    }

    /** Dynamic: an update of the conductor must not take the console down. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "removeBoot")
    void addBoot(BootControl control) {
        synchronized (this) {
            boot = control;
        }
        announce();
    }

    synchronized void removeBoot(BootControl control) {
        if (control.equals(boot)) {
            boot = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServices(ServiceManager services) {
        reporting.bind(services);
    }

    void unbindServices(ServiceManager services) {
        reporting.unbind(services);
    }

    @Deactivate
    void stop() {
        ConsoleServer ended;
        synchronized (this) {
            stopped = true;
            ended = server;
            server = null;
            if (ended != null) {
                ConsoleFiles.in(paths.run()).remove();
            }
        }
        sources.close();
        faultSources.close();
        if (ended != null) {
            ended.close();
        }
        reporting.close();
    }

    @Reference(
            service = ConsoleSource.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeSource")
    void addSource(ServiceReference<ConsoleSource> source) {
        sources.add(source);
    }

    void removeSource(ServiceReference<ConsoleSource> source) {
        sources.remove(source);
    }

    @Reference(
            service = FaultSource.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeFaults",
            target = "(!(component.name=io.armature.console.WebConsole))")
    void addFaults(ServiceReference<FaultSource> source) {
        faultSources.add(source);
    }

    void removeFaults(ServiceReference<FaultSource> source) {
        faultSources.remove(source);
    }

    @Override
    public List<Fault> faults() {
        return faults;
    }
}
