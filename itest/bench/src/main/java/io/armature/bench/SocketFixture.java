package io.armature.bench;

import io.armature.platform.api.testing.MachineClock;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import io.armature.services.client.ServiceManagerClient;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.policy.Subject;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.socket.server.SocketServer;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manager at its socket, an owner that greets who comes, one who requests, and clients that
 * only are connected. All in this process, each with a thread of its own.
 */
final class SocketFixture implements AutoCloseable {

    static final String NAME = "Measured";
    private static final byte[] HELLO = {1};

    private final Path folder;
    private final MachineClock clock = new MachineClock();
    private final SocketServer server;
    private final List<SocketChannel> idle = new ArrayList<>();
    private final ServiceManagerClient owner;
    private final ServiceManagerClient requester;

    /**
     * @param clients connected clients beside the owner and the requester
     */
    SocketFixture(Path work, int clients) throws IOException {
        folder = Files.createTempDirectory(work, "s-");
        Path socket = folder.resolve("m.sock");
        server =
                new SocketServer(
                        socket,
                        clock,
                        new ServiceRegistry(clock, Runnable::run, Mode.ENFORCING, policies()),
                        Optional.empty());
        owner = ServiceManagerClient.connect(socket);
        requester = ServiceManagerClient.connect(socket);
        greet(owner);
        for (int i = 0; i < clients; i++) {
            idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
        }
    }

    /** Owns the service and greets who comes. */
    static void greet(ServiceManager manager) {
        manager.register(
                NAME,
                (client, pipe) -> {
                    pipe.listen(message -> {});
                    pipe.send(HELLO);
                });
    }

    private static Policies policies() throws IOException {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Rule me = new Rule(new Subject.User(Integer.toUnsignedLong(uid), "me"), "bench.jsonc", 1);
        return new Policies(Map.of(NAME, new ServicePolicy(Optional.of(me), List.of(me))));
    }

    /** Requests the service; the first message says that the owner has the other end. */
    Pipe request() {
        return requester.request(NAME);
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel one : idle) {
            one.close();
        }
        requester.close();
        owner.close();
        server.close();
        clock.close();
        BootPeers.delete(folder);
    }
}
