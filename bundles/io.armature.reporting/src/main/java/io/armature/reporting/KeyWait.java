package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.upload.KeyRequests;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Records that wait for a key: has one be asked for while there is none, and ends the wait at its
 * limit. Thread-safe.
 */
final class KeyWait {

    private static final Duration SHORTEST_LOOK = Duration.ofSeconds(1);

    private final DeviceClock clock;
    private final Executor jobs;
    private final Admission admission;
    private final Sealing sealing;
    private final KeyRequests requests;
    private final Supplier<SpoolSettings> settings;

    // Guarded by this.
    private boolean awaited;
    private DeviceClock.Timer limit;
    private boolean closed;

    KeyWait(
            DeviceClock clock,
            Executor jobs,
            Admission admission,
            Sealing sealing,
            KeyRequests requests,
            Supplier<SpoolSettings> settings) {
        this.clock = clock;
        this.jobs = jobs;
        this.admission = admission;
        this.sealing = sealing;
        this.requests = requests;
        this.settings = settings;
    }

    /** Perhaps somebody waits now. */
    void look() {
        // In this order: without need, the key is not even verified, nor cryptography loaded.
        OptionalLong oldest = admission.waitingSinceNanos();
        if (oldest.isEmpty() || sealing.keyPresent()) {
            return;
        }
        boolean first;
        synchronized (this) {
            if (closed) {
                return;
            }
            first = !awaited;
            awaited = true;
        }
        if (first) {
            // Before anything can be seen of it: a bad key fails those who wait by then.
            sealing.whenKeyPresent().whenComplete((key, failure) -> came(failure));
        }
        requests.need();
        limit(oldest.getAsLong());
    }

    /** Ends the wait unless the key has come. */
    private synchronized void limit(long oldestNanos) {
        if (awaited && !closed && limit == null) {
            limit = clock.after(untilNextLook(oldestNanos), jobs, this::limitPassed);
        }
    }

    /** When the oldest has waited long enough, but not each time one of many has. */
    private Duration untilNextLook(long oldestNanos) {
        Duration allowed = allowed();
        long least = Math.min(allowed.toNanos(), SHORTEST_LOOK.toNanos());
        long left = oldestNanos + allowed.toNanos() - clock.monotonicNanos();
        return Duration.ofNanos(Math.max(least, left));
    }

    /** Records may be sealed otherwise now: who waited for a key may need none, or the reverse. */
    void changed() {
        synchronized (this) {
            forgetLimit();
        }
        admission.pump();
        look();
    }

    private void forgetLimit() {
        if (limit != null) {
            limit.cancel();
            limit = null;
        }
    }

    private void came(Throwable failure) {
        synchronized (this) {
            awaited = false;
            forgetLimit();
        }
        if (failure == null) {
            admission.pump();
        } else {
            admission.failWithoutKey(clock.monotonicNanos() + 1, Stages.reporting(failure));
        }
    }

    private void limitPassed() {
        synchronized (this) {
            limit = null;
        }
        admission.failWithoutKey(
                clock.monotonicNanos() - allowed().toNanos() + 1,
                new ReportingException(
                        StatusCode.UNAVAILABLE,
                        "Encryption key not delivered within " + allowed().toSeconds() + " s"));
        look(); // for those behind, and for one that came before the timer was forgotten
    }

    private Duration allowed() {
        return settings.get().keyWait();
    }

    synchronized void close() {
        closed = true;
        forgetLimit();
    }
}
