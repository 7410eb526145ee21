package io.armature.backend.reporting.server;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which devices were told of the key, so that one that sends a long backlog sealed for an
 * older key is told once in a while and not with each upload. One thread.
 */
final class KeyNews {

    private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int DEVICES_LIMIT = 10_000;

    /** What a device was told, and when. */
    private record Told(int keyId, long nanos) {}

    private final DeviceClock clock;
    private final Map<String, Told> told =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
                    return size() > DEVICES_LIMIT;
                }
            };

    KeyNews(DeviceClock clock) {
        this.clock = clock;
    }

    /** Whether the device is to be told of this key now; it counts as told then. */
    boolean due(String device, int keyId) {
        long now = clock.monotonicNanos();
        Told last = told.get(device);
        if (last != null && last.keyId() == keyId && now - last.nanos() < AGAIN_NANOS) {
            return false;
        }
        told.remove(device);
        told.put(device, new Told(keyId, now));
        return true;
    }
}
