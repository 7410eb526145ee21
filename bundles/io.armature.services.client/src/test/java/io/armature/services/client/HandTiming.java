package io.armature.services.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Time that passes when the test says so. */
final class HandTiming implements Timing {

    private final List<Task> tasks = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000_000_000L; // overflows on the way

    private record Task(long due, Executor executor, Runnable work) {}

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized void after(Duration delay, Executor executor, Runnable task) {
        tasks.add(new Task(now + delay.toNanos(), executor, task));
    }

    /** Lets the next task's time come; false if there is none. */
    boolean next() {
        Task first = null;
        synchronized (this) {
            for (Task task : tasks) {
                if (first == null || task.due - first.due < 0) {
                    first = task;
                }
            }
            if (first == null) {
                return false;
            }
            tasks.remove(first);
            now = first.due;
        }
        first.executor.execute(first.work);
        return true;
    }
}
