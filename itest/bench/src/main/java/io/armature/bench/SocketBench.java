package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests over the socket, up to the first message through the pipe, beside calls over a private
 * dbus-daemon that another connection answers.
 */
final class SocketBench implements ServicesBench.ServicesPart {

    private static final int IN_FLIGHT = 64;
    private static final int IDLE_CLIENTS = 1_000;
    private static final int OFFERED = 2_000;
    private static final int LEAD_IN = 1_000; // while the server still accepts the idle ones

    private final Path work;
    private final long nanos;
    private final OpenLoop loop;
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
    private final Series busOffered =
            new Series("peer: dbus-daemon at 2,000/s offered, 1,000 idle connections");
    private final List<Double> offeredP99 = new ArrayList<>();
    private Optional<String> skipped = Optional.empty();

    SocketBench(Path work, long nanos) {
        this.work = work;
        this.nanos = nanos;
        this.loop = new OpenLoop(OFFERED, LEAD_IN, nanos);
    }

    @Override
    public void round(boolean counted) throws IOException {
        try (SocketFixture fixture = new SocketFixture(work, 0)) {
            add(counted, flight, Requested.inFlight(fixture::request, IN_FLIGHT, nanos));
            add(counted, waiting, Requested.waiting(fixture::request, nanos));
        }
        try (SocketFixture fixture = new SocketFixture(work, IDLE_CLIENTS)) {
            Sample sample = loop.run(come -> Requested.of(fixture::request, come));
            add(counted, offered, sample);
            if (counted) {
                offeredP99.add(sample.micros(0.99) / 1e3);
            }
        }
        skipped = MessageBus.missing();
        if (skipped.isEmpty()) {
            try (MessageBus bus = new MessageBus(work, 0)) {
                add(counted, busFlight, bus.calls(IN_FLIGHT, nanos));
                add(counted, busWaiting, bus.calls(1, nanos));
            }
            try (MessageBus bus = new MessageBus(work, IDLE_CLIENTS)) {
                add(counted, busOffered, bus.offered(loop));
            }
        }
    }

    private static void add(boolean counted, Series series, Sample sample) {
        if (counted) {
            series.add(sample);
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
            out.println(busOffered.row());
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
