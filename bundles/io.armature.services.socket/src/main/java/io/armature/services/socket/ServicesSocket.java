package io.armature.services.socket;

import io.armature.boot.api.Milestone;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.services.socket.server.SocketServer;
import io.armature.services.spi.ServiceBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket {@code run/mojo/service_manager.sock}. It opens on a thread of its own: loading the
 * native code must not hold up the boot.
 */
@Component(service = FaultSource.class, immediate = true)
@SatisfyingConditionTarget(Milestone.STARTUP)
public final class ServicesSocket implements FaultSource {

    private static final Logger LOG = LoggerFactory.getLogger(ServicesSocket.class);
    private static final String SOCKET = "run/mojo/service_manager.sock";

    private final Path socket;
    private final DeviceClock clock;
    private final ServiceBroker broker;
    private final Thread opener = new Thread(this::open, "services-socket-open");
    private volatile Optional<SocketServer> server = Optional.empty();
    private volatile Optional<Fault> fault = Optional.empty();

    /** Begins to open the socket. */
    @Activate
    public ServicesSocket(
            @Reference DevicePaths paths,
            @Reference DeviceClock clock,
            @Reference ServiceBroker broker) {
        this.socket = paths.root().resolve(SOCKET);
        this.clock = clock;
        this.broker = broker;
        opener.setDaemon(true);
        opener.start();
    }

    private void open() {
        // The library that the framework has unpacked for the bundle, not one in a home directory.
        if (System.getProperty("jna.nosys") == null) {
            System.setProperty("jna.nosys", "false");
        }
        try {
            server = Optional.of(new SocketServer(socket, clock, broker, Optional.empty()));
            LOG.debug("service manager socket open path={}", socket);
        } catch (IOException | LinkageError e) {
            fault =
                    Optional.of(
                            new Fault(
                                    "services",
                                    SOCKET,
                                    "processes cannot connect: " + FailureText.of(e)));
            LOG.error("service manager socket refused path={}", socket, e);
        }
    }

    @Override
    public List<Fault> faults() {
        return fault.stream().toList();
    }

    @Deactivate
    void stop() {
        boolean interrupted = false;
        while (opener.isAlive()) {
            try {
                opener.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        server.ifPresent(SocketServer::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
