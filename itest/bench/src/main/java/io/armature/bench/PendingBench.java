package io.armature.bench;

import io.armature.platform.api.testing.MachineClock;
import io.armature.services.ServicesWithoutComponents;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Many requests of ten bundles for a service that nobody owns. */
final class PendingBench implements ServicesBench.ServicesPart {

    private static final String NAME = "Away";
    private static final int PENDING = 10_000;
    private static final int CALLERS = 10;
    private static final int WARM = 500;
    private static final long FIRST_MILLIS = 500;
    private static final long GAP_MICROS = 50;
    private static final long LIMIT_SECONDS = 30;

    private final List<Double> bytes = new ArrayList<>();
    private final List<Double> median = new ArrayList<>();
    private final List<Double> most = new ArrayList<>();
    private final AtomicLong early = new AtomicLong();

    @Override
    public void round(boolean counted) throws IOException {
        try (MachineClock clock = new MachineClock()) {
            List<ServiceManager> callers = callers(clock);
            double each = bytesEach(callers);
            double[] late = late(callers);
            if (counted) {
                bytes.add(each);
                median.add(late[PENDING / 2]);
                most.add(late[PENDING - 1]);
            }
        }
    }

    private static List<ServiceManager> callers(MachineClock clock) {
        List<String> names = IntStream.range(0, CALLERS).mapToObj(i -> "bench.user" + i).toList();
        ServiceRegistry registry =
                new ServiceRegistry(
                        clock,
                        Runnable::run,
                        Mode.ENFORCING,
                        EmptyBundles.policies(NAME, "bench.owner", names));
        return names.stream()
                .map(
                        name ->
                                ServicesWithoutComponents.of(
                                        EmptyBundles.identity(name), registry, null))
                .toList();
    }

    private static double bytesEach(List<ServiceManager> callers) {
        for (int i = 0; i < WARM; i++) {
            callers.get(i % CALLERS).request(NAME, Duration.ofHours(1)).close();
        }
        Pipe[] pipes = new Pipe[PENDING];
        long before = used();
        for (int i = 0; i < PENDING; i++) {
            pipes[i] = callers.get(i % CALLERS).request(NAME, Duration.ofHours(1).plusMillis(i));
        }
        long taken = used() - before;
        for (Pipe pipe : pipes) {
            pipe.close();
        }
        return taken / (double) PENDING;
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** Milliseconds by which each request ended after its time, ascending. */
    private double[] late(List<ServiceManager> callers) throws IOException {
        double[] late = new double[PENDING];
        CountDownLatch ended = new CountDownLatch(PENDING);
        for (int i = 0; i < PENDING; i++) {
            int number = i;
            // Not in the order of their ends.
            long micros = FIRST_MILLIS * 1_000 + i * 7_919L % PENDING * GAP_MICROS;
            long due = System.nanoTime() + micros * 1_000;
            Duration timeout = Duration.ofNanos(micros * 1_000);
            callers.get(i % CALLERS)
                    .request(NAME, timeout)
                    .closed()
                    .thenAccept(
                            reason -> {
                                late[number] = (System.nanoTime() - due) / 1e6;
                                if (late[number] < 0) {
                                    early.incrementAndGet();
                                }
                                ended.countDown();
                            });
        }
        try {
            if (!ended.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(ended.getCount() + " requests did not expire");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Arrays.sort(late);
        return late;
    }

    @Override
    public void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%n10,000 requests of 10 bundles wait: %.0f B each with all that the manager keeps of"
                        + " them; ended after their time by %.2f ms (median), %.2f ms (the latest);"
                        + " before it: %d.%n",
                Series.median(bytes),
                Series.median(median),
                Series.median(most),
                early.get());
    }

    @Override
    public void budgets(Budgets budgets) {
        budgets.atMost("10,000 waiting requests, MB", 4, Series.median(bytes) * PENDING / 1e6);
        budgets.atMost("waiting requests that ended before their time", 0.5, early.get());
    }
}
