package io.armature.services.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import io.armature.platform.api.testing.FolderPaths;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.policy.Policies;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.socket.server.SocketServer;
import io.armature.services.wire.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A socket that cannot be opened is a fault. */
class ServicesSocketTest extends FaultSourceContract {

    private static final long DEADLINE_SECONDS = 30;

    @TempDir private Path root;
    private ServicesSocket socket;

    @AfterEach
    void stop() {
        socket.stop();
    }

    private void open(BooleanSupplier over) {
        HandClock clock = new HandClock();
        socket =
                new ServicesSocket(
                        new FolderPaths(root),
                        clock,
                        new ServiceRegistry(
                                clock, Runnable::run, Mode.ENFORCING, new Policies(Map.of())));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!over.getAsBoolean() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Override
    protected FaultSource healthy() {
        open(() -> Files.exists(root.resolve("run/mojo/service_manager.sock")));
        return socket;
    }

    @Test
    void somebodyWhoAnswersOnTheSocketIsAFaultAndServesOn() throws Exception {
        HandClock clock = new HandClock();
        Path path = root.resolve("run/mojo/service_manager.sock");
        ServiceRegistry others =
                new ServiceRegistry(clock, Runnable::run, Mode.ENFORCING, new Policies(Map.of()));
        SocketServer live = new SocketServer(path, clock, others, Optional.empty());
        try {
            open(() -> !socket.faults().isEmpty());
            assertThat(socket.faults())
                    .singleElement()
                    .satisfies(
                            fault -> {
                                assertThat(fault.subject())
                                        .isEqualTo("run/mojo/service_manager.sock");
                                assertThat(fault.reason())
                                        .startsWith("processes cannot connect: ")
                                        .contains("answers");
                            });
            socket.stop();
            assertThat(path).exists();
            try (Descriptor peer = Descriptor.connected(path)) {
                assertThat(peer.isOpen()).isTrue();
            }
        } finally {
            live.close();
        }
    }

    /** Its folder is a file. */
    @Override
    protected FaultSource degraded() throws IOException {
        Files.writeString(Files.createDirectories(root.resolve("run")).resolve("mojo"), "");
        open(() -> !socket.faults().isEmpty());
        return socket;
    }
}
