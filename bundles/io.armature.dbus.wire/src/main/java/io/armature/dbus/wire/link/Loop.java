package io.armature.dbus.wire.link;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that runs tasks one after another and serves one socket. It is there only while there
 * is something to do: without a bus it costs nothing. Any thread may hand a task over.
 */
public final class Loop implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final String name;
    private final Object lock = new Object();

    // Guarded by lock.
    private Queue<Runnable> tasks = new ArrayDeque<>();
    private Thread thread;
    private Selector selector;
    private boolean closed;

    // Of the thread.
    private Queue<Runnable> batch = new ArrayDeque<>();
    private BusSocket socket;

    /**
     * @param name of the thread
     */
    public Loop(String name) {
        this.name = name;
    }

    /** Throws {@link RejectedExecutionException} once closed. */
    @Override
    public void execute(Runnable task) {
        synchronized (lock) {
            if (closed) {
                throw new RejectedExecutionException(name + " is closed");
            }
            tasks.add(task);
            if (thread == null) {
                thread = new Thread(this::run, name);
                thread.setDaemon(true);
                thread.start();
            } else if (selector != null && thread != Thread.currentThread()) {
                selector.wakeup();
            }
        }
    }

    /** Takes no task from now on; the thread ends when those that are there have run. */
    public void close() {
        synchronized (lock) {
            closed = true;
            if (selector != null) {
                selector.wakeup();
            }
        }
    }

    /**
     * Serves a socket until it is closed. On the thread only, one at a time.
     *
     * @throws IOException if the kernel gives no selector
     */
    void attach(BusSocket attached) throws IOException {
        Selector opened = Selector.open();
        try {
            attached.register(opened);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        synchronized (lock) {
            selector = opened;
        }
        socket = attached;
    }

    /** On the thread only. */
    void detach() {
        Selector opened;
        synchronized (lock) {
            opened = selector;
            selector = null;
        }
        socket = null;
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (IOException e) {
            LOG.debug("selector does not close", e);
        }
    }

    private void run() {
        while (next()) {
            for (Runnable task = batch.poll(); task != null; task = batch.poll()) {
                guarded(task);
            }
            if (socket != null) {
                guarded(socket::flush);
            }
            if (socket != null) {
                guarded(this::await);
            }
        }
    }

    /** Takes the tasks that are there; false if there is nothing left to do. */
    private boolean next() {
        synchronized (lock) {
            Queue<Runnable> taken = tasks;
            tasks = batch;
            batch = taken;
            boolean more = !batch.isEmpty() || socket != null && !closed;
            if (!more) {
                thread = null;
            }
            if (more || socket == null) {
                return more;
            }
        }
        socket.close("closing");
        return false;
    }

    private void await() {
        Selector waiting;
        synchronized (lock) {
            waiting = selector;
            if (waiting == null) {
                return;
            }
        }
        try {
            // A task that comes between the look and the wait wakes the selector all the same.
            boolean tasksWait;
            synchronized (lock) {
                tasksWait = !tasks.isEmpty() || closed;
            }
            if (tasksWait) {
                waiting.selectNow();
            } else {
                waiting.select();
            }
            if (!waiting.selectedKeys().isEmpty()) {
                waiting.selectedKeys().clear();
                socket.ready();
            }
        } catch (IOException e) {
            socket.close(e.toString());
        }
    }

    /** The thread's outermost guard: what fails here is a bug, and costs the connection only. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("bus thread failed", e);
            if (socket != null) {
                socket.close("failed: " + e);
            }
        }
    }
}
