package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.reporting.queue.QueueName;
import java.time.Duration;
import java.util.Optional;

/** Tells people that a server confirmed what it was never sent. Thread-safe. */
final class UnsentNotice {

    private static final Duration SHOWN = Duration.ofHours(1);

    /** Whose records they are. */
    private enum Sample {
        EARLIER_RUN,
        NEVER_SENT
    }

    private final DeviceClock clock;
    private final Counters counters;

    // Guarded by this.
    private String last;
    private long lastNanos;

    UnsentNotice(DeviceClock clock, Counters counters) {
        this.clock = clock;
        this.counters = counters;
    }

    /**
     * @param known it was sent what is below
     * @param earlier whether an earlier run may have sent it: then nobody need be told
     */
    void note(QueueName queue, long id, long known, boolean earlier) {
        counters.count("UnsentConfirmed", earlier ? Sample.EARLIER_RUN : Sample.NEVER_SENT);
        if (!earlier) {
            say(queue, id, known);
        }
    }

    private synchronized void say(QueueName queue, long id, long known) {
        lastNanos = clock.monotonicNanos();
        last =
                "confirmed record "
                        + id
                        + " of queue "
                        + queue
                        + ", which was never sent; what was sent counts as confirmed up to "
                        + (known - 1)
                        + "; check whether the server is the right one";
    }

    /** For an hour after it happened. */
    synchronized Optional<Fault> fault() {
        boolean shown = last != null && clock.monotonicNanos() - lastNanos < SHOWN.toNanos();
        return shown ? Optional.of(new Fault("reporting", "server", last)) : Optional.empty();
    }
}
