package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.reporting.api.Observation;
import io.armature.reporting.api.Reporting;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages of the broker that change nothing: counted by reason, here and among the spool's
 * metrics, and shown as a fault while that is news. Belongs to the bridge's thread but for {@link
 * #faults}.
 */
final class Drops {

    /** Why, as the metrics name it. */
    enum Reason {
        UNEXPECTED_TOPIC,
        TOO_LONG,
        MALFORMED,
        OUT_OF_RANGE,
        TOO_FAST,
        REFUSED_INVALID_ARGUMENT,
        REFUSED_NOT_FOUND,
        REFUSED_FAILED_PRECONDITION,
        /** No spool took it in time. */
        NOT_TAKEN;

        /** No honest broker and server send such; the spool also refuses what came twice. */
        boolean hostile() {
            return compareTo(TOO_FAST) <= 0;
        }
    }

    /** How long a fault is shown. */
    static final Duration NEWS = Duration.ofMinutes(1);

    private record Shown(Fault fault, long sinceNanos) {}

    private static final Logger LOG = LoggerFactory.getLogger(Drops.class);

    private final Reporting spool;
    private final DeviceClock clock;
    private final Executor executor;
    private final RateLimitedLog log;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private final Map<Reason, Long> untold = new EnumMap<>(Reason.class);
    private boolean telling;
    private volatile Optional<Shown> shown = Optional.empty();

    /**
     * @param spool gets no more than one call at a time
     * @param executor the bridge's thread
     */
    Drops(Reporting spool, DeviceClock clock, Executor executor) {
        this.spool = spool;
        this.clock = clock;
        this.executor = executor;
        this.log = new RateLimitedLog(LOG, clock);
    }

    /**
     * So many more.
     *
     * @param facts of the last one
     */
    void add(Reason reason, long times, String facts) {
        log.warn("message dropped", "reason=" + reason + " times=" + times + " " + facts);
        counts.merge(reason, times, Long::sum);
        untold.merge(reason, times, Long::sum);
        if (reason.hostile()) {
            shown = Optional.of(new Shown(fault(facts), clock.monotonicNanos()));
        }
        tell();
    }

    private Fault fault(String facts) {
        return new Fault(
                MqttBridge.SOURCE,
                "messages",
                "somebody publishes to this device what no server sends; dropped since the start: "
                        + counts
                        + "; the last: "
                        + facts);
    }

    /** What an operator should know. Any thread may call this. */
    List<Fault> faults() {
        return shown
                .filter(one -> clock.monotonicNanos() - one.sinceNanos() < NEWS.toNanos())
                .map(Shown::fault)
                .stream()
                .toList();
    }

    /** What the spool could not take is not told again: it may have counted it. */
    private void tell() {
        if (telling || untold.isEmpty()) {
            return;
        }
        telling = true;
        Reason first = untold.keySet().iterator().next();
        long times = untold.remove(first);
        spool.count(Observation.DROPPED_MESSAGE, first, times)
                .whenCompleteAsync(
                        (done, failure) -> {
                            telling = false;
                            tell();
                        },
                        executor);
    }
}
