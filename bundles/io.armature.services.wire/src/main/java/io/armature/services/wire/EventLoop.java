package io.armature.services.wire;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that waits for events of many descriptors by epoll(7): a wake-up costs what is ready,
 * not what is open, and without events there is none. Handlers run on that thread and must not
 * block. Any thread may call any method.
 */
public final class EventLoop implements AutoCloseable {

    /** Something to read, or the end. */
    public static final int READ = 0x1;

    /** Room to write. */
    public static final int WRITE = 0x4;

    /** The other end has gone; told as {@link #READ}. */
    public static final int HANG_UP = 0x10;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final int BATCH = 128;
    // struct epoll_event is packed on x86-64 alone (epoll_ctl(2)).
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    private static final int SIZE = PACKED ? 12 : 16;
    private static final int DATA_AT = PACKED ? 4 : 8;
    private static final long WAKE = 0;

    private final int epoll;
    private final int wake;
    private final Thread thread;
    private final Map<Long, Registration> registrations = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong(WAKE);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Object epollGate = new Object();
    private boolean epollOpen = true; // guarded by epollGate
    private final AtomicLong wakeUps = new AtomicLong();
    private volatile boolean stopped;
    private volatile boolean ended;

    /** Takes events. */
    @FunctionalInterface
    public interface Handler {
        /**
         * @param events {@link #READ}, {@link #WRITE} or both; errors and hang-ups count as {@link
         *     #READ}
         */
        void ready(int events);
    }

    /** A descriptor that is watched. */
    public final class Registration {

        private final long key = keys.incrementAndGet();
        private final Descriptor descriptor;
        private final Handler handler;
        // Guarded by this.
        private int current;
        private boolean cancelled;

        private Registration(Descriptor descriptor, Handler handler) {
            this.descriptor = descriptor;
            this.handler = handler;
        }

        /**
         * Waits for other events from now on.
         *
         * @param events of {@link #READ}, {@link #WRITE} and {@link #HANG_UP}; each of them comes
         *     with the last. With 0 nothing is told, not even that
         */
        public synchronized void interest(int events) throws IOException {
            if (cancelled || events == current) {
                return;
            }
            int operation = LinuxCalls.EPOLL_CTL_MOD;
            if (current == 0) {
                operation = LinuxCalls.EPOLL_CTL_ADD;
            } else if (events == 0) {
                operation = LinuxCalls.EPOLL_CTL_DEL;
            }
            control(operation, events);
            current = events;
        }

        /** Ends the watch; to be called before the descriptor is closed or passed on. */
        public synchronized void cancel() {
            registrations.remove(key);
            try {
                interest(0);
            } catch (IOException e) {
                LOG.debug("descriptor left the event loop before", e);
            }
            cancelled = true;
        }

        private void control(int operation, int events) throws IOException {
            synchronized (epollGate) {
                if (epollOpen) {
                    descriptor.with(
                            number -> EventLoop.control(epoll, operation, number, events, key));
                }
            }
        }
    }

    private static void control(int epoll, int operation, int number, int events, long key)
            throws IOException {
        Scratch scratch = Scratch.take();
        try {
            long event = scratch.event(events, DATA_AT, key);
            Descriptor.check(LinuxCalls.epoll_ctl(epoll, operation, number, event), "epoll_ctl");
        } finally {
            scratch.giveBack();
        }
    }

    /**
     * Starts the thread.
     *
     * @param name of the thread
     */
    public EventLoop(String name) throws IOException {
        epoll = Descriptor.check(LinuxCalls.epoll_create1(LinuxCalls.EPOLL_CLOEXEC), "epoll");
        wake = wakeDescriptor(epoll);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static int wakeDescriptor(int epoll) throws IOException {
        int flags = LinuxCalls.EFD_CLOEXEC | LinuxCalls.EFD_NONBLOCK;
        try {
            int wake = Descriptor.check(LinuxCalls.eventfd(0, flags), "eventfd");
            control(epoll, LinuxCalls.EPOLL_CTL_ADD, wake, READ, WAKE);
            return wake;
        } catch (IOException e) {
            LinuxCalls.close(epoll);
            throw e;
        }
    }

    /**
     * Watches a descriptor.
     *
     * @param events as in {@link Registration#interest}
     */
    public Registration register(Descriptor descriptor, int events, Handler handler)
            throws IOException {
        Registration registration = new Registration(descriptor, handler);
        registrations.put(registration.key, registration);
        try {
            registration.interest(events);
            return registration;
        } catch (IOException e) {
            registrations.remove(registration.key);
            throw e;
        }
    }

    /**
     * Runs a task on the loop's thread, after what it is at; on the calling thread once the loop
     * has ended.
     */
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
        if (ended) {
            runTasks();
        }
    }

    /** Whether the calling thread is the loop's. */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /** How often the thread has returned from waiting. */
    public long wakeUps() {
        return wakeUps.get();
    }

    private void wake() {
        if (!inLoop() && woken.compareAndSet(false, true)) {
            synchronized (this) {
                if (!ended) {
                    LinuxCalls.eventfd_write(wake, 1);
                }
            }
        }
    }

    private void run() {
        ByteBuffer events = ByteBuffer.allocateDirect(BATCH * SIZE).order(ByteOrder.nativeOrder());
        long at = Pointer.nativeValue(Native.getDirectBufferPointer(events));
        long[] drained = new long[1];
        while (!stopped) {
            int ready = LinuxCalls.epoll_wait(epoll, at, BATCH, tasks.isEmpty() ? -1 : 0);
            wakeUps.getAndIncrement();
            for (int i = 0; i < ready; i++) {
                long key = events.getLong(i * SIZE + DATA_AT);
                if (key == WAKE) {
                    LinuxCalls.eventfd_read(wake, drained);
                    woken.set(false);
                } else {
                    dispatch(key, events.getInt(i * SIZE));
                }
            }
            runTasks();
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guarded(task);
        }
    }

    private void dispatch(long key, int events) {
        Registration registration = registrations.get(key);
        if (registration != null) {
            int read = (events & ~WRITE) != 0 ? READ : 0;
            guarded(() -> registration.handler.ready(read | events & WRITE));
        }
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("handler of a service socket failed", e);
        }
    }

    /** Ends the thread and the watches; descriptors stay open. Not on the loop's own thread. */
    @Override
    public void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        woken.set(false);
        wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        synchronized (this) {
            ended = true;
            LinuxCalls.close(wake);
        }
        synchronized (epollGate) {
            epollOpen = false;
            LinuxCalls.close(epoll);
        }
        runTasks();
        registrations.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
