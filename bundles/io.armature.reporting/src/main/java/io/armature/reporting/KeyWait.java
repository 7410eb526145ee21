package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.upload.KeyRequests;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Records that wait for a key: has one be asked for while there is none, and ends the wait at its
 * limit. Thread-safe.
 */
final class KeyWait {

    private static final Duration NEXT_LOOK = Duration.ofSeconds(1);

    private final DeviceClock clock;
    private final Executor jobs;
    private final Admission admission;
    private final Sealing sealing;
    private final KeyRequests requests;
    private final Supplier<SpoolSettings> settings;

    // Guarded by this.
    private boolean awaited;
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
        if (!admission.someWait() || sealing.keyPresent()) {
            return;
        }
        synchronized (this) {
            if (awaited || closed) {
                return;
            }
            awaited = true;
        }
        requests.need();
        sealing.whenKeyPresent().whenComplete((key, failure) -> came(failure));
        clock.after(limit(), jobs, this::limitPassed);
    }

    /** Records may be sealed otherwise now: who waited for a key may need none, or the reverse. */
    void changed() {
        synchronized (this) {
            if (awaited && sealing.keyPresent()) {
                awaited = false;
            }
        }
        admission.pump();
        look();
    }

    private void came(Throwable failure) {
        synchronized (this) {
            awaited = false;
        }
        if (failure == null) {
            admission.pump();
        } else {
            admission.failWithoutKey(clock.monotonicNanos() + 1, Stages.reporting(failure));
        }
    }

    private void limitPassed() {
        admission.failWithoutKey(
                clock.monotonicNanos() - limit().toNanos() + 1,
                new ReportingException(
                        StatusCode.UNAVAILABLE,
                        "Encryption key not delivered within " + limit().toSeconds() + " s"));
        synchronized (this) {
            if (closed || !awaited) {
                return;
            }
        }
        if (admission.someWait()) {
            clock.after(NEXT_LOOK, jobs, this::limitPassed);
        }
    }

    private Duration limit() {
        return settings.get().keyWait();
    }

    synchronized void close() {
        closed = true;
    }
}
