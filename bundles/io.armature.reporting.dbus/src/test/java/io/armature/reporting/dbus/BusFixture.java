package io.armature.reporting.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.link.Loop;
import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.platform.api.testing.MachineClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.testing.MemoryReporting;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A bus, a spool in memory, and the adapter between them. */
final class BusFixture implements AutoCloseable {

    static final Randomness RANDOMNESS = bytes -> {};

    final PrivateBus bus;
    final MemoryReporting spool = new MemoryReporting();
    final AtomicReference<Optional<Reporting>> present = new AtomicReference<>(Optional.of(spool));
    private final Semaphore retries = new Semaphore(0);
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
                bytes -> retries.release(),
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

    /** Waits until a fault says those words. */
    List<Fault> awaitFault(String words) throws InterruptedException {
        return awaitFault(adapter, retries, words);
    }

    /**
     * As above.
     *
     * @param retries what the adapter has as randomness, which it takes some of after each failure
     */
    static List<Fault> awaitFault(Adapter adapter, Semaphore retries, String words)
            throws InterruptedException {
        while (true) {
            retries.drainPermits();
            List<Fault> faults = adapter.faults();
            if (!faults.isEmpty() && faults.get(0).reason().contains(words)) {
                return faults;
            }
            assertThat(retries.tryAcquire(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS))
                    .as("fault '%s', is %s", words, faults)
                    .isTrue();
        }
    }

    /** Waits until the name is the adapter's: it answers then, and there is no fault. */
    void awaitServing() throws Exception {
        try (BusClient observer = new BusClient(bus, "sender")) {
            observer.say("watch " + Missived.NAME);
            String there = observer.next();
            while (!there.endsWith(" yes")) {
                there = observer.next();
            }
            // The bus has told the adapter that the name is its own before it tells of a call.
            assertThat(Requests.status(observer.ask("FlushPriority", new byte[0]))).isEqualTo("OK");
            assertThat(adapter.faults()).isEmpty();
        }
    }

    @Override
    public void close() throws IOException {
        adapter.close();
        bus.close();
    }
}
