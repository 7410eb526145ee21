package io.armature.backend.reporting.server;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets through one thing of a kind for each device and period, so that what a device causes with
 * each upload is done once in a while. One thread.
 */
final class Pace {

    private static final int DEVICES_LIMIT = 10_000;

    /** What was let through, and when. */
    private record Last(long kind, long nanos) {}

    private final DeviceClock clock;
    private final long periodNanos;
    private final Map<String, Last> lasts =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Last> eldest) {
                    return size() > DEVICES_LIMIT;
                }
            };

    Pace(DeviceClock clock, Duration period) {
        this.clock = clock;
        this.periodNanos = period.toNanos();
    }

    /**
     * Whether it is time for this device; then the period begins. Another kind may come at once.
     */
    boolean due(String device, long kind) {
        long now = clock.monotonicNanos();
        Last last = lasts.get(device);
        if (last != null && last.kind() == kind && now - last.nanos() < periodNanos) {
            return false;
        }
        lasts.remove(device);
        lasts.put(device, new Last(kind, now));
        return true;
    }
}
