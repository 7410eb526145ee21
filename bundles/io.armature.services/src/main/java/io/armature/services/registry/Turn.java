package io.armature.services.registry;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one after another, in their order, on the thread that finds nobody running them. No
 * thread of its own, no hand-over while nobody contends; what it runs must not block.
 */
public final class Turn {

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean left = new AtomicBoolean(); // tasks that nobody is at
    private final FailureLog failures;

    /**
     * @param failures told of tasks that throw
     */
    public Turn(FailureLog failures) {
        this.failures = failures;
    }

    /**
     * Puts a task at the end.
     *
     * @return whether the caller has to {@link #drain()}: nobody else will run it
     */
    public boolean add(Runnable task) {
        tasks.add(task);
        return open.getAndIncrement() == 0 || again();
    }

    /** Runs everything there is; only after {@link #add} said so. */
    public void drain() {
        drain(Integer.MAX_VALUE);
    }

    /**
     * Runs that many at most; only after {@link #add} or {@link #again} said so. What is left waits
     * for {@link #again}, which the caller has to ask, or for whoever adds next.
     */
    void drain(int most) {
        for (int i = 0; i < most; i++) {
            try {
                tasks.remove().run();
            } catch (RuntimeException | Error e) {
                // Outermost loop: what came after a failed task would wait for ever. Errors too:
                // a bundle that is being replaced ends in one when its classes are gone.
                failures.add("service task failed", e);
            }
            if (open.decrementAndGet() == 0) {
                return;
            }
        }
        left.set(true);
    }

    /** Whether tasks were left, and it is the caller now who has to drain. */
    boolean again() {
        return left.get() && left.compareAndSet(true, false);
    }
}
