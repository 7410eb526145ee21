package io.armature.reporting.client;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.client.ReportQueueConfiguration.Rate;

/** Counts records against a rate: a bucket that fills evenly. Any thread. */
final class Allowance {

    private final DeviceClock clock;
    private final double perNano;
    private final int most;
    private double left;
    private long lastNanos;

    Allowance(Rate rate, DeviceClock clock) {
        this.clock = clock;
        this.most = rate.records();
        this.perNano = rate.records() / (double) rate.period().toNanos();
        this.left = most;
        this.lastNanos = clock.monotonicNanos();
    }

    /** Takes one record's worth if there is one. */
    synchronized boolean take() {
        long now = clock.monotonicNanos();
        left = Math.min(most, left + (now - lastNanos) * perNano);
        lastNanos = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
