package io.armature.services.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.policy.Subject;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.socket.server.SocketServer;
import io.armature.services.wire.Credentials;
import io.armature.services.wire.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The manager as it runs on a device, without the framework; may be stopped and started again. */
final class ServerFixture implements AutoCloseable {

    static final Identity BUNDLE =
            new Identity(Optional.of("test.bundle"), Optional.empty(), 0, 0, 1, Optional.empty());

    final Path socket;
    final HandClock clock = new HandClock();
    ServiceRegistry registry;
    private SocketServer server;

    ServerFixture(Path folder) throws IOException {
        socket = folder.resolve("run/mojo/service_manager.sock");
        start();
    }

    /** Starts with nothing registered. */
    void start() throws IOException {
        registry = new ServiceRegistry(clock, Runnable::run, Mode.ENFORCING, policies());
        server = new SocketServer(socket, clock, registry, Optional.empty());
    }

    void stop() {
        server.close();
    }

    /** Who the kernel says this process is. */
    static Identity me() {
        try {
            Descriptor[] pair = Descriptor.pair();
            try (Descriptor one = pair[0];
                    Descriptor two = pair[1]) {
                assertThat(two.isOpen()).isTrue();
                Credentials me = one.credentials();
                return new Identity(
                        Optional.empty(),
                        one.label(),
                        me.uid(),
                        me.gid(),
                        me.pid(),
                        Optional.ofNullable(Files.getOwner(Path.of("/proc/self")).getName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long uid() throws IOException {
        return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    }

    private static Policies policies() throws IOException {
        long uid = uid();
        Rule me = new Rule(new Subject.User(uid, "me"), "test", 1);
        Rule bundle = new Rule(new Subject.Bundle("test.bundle"), "test", 2);
        Rule stranger = new Rule(new Subject.User(4_000_000, "stranger"), "test", 3);
        Map<String, ServicePolicy> services = new HashMap<>();
        services.put("Echo", new ServicePolicy(Optional.of(me), List.of(me, bundle)));
        services.put("Clock", new ServicePolicy(Optional.of(bundle), List.of(me, bundle)));
        services.put("ContractService", new ServicePolicy(Optional.of(me), List.of(me)));
        services.put("Foreign", new ServicePolicy(Optional.of(stranger), List.of(stranger)));
        return new Policies(services);
    }

    @Override
    public void close() {
        server.close();
    }
}
