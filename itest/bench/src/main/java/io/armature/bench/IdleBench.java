package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * How often the manager's threads wake while nobody wants anything: as the kernel counts it, and,
 * where that is possible, as strace sees it. Once, not each round.
 */
final class IdleBench implements ServicesBench.ServicesPart {

    private static final int CLIENTS = 1_000;
    private static final long SETTLED_MILLIS = 2_000;
    private static final String THREADS = "services-";

    private final Path work;
    private final long millis;
    private Optional<Counted> idle = Optional.empty();

    /**
     * What was counted.
     *
     * @param switches voluntary context switches
     * @param calls system calls, if strace could be used
     */
    private record Counted(Map<Integer, String> threads, long switches, Optional<Calls> calls) {}

    /**
     * System calls.
     *
     * @param request while a client requested the service, afterwards: the counting works
     */
    private record Calls(long idle, long request) {}

    /**
     * @param millis how long is counted
     */
    IdleBench(Path work, long millis) {
        this.work = work;
        this.millis = millis;
    }

    /** It alone. */
    Budgets run(PrintStream out) throws IOException {
        round(true);
        print(out);
        Budgets budgets = new Budgets();
        budgets(budgets);
        budgets.print(out);
        return budgets;
    }

    @Override
    public void round(boolean counted) throws IOException {
        if (counted && idle.isEmpty()) {
            try (SocketFixture fixture = new SocketFixture(work, CLIENTS)) {
                use(fixture);
                idle = Optional.of(TracedThreads.hindrance().isEmpty() ? traced(fixture) : plain());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private static void use(SocketFixture fixture) throws InterruptedException {
        CountDownLatch used = new CountDownLatch(1);
        Requested.of(fixture::request, at -> used.countDown());
        used.await();
    }

    private Counted traced(SocketFixture fixture) throws IOException, InterruptedException {
        Path trace = Files.createTempFile(work, "idle", ".strace");
        TracedThreads traced = new TracedThreads(TracedThreads.named(THREADS), trace);
        Counted counted;
        long from;
        long to;
        try (traced) {
            Thread.sleep(SETTLED_MILLIS);
            from = System.currentTimeMillis();
            counted = count();
            to = System.currentTimeMillis();
            use(fixture);
        }
        Calls calls = new Calls(traced.calls(from, to), traced.calls(to, Long.MAX_VALUE));
        Files.delete(trace);
        return new Counted(counted.threads(), counted.switches(), Optional.of(calls));
    }

    private Counted plain() throws IOException, InterruptedException {
        Thread.sleep(SETTLED_MILLIS);
        return count();
    }

    private Counted count() throws IOException, InterruptedException {
        Map<Integer, String> threads = TracedThreads.named(THREADS);
        long before = switches(threads);
        Thread.sleep(millis);
        return new Counted(threads, switches(threads) - before, Optional.empty());
    }

    private static long switches(Map<Integer, String> threads) throws IOException {
        long switches = 0;
        for (int thread : threads.keySet()) {
            switches += switches(Path.of("/proc/self/task", Integer.toString(thread), "status"));
        }
        return switches;
    }

    private static long switches(Path status) throws IOException {
        String key = "voluntary_ctxt_switches:";
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.substring(key.length()).strip()))
                    .sum();
        } catch (NoSuchFileException e) {
            return 0; // it has ended
        }
    }

    @Override
    public void print(PrintStream out) {
        Counted counted = idle.orElseThrow();
        out.printf(
                Locale.ROOT,
                "%nIdle for %.0f s with 1,000 clients connected and one service registered: %d"
                        + " wake-ups of %s (voluntary context switches)",
                millis / 1e3,
                counted.switches(),
                String.join(", ", counted.threads().values()));
        counted.calls()
                .ifPresentOrElse(
                        calls ->
                                out.printf(
                                        ", %d system calls of theirs (strace; %d for one request"
                                                + " afterwards).%n",
                                        calls.idle(), calls.request()),
                        () -> out.println("; not traced: no strace, or not root."));
    }

    @Override
    public void budgets(Budgets budgets) {
        Counted counted = idle.orElseThrow();
        String time = String.format(Locale.ROOT, " in %.0f s idle", millis / 1e3);
        budgets.atMost("wake-ups" + time, 0.5, counted.switches());
        counted.calls()
                .ifPresent(
                        calls -> {
                            budgets.atMost("system calls" + time + ", strace", 0.5, calls.idle());
                            budgets.atLeast(
                                    "system calls of a request, strace", 1, calls.request());
                        });
    }
}
