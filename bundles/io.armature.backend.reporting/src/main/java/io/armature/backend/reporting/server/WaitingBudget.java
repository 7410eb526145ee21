package io.armature.backend.reporting.server;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what waits to be stored: in all, and a quarter of that for each device. Any thread. */
final class WaitingBudget {

    private final long limitBytes;
    private final AtomicLong all = new AtomicLong();
    private final ConcurrentHashMap<String, Long> ofDevices = new ConcurrentHashMap<>();

    WaitingBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Takes room, of which any upload that comes alone has enough in its device's share.
     *
     * @return false if there is none; nothing was taken
     */
    boolean reserve(String device, int bytes) {
        long ofDevice = ofDevices.merge(device, (long) bytes, Long::sum);
        if (all.addAndGet(bytes) > limitBytes || ofDevice > Math.max(limitBytes / 4, bytes)) {
            release(device, bytes);
            return false;
        }
        return true;
    }

    /** Gives room back. */
    void release(String device, int bytes) {
        all.addAndGet(-bytes);
        ofDevices.computeIfPresent(device, (d, n) -> n == bytes ? null : n - bytes);
    }
}
