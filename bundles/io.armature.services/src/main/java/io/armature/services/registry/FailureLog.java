package io.armature.services.registry;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.RateLimit;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What owners, observers and listeners throw: requesters can bring it about as often as they like,
 * so there is one line in a while. Any thread.
 */
public final class FailureLog {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private final RateLimit limit;

    /** Begins with nothing left out. */
    public FailureLog(DeviceClock clock) {
        this.limit = new RateLimit(clock);
    }

    void add(String what, Throwable failure) {
        OptionalLong leftOut = limit.permit(); // no lambda: its class may be gone after an update
        if (leftOut.isPresent()) {
            LOG.error("{} left_out={}", what, leftOut.getAsLong(), failure);
        }
    }
}
