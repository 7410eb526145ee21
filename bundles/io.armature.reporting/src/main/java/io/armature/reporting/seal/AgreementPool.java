package io.armature.reporting.seal;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.ReportingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agreements computed ahead for the active key, so that a burst of records need not wait for its
 * curve arithmetic. Bounded; emptied and wiped when the key changes and when it is closed.
 *
 * <p>One thread of the lowest priority fills it, started by the first key. It stands back while
 * records come faster than {@link #PAUSE_NANOS} after one another, unless the pool has nearly run
 * dry: then the callers compute for themselves and it uses what the processor has left.
 */
final class AgreementPool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AgreementPool.class);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int SLOT_BYTES = ServerKey.SIZE_BYTES + Agreement.KEY_BYTES;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

    private final Agreements agreements;
    private final DeviceClock clock;
    private final int capacity;
    private final Thread filler;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock. Slots hold ephemeral public key and derived key, one after the other.
    private byte[] slots = new byte[0];
    private int count;
    private Optional<ServerKey> serverKey = Optional.empty();
    private boolean started;
    private boolean closed;
    private long lastTakenNanos;

    /**
     * @param capacity agreements kept ready; 0 computes each one when it is needed
     */
    AgreementPool(Agreements agreements, DeviceClock clock, int capacity) {
        this.agreements = agreements;
        this.clock = clock;
        this.capacity = capacity;
        this.lastTakenNanos = clock.monotonicNanos() - PAUSE_NANOS;
        this.filler = new Thread(this::fill, "reporting-agreements");
        filler.setDaemon(true);
        filler.setPriority(Thread.MIN_PRIORITY);
    }

    /** Makes agreements with another key from now on; those with the old one are wiped. */
    void use(ServerKey key) {
        lock.lock();
        try {
            wipe();
            if (closed) {
                return;
            }
            serverKey = Optional.of(key);
            if (!started && capacity > 0) {
                started = true;
                filler.start();
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * An agreement with this key: one made ahead, or one computed on the calling thread.
     *
     * @throws ReportingException as {@link Agreements#agree}
     */
    Agreement take(ServerKey key) throws ReportingException {
        lock.lock();
        try {
            lastTakenNanos = clock.monotonicNanos();
            if (count > 0 && serverKey.filter(key::equals).isPresent()) {
                // Not for every record: the filler sleeps through a burst.
                if (count == capacity || count == nearlyDry()) {
                    changed.signal();
                }
                return removeLast(key);
            }
        } finally {
            lock.unlock();
        }
        return agreements.agree(key);
    }

    /** Agreements that are ready now. */
    int ready() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Wipes what is left and ends the filler, which takes at most one agreement's time. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wipe();
            serverKey = Optional.empty();
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            filler.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Agreement removeLast(ServerKey key) {
        int from = --count * SLOT_BYTES;
        int middle = from + ServerKey.SIZE_BYTES;
        int to = from + SLOT_BYTES;
        Agreement agreement =
                new Agreement(
                        key,
                        Arrays.copyOfRange(slots, from, middle),
                        Arrays.copyOfRange(slots, middle, to));
        Arrays.fill(slots, from, to, (byte) 0);
        return agreement;
    }

    private void add(Agreement agreement) {
        lock.lock();
        try (agreement) {
            if (closed
                    || count == capacity
                    || serverKey.filter(agreement.serverKey()::equals).isEmpty()) {
                return;
            }
            if (slots.length == 0) {
                slots = new byte[capacity * SLOT_BYTES];
            }
            int at = count++ * SLOT_BYTES;
            System.arraycopy(agreement.ephemeralPublic(), 0, slots, at, ServerKey.SIZE_BYTES);
            System.arraycopy(
                    agreement.key(), 0, slots, at + ServerKey.SIZE_BYTES, Agreement.KEY_BYTES);
        } finally {
            lock.unlock();
        }
    }

    private void wipe() {
        Arrays.fill(slots, (byte) 0);
        count = 0;
    }

    private void fill() {
        Optional<ServerKey> next = awaitRoom();
        while (next.isPresent()) {
            try {
                add(agreements.agree(next.get()));
            } catch (ReportingException e) {
                log.warn("no agreements ahead key={} reason={}", next.get().id(), e.toString());
                forget(next.get());
            }
            next = awaitRoom();
        }
    }

    private void forget(ServerKey key) {
        lock.lock();
        try {
            if (serverKey.filter(key::equals).isPresent()) {
                serverKey = Optional.empty();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The key to agree on once there is room and nobody is busy; none when closed. */
    private Optional<ServerKey> awaitRoom() {
        lock.lock();
        try {
            while (!closed) {
                if (serverKey.isEmpty() || count == capacity) {
                    changed.await();
                    continue;
                }
                long busyNanos = PAUSE_NANOS - (clock.monotonicNanos() - lastTakenNanos);
                if (busyNanos <= 0 || count < nearlyDry()) {
                    return serverKey;
                }
                changed.awaitNanos(busyNanos);
            }
        } catch (InterruptedException e) {
            // Nobody does that to this thread; then records are sealed without its help.
            log.warn("filler interrupted");
        } finally {
            lock.unlock();
        }
        return Optional.empty();
    }

    private int nearlyDry() {
        return Math.max(1, capacity / 64);
    }
}
