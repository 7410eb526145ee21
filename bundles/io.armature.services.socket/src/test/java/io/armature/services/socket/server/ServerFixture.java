package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.policy.Subject;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server with a real registry behind it, and a loop for its clients. */
final class ServerFixture implements AutoCloseable {

    /** A bundle of the framework, for owners and requesters without a socket. */
    static final Identity BUNDLE =
            new Identity(Optional.of("test.bundle"), Optional.empty(), 0, 0, 1, Optional.empty());

    final HandClock clock = new HandClock();
    final Path socket;
    final ServiceRegistry registry;
    final EventLoop loop = new EventLoop("client-loop");
    SocketServer server;

    ServerFixture(Path folder, Optional<Long> openFiles) throws IOException {
        socket = folder.resolve("run/mojo/service_manager.sock");
        registry = new ServiceRegistry(clock, Runnable::run, Mode.ENFORCING, policies());
        server = new SocketServer(socket, clock, registry, openFiles);
    }

    /** Both this user and the bundle own and request each; Foreign is somebody else's. */
    private static Policies policies() throws IOException {
        long uid;
        Descriptor[] pair = Descriptor.pair();
        try (Descriptor one = pair[0];
                Descriptor two = pair[1]) {
            assertThat(two.isOpen()).isTrue();
            uid = one.credentials().uid();
        }
        Rule me = new Rule(new Subject.User(uid, "me"), "test", 1);
        Rule bundle = new Rule(new Subject.Bundle("test.bundle"), "test", 2);
        Rule stranger = new Rule(new Subject.User(4_000_000, "stranger"), "test", 3);
        Map<String, ServicePolicy> services = new HashMap<>();
        services.put("Echo", new ServicePolicy(Optional.of(me), List.of(me, bundle)));
        services.put("Clock", new ServicePolicy(Optional.of(bundle), List.of(me, bundle)));
        services.put("Foreign", new ServicePolicy(Optional.of(stranger), List.of(stranger)));
        return new Policies(services);
    }

    Client client() throws IOException {
        return new Client(loop, socket);
    }

    /** Waits until the server holds so much. */
    void awaitHeld(int wanted) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (server.held() != wanted && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(server.held()).isEqualTo(wanted);
    }

    static long openFiles() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    /** Waits until this process has so many open files, or for 20 s; says how many it has. */
    static long awaitOpenFiles(long wanted) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (openFiles() > wanted && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        return openFiles();
    }

    void restart() throws IOException {
        server.close();
        server = new SocketServer(socket, clock, registry, Optional.empty());
    }

    @Override
    public void close() {
        server.close();
        loop.close();
    }
}
