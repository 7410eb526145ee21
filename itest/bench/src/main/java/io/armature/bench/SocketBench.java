package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests over the socket, up to the first message through the pipe, beside calls over a private
 * dbus-daemon that another connection answers.
 */
final class SocketBench implements ServicesBench.ServicesPart {

    private static final int IN_FLIGHT = 64;
    private static final int IDLE_CLIENTS = 1_000;
    private static final int OFFERED = 2_000;
    private static final int LEAD_IN = 1_000; // while the server still accepts the idle ones
    private static final long LIMIT_SECONDS = 30;

    private final Path work;
    private final long nanos;
    private final Series flight =
            new Series("request → owner's first message by the pipe, 64 in flight");
    private final Series waiting =
            new Series("request → owner's first message by the pipe, one waiting caller");
    private final Series offered =
            new Series("the same at 2,000/s offered, 1,000 idle clients connected");
    private final Series busFlight =
            new Series("peer: dbus-daemon, call → another connection's answer, 64 in flight");
    private final Series busWaiting =
            new Series("peer: dbus-daemon, call → another connection's answer, one waiting caller");
    private final List<Double> offeredP99 = new ArrayList<>();
    private Optional<String> skipped = Optional.empty();

    SocketBench(Path work, long nanos) {
        this.work = work;
        this.nanos = nanos;
    }

    @Override
    public void round(boolean counted) throws IOException {
        try (SocketFixture fixture = new SocketFixture(work, 0)) {
            add(counted, flight, Requested.inFlight(fixture::request, IN_FLIGHT, nanos));
            add(counted, waiting, Requested.waiting(fixture::request, nanos));
        }
        try (SocketFixture fixture = new SocketFixture(work, IDLE_CLIENTS)) {
            Sample sample = offered(fixture);
            add(counted, offered, sample);
            if (counted) {
                offeredP99.add(sample.micros(0.99) / 1e3);
            }
        }
        skipped = MessageBus.missing();
        if (skipped.isEmpty()) {
            try (MessageBus bus = new MessageBus(work)) {
                add(counted, busFlight, bus.calls(IN_FLIGHT, nanos));
                add(counted, busWaiting, bus.calls(1, nanos));
            }
        }
    }

    private static void add(boolean counted, Series series, Sample sample) {
        if (counted) {
            series.add(sample);
        }
    }

    /**
     * Requests at fixed times, whatever became of those before; each is counted from the time at
     * which it was due. Those of the first half second are not.
     */
    private Sample offered(SocketFixture fixture) throws IOException {
        int count = (int) Math.max(1, nanos * OFFERED / 1_000_000_000L);
        long[] latencies = new long[count];
        CountDownLatch come = new CountDownLatch(count);
        long start = System.nanoTime() + LEAD_IN * 1_000_000_000L / OFFERED;
        for (int i = -LEAD_IN; i < count; i++) {
            int number = i;
            long due = start + i * 1_000_000_000L / OFFERED;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            Requested.of(
                    fixture::request,
                    at -> {
                        if (number >= 0) {
                            latencies[number] = at - due;
                            come.countDown();
                        }
                    });
        }
        await(come);
        return new Sample(count, System.nanoTime() - start, latencies);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(latch.getCount() + " requests were lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void print(PrintStream out) {
        out.println(
                "\n| over the socket, all in one process | /s | least – most | p50 µs | p99 µs | p99.9 µs |");
        out.println("|---|---:|---:|---:|---:|---:|");
        for (Series one : List.of(flight, waiting, offered)) {
            out.println(one.row());
        }
        if (skipped.isEmpty()) {
            out.println(busFlight.row());
            out.println(busWaiting.row());
        }
        skipped.ifPresent(reason -> out.println("\ndbus-daemon skipped: " + reason));
    }

    @Override
    public void budgets(Budgets budgets) {
        budgets.atLeast("over the socket, 64 in flight, pipes/s", 5_000, flight.rate());
        budgets.atMost(
                "over the socket, 2,000/s offered, 1,000 clients, p99 ms",
                2,
                Series.median(offeredP99));
    }
}
