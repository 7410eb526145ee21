package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.RateLimit;
import io.armature.reporting.queue.ReadState.Given;
import io.armature.reporting.queue.RecordQueue;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people what was given up for want of space. Thread-safe. */
final class ShedNotice {

    private static final Logger log = LoggerFactory.getLogger(ShedNotice.class);

    private final RateLimit limit;

    ShedNotice(DeviceClock clock) {
        this.limit = new RateLimit(clock);
    }

    void note(RecordQueue queue, Given given) {
        if (given.from() == given.to()) {
            return;
        }
        limit.permit()
                .ifPresent(
                        others ->
                                log.warn(
                                        "shed queue=\"{}\" from={} to={} bytes={} unlogged={}",
                                        queue.name(),
                                        given.from(),
                                        given.to(),
                                        given.bytes(),
                                        others));
    }

    /** Nothing more is known of it. */
    void forgotten(RecordQueue queue) {
        limit.permit()
                .ifPresent(
                        others ->
                                log.warn(
                                        "queue forgotten of which all was shed queue=\"{}\""
                                                + " next={} unlogged={}",
                                        queue.name(),
                                        queue.durableNext(),
                                        others));
    }

    /** As long as the server does not know of it. */
    Optional<Fault> fault(RecordQueue queue) {
        return queue.shed()
                .filter(shed -> shed.to() > queue.reads().firstUnconfirmed())
                .filter(shed -> shed.records() > 0)
                .map(
                        shed ->
                                new Fault(
                                        "reporting",
                                        "queue " + queue.name(),
                                        shed.records()
                                                + " records shed for want of space, the last one"
                                                + " had id "
                                                + shed.lastId()));
    }
}
