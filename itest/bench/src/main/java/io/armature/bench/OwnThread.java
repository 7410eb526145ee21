package io.armature.bench;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;

/** An owner that does its work in a thread of its own. */
final class OwnThread implements AutoCloseable {

    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::loop, "bench-owner");
    private boolean ended; // belongs to the thread

    OwnThread() {
        thread.start();
    }

    private void loop() {
        try {
            while (!ended) {
                work.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void execute(Runnable task) {
        work.add(task);
    }

    @Override
    public void close() throws IOException {
        work.add(() -> ended = true);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
