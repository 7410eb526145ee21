package io.armature.services.registry;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one after another, in their order, on the thread that finds nobody running them. No
 * thread of its own, no hand-over while nobody contends; what it runs must not block.
 */
public final class Turn {

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
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
        return open.getAndIncrement() == 0;
    }

    /** Runs everything there is; only after {@link #add} said so. */
    public void drain() {
        do {
            try {
                tasks.remove().run();
            } catch (RuntimeException | Error e) {
                // Outermost loop: what came after a failed task would wait for ever. Errors too:
                // a bundle that is being replaced ends in one when its classes are gone.
                failures.add("service task failed", e);
            }
        } while (open.decrementAndGet() != 0);
    }
}
