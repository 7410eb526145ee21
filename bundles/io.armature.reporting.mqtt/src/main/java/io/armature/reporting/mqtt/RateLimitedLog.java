package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.RateLimit;
import org.slf4j.Logger;

/**
 * Warnings that a peer can trigger, with the number of those left out. Any thread may call this.
 */
final class RateLimitedLog {

    private final Logger log;
    private final RateLimit limit;

    RateLimitedLog(Logger log, DeviceClock clock) {
        this.log = log;
        this.limit = new RateLimit(clock);
    }

    void warn(String event, String facts) {
        limit.permit().ifPresent(leftOut -> log.warn("{} {} left_out={}", event, facts, leftOut));
    }
}
