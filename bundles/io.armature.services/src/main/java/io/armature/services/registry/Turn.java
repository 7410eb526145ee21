package io.armature.services.registry;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after another, in their order, on the thread that finds nobody running them. No
 * thread of its own, no hand-over while nobody contends; what it runs must not block.
 */
public final class Turn {

    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();

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
                LOG.error("service task failed", e);
            }
        } while (open.decrementAndGet() != 0);
    }
}
