package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.testing.MachineClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.mqtt.api.Transport;
import io.armature.reporting.mqtt.v3.PahoTransport;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A bridge with a spool that notes, as tests and measurements use it. */
final class BridgeFixture implements AutoCloseable {

    static final long WAIT_SECONDS = 60;
    private static final long LOOK_MILLIS = 100;
    static final DeviceStatus STATUS = new DeviceStatus("d1", "0.1.0", "boot-1");

    final MemoryReporting spool = Samples.spool();
    final BlockingQueue<Boolean> availability = new LinkedBlockingQueue<>();
    final Bridge bridge;
    volatile String password = TestBroker.PASSWORD;
    private final MachineClock machine = new MachineClock();

    /** One for each that the bridge has set. */
    private final Semaphore timers = new Semaphore(0);

    BridgeFixture(BridgeSettings settings) {
        this(settings, Optional.empty(), Optional.empty());
    }

    BridgeFixture(BridgeSettings settings, DeviceClock clock) {
        this(settings, Optional.of(clock), Optional.empty());
    }

    /**
     * @param setAside where records are kept that no broker takes
     */
    BridgeFixture(BridgeSettings settings, Path setAside) {
        this(settings, Optional.empty(), Optional.of(new SetAside(setAside, new PlainFiles())));
    }

    private BridgeFixture(
            BridgeSettings settings, Optional<DeviceClock> clock, Optional<SetAside> setAside) {
        bridge =
                new Bridge(
                        settings,
                        STATUS,
                        new Password(),
                        new SeenClock(clock.orElse(machine)),
                        new SecureRandom()::nextBytes,
                        new SpoolWays(spool, spool),
                        setAside,
                        availability::add);
    }

    BridgeFixture started() {
        return started(new PahoTransport());
    }

    BridgeFixture started(Transport transport) {
        bridge.use(Optional.of(transport));
        return this;
    }

    void awaitUp() throws InterruptedException {
        assertThat(availability.poll(WAIT_SECONDS, TimeUnit.SECONDS))
                .as("connected; faults: %s", bridge.faults())
                .isEqualTo(true);
    }

    void awaitDown() throws InterruptedException {
        assertThat(availability.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(false);
    }

    /**
     * Waits until a fault says so. It has no listener, but a bridge that has one mostly sets a
     * timer next.
     */
    void awaitFault(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (bridge.faults().stream().noneMatch(fault -> fault.reason().contains(text))) {
            assertThat(System.nanoTime())
                    .as("fault '%s', there are %s", text, bridge.faults())
                    .isLessThan(deadline);
            timers.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    UploadEncryptedRecordResponse upload(UploadEncryptedRecordRequest batch) throws Exception {
        return bridge.upload(batch).toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        bridge.close();
        machine.close();
    }

    /** Notes each timer. */
    private final class SeenClock implements DeviceClock {

        private final DeviceClock clock;

        SeenClock(DeviceClock clock) {
            this.clock = clock;
        }

        @Override
        public Instant wall() {
            return clock.wall();
        }

        @Override
        public Instant minimumDate() {
            return clock.minimumDate();
        }

        @Override
        public long monotonicNanos() {
            return clock.monotonicNanos();
        }

        @Override
        public Timer after(Duration delay, Executor executor, Runnable task) {
            Timer timer = clock.after(delay, executor, task);
            timers.release();
            return timer;
        }
    }

    private final class Password implements Link.PasswordSource {

        @Override
        public Optional<char[]> read() {
            return Optional.of(password.toCharArray());
        }

        @Override
        public Path file() {
            return Path.of("password");
        }
    }
}
