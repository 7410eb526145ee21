package io.armature.bench;

import io.armature.platform.api.testing.MachineClock;
import io.armature.services.api.Hold;
import io.armature.services.api.Sticky;
import io.armature.services.sticky.StickyServices;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.BundleContext;

/** Calls through a stand-in whose owner is there, against the same calls made directly. */
final class StandInBench implements ServicesBench.ServicesPart {

    private static final int BATCH = 1_000;
    private static final Hold HOLD = Hold.of(1_000, Duration.ofSeconds(10));

    private final Path work;
    private final long nanos;
    private final List<Row> rows =
            List.of(
                    new Row("returns a value", Measured::next),
                    new Row(
                            "returns a stage",
                            (called, value) ->
                                    called.later(value).toCompletableFuture().getNow(0L)));

    /** What is called. */
    public interface Measured {
        /** The next number. */
        long next(long value);

        /** The next number, as a stage. */
        CompletionStage<Long> later(long value);
    }

    private interface Calling {
        long call(Measured called, long value);
    }

    private record Row(String name, Calling calling, List<Double> direct, List<Double> through) {

        Row(String name, Calling calling) {
            this(name, calling, new ArrayList<>(), new ArrayList<>());
        }

        double over() {
            return Series.median(through) - Series.median(direct);
        }
    }

    private static final class Counting implements Measured {
        @Override
        public long next(long value) {
            return value + 1;
        }

        @Override
        public CompletionStage<Long> later(long value) {
            return CompletableFuture.completedFuture(value + 1);
        }
    }

    StandInBench(Path work, long nanos) {
        this.work = work;
        this.nanos = nanos;
    }

    @Override
    public void round(boolean counted) throws IOException {
        try (EmptyBundles felix = new EmptyBundles(work);
                MachineClock clock = new MachineClock()) {
            Counting counting = new Counting();
            felix.bundle("bench.owner").registerService(Measured.class, counting, null);
            BundleContext user = felix.bundle("bench.user");
            StickyServices standIns = new StickyServices(user, clock, Runnable::run);
            try (Sticky<Measured> sticky = standIns.of(Measured.class, HOLD, closed -> {})) {
                for (Row row : rows) {
                    double direct = nanosACall(row.calling(), counting);
                    double through = nanosACall(row.calling(), sticky.service());
                    if (counted) {
                        row.direct().add(direct);
                        row.through().add(through);
                    }
                }
            }
        }
    }

    private double nanosACall(Calling calling, Measured called) throws IOException {
        long value = 0;
        long start = System.nanoTime();
        long now = start;
        long calls = 0;
        while (now - start < nanos) {
            for (int i = 0; i < BATCH; i++) {
                value = calling.call(called, value);
            }
            calls += BATCH;
            now = System.nanoTime();
        }
        if (value != calls) {
            throw new IOException(calls + " calls gave " + value);
        }
        return (now - start) / (double) calls;
    }

    @Override
    public void print(PrintStream out) {
        out.println("\n| call of a service | direct, ns | through a stand-in, ns | over |");
        out.println("|---|---:|---:|---:|");
        for (Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f |%n",
                    row.name(),
                    Series.median(row.direct()),
                    Series.median(row.through()),
                    row.over());
        }
    }

    @Override
    public void budgets(Budgets budgets) {
        for (Row row : rows) {
            budgets.atMost(
                    "stand-in over a direct call, " + row.name() + ", ns", 1_000, row.over());
        }
    }
}
