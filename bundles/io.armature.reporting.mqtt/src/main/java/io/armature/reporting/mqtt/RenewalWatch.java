package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.mqtt.network.Dialer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Looks at the files of certificates while there is a connection. Not thread safe, apart from what
 * it tells: belongs to the bridge's thread.
 */
final class RenewalWatch {

    private final Dialer dialer;
    private final Duration interval;
    private final DeviceClock clock;
    private final Executor executor;
    private final Runnable renewed;
    private DeviceClock.Timer timer;
    private volatile Optional<String> unusable = Optional.empty();

    /**
     * @param renewed run once when a new connection would be made with other files
     */
    RenewalWatch(
            Dialer dialer,
            Duration interval,
            DeviceClock clock,
            Executor executor,
            Runnable renewed) {
        this.dialer = dialer;
        this.interval = interval;
        this.clock = clock;
        this.executor = executor;
        this.renewed = renewed;
    }

    void start() {
        unusable = Optional.empty();
        if (dialer.hasFiles()) {
            timer = clock.after(interval, executor, this::look);
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** Why what is new cannot be used. Any thread may call this. */
    Optional<String> unusable() {
        return unusable;
    }

    private void look() {
        if (timer == null) {
            return;
        }
        timer = null;
        boolean changed = false;
        try {
            changed = dialer.renewed();
            unusable = Optional.empty();
        } catch (IOException e) {
            unusable = Optional.of(e.getMessage() + "; the connection goes on with what was there");
        }
        if (changed) {
            renewed.run();
        } else {
            timer = clock.after(interval, executor, this::look);
        }
    }
}
