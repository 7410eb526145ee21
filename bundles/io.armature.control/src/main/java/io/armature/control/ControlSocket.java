package io.armature.control;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Command;
import io.armature.control.bundles.StoppedBundles;
import io.armature.control.dispatch.CommandEntry;
import io.armature.control.dispatch.CommandMemory;
import io.armature.control.dispatch.CommandTable;
import io.armature.control.dispatch.Dispatcher;
import io.armature.control.server.ControlServer;
import io.armature.control.server.Farewell;
import io.armature.control.server.Limits;
import io.armature.control.server.PeerRule;
import io.armature.control.server.SocketFile;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.SettingValues;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ComponentPropertyType;
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

/** The control socket {@code run/armature/control.sock}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.armature.control")
@Designate(ocd = ControlSocket.Settings.class)
@ControlSocket.Settings
@SatisfyingConditionTarget(Milestone.STARTUP)
public final class ControlSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    /** Settings of the control socket. */
    @ComponentPropertyType
    @ObjectClassDefinition(name = "Control socket")
    public @interface Settings {
        @AttributeDefinition(
                description = "Group whose members may control the device, if it exists")
        String group() default "armature";

        @AttributeDefinition(description = "Clients at once", min = "1", max = "1024")
        int max_connections() default 64;

        @AttributeDefinition(
                description = "Longest time until a request is complete, ms",
                min = "100",
                max = "60000")
        long request_timeout_ms() default 5_000;

        @AttributeDefinition(
                description = "How long a command whose bundle is away is waited for, ms",
                min = "0",
                max = "60000")
        long command_wait_ms() default 10_000;

        @AttributeDefinition(
                description = "How long running commands may go on when the socket is replaced, ms",
                min = "0",
                max = "10000")
        long stop_grace_ms() default 1_500;
    }

    private static final Duration STALL = Duration.ofSeconds(30);
    private static final Duration DOWN_GRACE = Duration.ofMillis(100);
    private static final Duration GONE_GRACE = Duration.ofSeconds(10);

    private final BundleContext context;
    private final SettingValues settings;
    private final Path run;
    private final AwayMark away;
    private final CommandMemory memory;
    private final CommandTable table;
    private final Map<ServiceReference<Command>, CommandEntry> entries = new ConcurrentHashMap<>();
    private volatile ControlServer server;

    @Activate
    public ControlSocket(
            BundleContext context,
            @Reference DevicePaths paths,
            @Reference DurableFiles files,
            Map<String, Object> properties) {
        this.context = context;
        this.settings = new SettingValues(properties);
        this.run = nearest(paths.run());
        this.away = new AwayMark(paths.run().resolve("control.away"));
        this.memory = new CommandMemory(paths.state().resolve("commands"), files);
        this.table = new CommandTable(memory.load());
    }

    /**
     * Relative to the working directory if that is shorter: a socket's path is at most 107 bytes.
     */
    private static Path nearest(Path run) {
        Path here = Path.of("").toAbsolutePath();
        return run.startsWith(here) ? here.relativize(run) : run;
    }

    /** Opens the socket, after the commands that are there have been bound. */
    @Activate
    void start() throws IOException {
        String group = settings.text("group");
        SocketFile socket = SocketFile.bind(run.resolve("control.sock"), group);
        PeerRule peers = new PeerRule(socket.owner(), group, Path.of("/etc/group"));
        Limits limits =
                new Limits(
                        settings.smallNumber("max_connections"),
                        Duration.ofMillis(settings.number("request_timeout_ms")),
                        STALL,
                        GONE_GRACE);
        Duration patience = Duration.ofMillis(settings.number("command_wait_ms"));
        StoppedBundles stopped = new StoppedBundles(context);
        Dispatcher dispatcher = new Dispatcher(table, patience, memory, stopped::ownerOf);
        server = new ControlServer(socket, peers, limits, dispatcher);
        away.clear();
    }

    @Deactivate
    void stop() {
        boolean down = context.getBundle(Constants.SYSTEM_BUNDLE_ID).getState() == Bundle.STOPPING;
        if (!down) {
            away.set();
        }
        table.close();
        if (down) {
            server.close(DOWN_GRACE, Farewell.DEVICE_DOWN);
        } else {
            server.close(Duration.ofMillis(settings.number("stop_grace_ms")), Farewell.REPLACED);
        }
        LOG.debug("control socket closed");
    }

    @Reference(
            service = Command.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeCommand")
    void addCommand(ServiceReference<Command> reference) {
        if (reference.getProperty(Command.NAME) instanceof String name) {
            CommandEntry entry = new ServiceEntry(context, reference);
            entries.put(reference, entry);
            table.add(name, entry);
        } else {
            LOG.warn("command without a name bundle={}", reference.getBundle());
        }
    }

    void removeCommand(ServiceReference<Command> reference) {
        CommandEntry entry = entries.remove(reference);
        if (entry != null && reference.getProperty(Command.NAME) instanceof String name) {
            table.remove(name, entry);
        }
    }

    /**
     * A command service; its class is loaded when it is called. No record: linking the comparison
     * of one takes 8 ms of every stop, and an entry equals itself only.
     */
    private static final class ServiceEntry implements CommandEntry {

        private final BundleContext context;
        private final ServiceReference<Command> reference;

        ServiceEntry(BundleContext context, ServiceReference<Command> reference) {
            this.context = context;
            this.reference = reference;
        }

        @Override
        public Optional<Command> acquire() {
            try {
                return Optional.ofNullable(context.getService(reference));
            } catch (IllegalStateException e) {
                LOG.debug("this bundle stops", e);
                return Optional.empty();
            }
        }

        @Override
        public void release() {
            try {
                context.ungetService(reference);
            } catch (IllegalStateException e) {
                LOG.debug("this bundle stops", e); // the framework has let go already
            }
        }
    }
}
