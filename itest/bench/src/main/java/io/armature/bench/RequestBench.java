package io.armature.bench;

import io.armature.services.api.ServiceProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Requests of a bundle to another of the same framework. Every pipe is closed within the run. */
final class RequestBench implements ServicesBench.ServicesPart {

    private static final String NAME = "Measured";
    private static final int IN_FLIGHT = 64;
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
        Sample flown = inFlight();
        Sample inlined = inline();
        LoneRequester.Beside lone = LoneRequester.measure(NAME, nanos);
        Sample[] samples = {
            flown, inlined, lone.requests(), lone.handOvers(), waitingInline(), lookups(),
        };
        List<Series> series = List.of(flight, inline, waiting, handOver, waitingInline, lookup);
        for (int i = 0; counted && i < samples.length; i++) {
            series.get(i).add(samples[i]);
        }
        if (counted) {
            timesHandOver.add(lone.timesHandOver());
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

    private Sample inFlight() throws IOException {
        Semaphore window = new Semaphore(IN_FLIGHT);
        try (BothManagers both = BothManagers.make(NAME);
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
        try (BothManagers both = BothManagers.make(NAME)) {
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

    /** The owner answers where it is called. */
    private Sample waitingInline() {
        Waits waits = new Waits();
        try (BothManagers both = BothManagers.make(NAME)) {
            both.owner().register(NAME, (client, pipe) -> pipe.send(HELLO));
            waits.turn(() -> LoneRequester.request(both.requester(), NAME), nanos);
        }
        return waits.sample();
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
