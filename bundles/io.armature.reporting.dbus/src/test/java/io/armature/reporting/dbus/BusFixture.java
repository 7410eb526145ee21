package io.armature.reporting.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.link.Loop;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.platform.api.Randomness;
import io.armature.platform.api.testing.MachineClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.testing.MemoryReporting;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A bus, a spool in memory, and the adapter between them. */
final class BusFixture implements AutoCloseable {

    static final Randomness RANDOMNESS = bytes -> {};

    final PrivateBus bus;
    final MemoryReporting spool = new MemoryReporting();
    final AtomicReference<Optional<Reporting>> present = new AtomicReference<>(Optional.of(spool));
    final Adapter adapter;

    BusFixture() throws Exception {
        this(PrivateBus.start(), Map.of());
    }

    BusFixture(PrivateBus bus, Map<String, Object> settings) {
        this.bus = bus;
        this.adapter = adapter(settings);
    }

    /** Another adapter on the same bus. */
    Adapter adapter(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putIfAbsent("bus_address", bus.address());
        all.putIfAbsent("reconnect_min_ms", 10L);
        all.putIfAbsent("reconnect_max_ms", 50L);
        return new Adapter(
                new Loop("dbus-reporting"),
                Settings.with(all),
                bus.users(),
                new MachineClock(),
                RANDOMNESS,
                present::get);
    }

    /** Starts the adapter and waits until the name is its own. */
    BusFixture started() throws Exception {
        adapter.start();
        adapter.serving().toCompletableFuture().get(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    /** Senders whose user the adapter keeps. */
    int identities() throws Exception {
        return adapter.identities()
                .toCompletableFuture()
                .get(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until it keeps so many; each look makes a turn of the adapter's thread. */
    void awaitIdentities(int count) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PrivateBus.WAIT_SECONDS);
        while (identities() != count) {
            assertThat(System.nanoTime()).as("identities become " + count).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws IOException {
        adapter.close();
        bus.close();
    }
}
