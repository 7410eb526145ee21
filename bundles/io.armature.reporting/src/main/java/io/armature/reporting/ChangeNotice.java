package io.armature.reporting;

import io.armature.control.api.ConsoleSource.Subscription;
import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells observers that something changed, at most ten times a second. Thread-safe. */
final class ChangeNotice {

    private static final Duration QUIET = Duration.ofMillis(100);

    private final DeviceClock clock;
    private final Executor executor;
    private final List<Runnable> observers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean due = new AtomicBoolean();

    /**
     * @param executor where observers run
     */
    ChangeNotice(DeviceClock clock, Executor executor) {
        this.clock = clock;
        this.executor = executor;
    }

    Subscription observe(Runnable observer) {
        Runnable own = observer::run;
        observers.add(own);
        return () -> observers.remove(own);
    }

    /** Costs next to nothing while nobody observes. */
    void changed() {
        if (!observers.isEmpty() && due.compareAndSet(false, true)) {
            clock.after(QUIET, executor, this::tell);
        }
    }

    private void tell() {
        due.set(false);
        observers.forEach(Runnable::run);
    }
}
