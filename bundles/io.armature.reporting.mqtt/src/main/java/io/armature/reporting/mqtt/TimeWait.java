package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Waits, with a limit, for a clock that was never set: certificates cannot be judged in 1970. Not
 * thread safe: belongs to the bridge's thread.
 */
final class TimeWait {

    /** Something may set the clock soon; nothing tells when. */
    static final Duration LOOK = Duration.ofSeconds(2);

    private final DeviceClock clock;
    private final Duration limit;
    private OptionalLong endNanos = OptionalLong.empty();

    TimeWait(DeviceClock clock, Duration limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** Why nothing should be tried now; none if something may. */
    Optional<String> obstacle() {
        if (!clock.wall().isBefore(clock.minimumDate())) {
            endNanos = OptionalLong.empty();
            return Optional.empty();
        }
        long now = clock.monotonicNanos();
        if (endNanos.isEmpty()) {
            endNanos = OptionalLong.of(now + limit.toNanos());
        }
        return now - endNanos.getAsLong() >= 0
                ? Optional.empty()
                : Optional.of(
                        "the device's clock shows "
                                + clock.wall()
                                + " and was never set: TLS waits for time, at most "
                                + limit.toSeconds()
                                + " s, and then judges certificates by the date of the build, "
                                + clock.minimumDate());
    }
}
