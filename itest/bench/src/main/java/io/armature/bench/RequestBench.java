package io.armature.bench;

import io.armature.platform.api.testing.MachineClock;
import io.armature.services.ServicesWithoutComponents;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceProvider;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Requests of a bundle to another of the same framework. Every pipe is closed within the run. */
final class RequestBench implements ServicesBench.ServicesPart {

    private static final String NAME = "Measured";
    private static final int IN_FLIGHT = 64;
    private static final int LATENCIES_KEPT = 1 << 20;
    private static final byte[] HELLO = {1};

    private final Path work;
    private final long nanos;
    private final Series flight =
            new Series("request → owner's thread has the pipe, 64 in flight, one thread requests");
    private final Series inline =
            new Series("request → owner has the pipe, in the requester's thread");
    private final Series waiting =
            new Series("request → first message of the owner's own thread, one waiting caller");
    private final Series waitingInline =
            new Series("request → first message, owner answers where it is called");
    private final Series handOver =
            new Series("peer: two threads that wake each other, no manager, one waiting caller");
    private final Series lookup =
            new Series("peer: getServiceReference, getService, ungetService on Felix");

    private final List<Double> timesHandOver = new ArrayList<>();

    RequestBench(Path work, long nanos) {
        this.work = work;
        this.nanos = nanos;
    }

    @Override
    public void round(boolean counted) throws IOException {
        Sample[] samples = {
            inFlight(), inline(), waiting(true), handOvers(), waiting(false), lookups(),
        };
        List<Series> series = List.of(flight, inline, waiting, handOver, waitingInline, lookup);
        for (int i = 0; counted && i < samples.length; i++) {
            series.get(i).add(samples[i]);
        }
        if (counted) {
            timesHandOver.add(samples[2].perSecond() / samples[3].perSecond());
        }
    }

    /** A request against the plain look-up, both in one thread. */
    double inlineTimesLookup() {
        return inline.rate() / lookup.rate();
    }

    @Override
    public void print(PrintStream out) {
        out.println("\n| in the JVM | /s | least – most | p50 µs | p99 µs | p99.9 µs |");
        out.println("|---|---:|---:|---:|---:|---:|");
        for (Series one : List.of(flight, inline, waiting, waitingInline, handOver, lookup)) {
            out.println(one.row());
        }
    }

    @Override
    public void budgets(Budgets budgets) {
        budgets.atLeast("in the JVM, 64 in flight, pipes/s", 200_000, flight.rate());
        budgets.atLeast(
                "in the JVM, one waiting caller, owner has its end in its callback, pipes/s",
                20_000,
                waitingInline.rate());
        budgets.atLeast(
                "in the JVM, one waiting caller, owner's own thread, against two threads alone",
                0.9,
                Series.median(timesHandOver));
    }

    /** A manager for the owner and one for the requester. */
    private record Both(ServiceManager owner, ServiceManager requester, MachineClock clock)
            implements AutoCloseable {

        static Both make() {
            MachineClock clock = new MachineClock();
            ServiceRegistry registry =
                    new ServiceRegistry(
                            clock,
                            Runnable::run,
                            Mode.ENFORCING,
                            EmptyBundles.policies(NAME, "bench.owner", List.of("bench.user")));
            return new Both(
                    ServicesWithoutComponents.of(
                            EmptyBundles.identity("bench.owner"), registry, null),
                    ServicesWithoutComponents.of(
                            EmptyBundles.identity("bench.user"), registry, null),
                    clock);
        }

        @Override
        public void close() {
            clock.close();
        }
    }

    /** An owner that does its work in a thread of its own. */
    private static final class OwnThread implements AutoCloseable {

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

    private Sample inFlight() throws IOException {
        Semaphore window = new Semaphore(IN_FLIGHT);
        try (Both both = Both.make();
                OwnThread owner = new OwnThread()) {
            ServiceProvider provider =
                    (client, pipe) ->
                            owner.execute(
                                    () -> {
                                        pipe.close();
                                        window.release();
                                    });
            both.owner().register(NAME, provider);
            long start = System.nanoTime();
            long done = 0;
            while (System.nanoTime() - start < nanos) {
                window.acquireUninterruptibly();
                both.requester().request(NAME);
                done++;
            }
            window.acquireUninterruptibly(IN_FLIGHT);
            return new Sample(done, System.nanoTime() - start, new long[0]);
        }
    }

    private Sample inline() {
        try (Both both = Both.make()) {
            long[] got = {0};
            both.owner()
                    .register(
                            NAME,
                            (client, pipe) -> {
                                got[0]++;
                                pipe.close();
                            });
            long start = System.nanoTime();
            while (System.nanoTime() - start < nanos) {
                both.requester().request(NAME);
            }
            return new Sample(got[0], System.nanoTime() - start, new long[0]);
        }
    }

    private Sample waiting(boolean ownThread) throws IOException {
        long[] latencies = new long[LATENCIES_KEPT];
        int count = 0;
        try (Both both = Both.make();
                OwnThread owner = new OwnThread()) {
            ServiceProvider provider =
                    ownThread
                            ? (client, pipe) -> owner.execute(() -> pipe.send(HELLO))
                            : (client, pipe) -> pipe.send(HELLO);
            both.owner().register(NAME, provider);
            long start = System.nanoTime();
            long now = start;
            while (now - start < nanos && count < LATENCIES_KEPT) {
                try (Pipe pipe = both.requester().request(NAME)) {
                    First first = new First(Thread.currentThread());
                    pipe.listen(first);
                    first.await();
                }
                long then = System.nanoTime();
                latencies[count++] = then - now;
                now = then;
            }
            return new Sample(count, now - start, Arrays.copyOf(latencies, count));
        }
    }

    /** What of a wait is the machine's. */
    private Sample handOvers() throws IOException {
        long[] latencies = new long[LATENCIES_KEPT];
        int count = 0;
        try (OwnThread owner = new OwnThread()) {
            long start = System.nanoTime();
            long now = start;
            while (now - start < nanos && count < LATENCIES_KEPT) {
                First first = new First(Thread.currentThread());
                owner.execute(() -> first.onMessage(HELLO));
                first.await();
                long then = System.nanoTime();
                latencies[count++] = then - now;
                now = then;
            }
            return new Sample(count, now - start, Arrays.copyOf(latencies, count));
        }
    }

    /** Wakes the one who waits for a message. */
    private static final class First implements Pipe.Listener {

        private final Thread waits;
        private volatile boolean come;

        First(Thread waits) {
            this.waits = waits;
        }

        @Override
        public void onMessage(byte[] message) {
            come = true;
            if (Thread.currentThread() != waits) {
                LockSupport.unpark(waits);
            }
        }

        void await() {
            while (!come) {
                LockSupport.park(this);
            }
        }
    }

    private Sample lookups() throws IOException {
        try (EmptyBundles felix = new EmptyBundles(work)) {
            Runnable service = () -> {};
            felix.bundle("bench.owner").registerService(Runnable.class, service, null);
            BundleContext user = felix.bundle("bench.user");
            long done = 0;
            long start = System.nanoTime();
            while (System.nanoTime() - start < nanos) {
                ServiceReference<Runnable> reference = user.getServiceReference(Runnable.class);
                if (user.getService(reference) != service) {
                    throw new IOException("Felix lost the service");
                }
                user.ungetService(reference);
                done++;
            }
            return new Sample(done, System.nanoTime() - start, new long[0]);
        }
    }
}
