package io.armature.reporting.dbus;

import static io.armature.reporting.dbus.Requests.HEARTBEAT;
import static io.armature.reporting.dbus.Requests.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.MachineClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.testing.FakeServiceManager;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The component: what it needs of others, and in what order. */
@Tag("server")
class DbusAdapterTest {

    @Test
    void managerAndSpoolMayComeLateAndTheManagerMayGo() throws Exception {
        FakeServiceManager manager = new FakeServiceManager();
        MemoryReporting spool = new MemoryReporting();
        try (PrivateBus bus = PrivateBus.start();
                BusClient sender = new BusClient(bus, "sender")) {
            DbusAdapter adapter =
                    new DbusAdapter(
                            new MachineClock(),
                            BusFixture.RANDOMNESS,
                            Settings.with(Map.of("bus_address", bus.address())));
            adapter.serving().toCompletableFuture().get(30, TimeUnit.SECONDS);
            adapter.prepared().toCompletableFuture().get(30, TimeUnit.SECONDS);
            String starting = "14:The daemon is still starting.";
            assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo(starting);
            ServiceManager services = manager.user(0);
            adapter.bindServices(services);
            assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo(starting);
            manager.publish(Reporting.class, spool);
            assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            adapter.unbindServices(services);
            assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            manager.publish(Reporting.class, null);
            assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT)))
                    .isEqualTo("14:Storage unavailable");
            MemoryReporting next = new MemoryReporting();
            manager.publish(Reporting.class, next);
            assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            assertThat(next.stored()).hasSize(1);
            assertThat(spool.stored()).hasSize(2);
            adapter.stop();
        }
    }

    @Test
    void wrongSettingsAreAFaultAndNoBus() throws Exception {
        Map<String, String> wrong =
                Map.of(
                        "bus_address", "tcp:host=1.2.3.4",
                        "controlled_destinations", "NO_SUCH=root");
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            DbusAdapter adapter =
                    new DbusAdapter(
                            new HandClock(),
                            BusFixture.RANDOMNESS,
                            Settings.with(Map.of(each.getKey(), each.getValue())));
            adapter.serving().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(adapter.faults()).hasSize(1);
            assertThat(adapter.faults().get(0).reason()).contains(each.getKey(), each.getValue());
            adapter.stop();
        }
    }
}
