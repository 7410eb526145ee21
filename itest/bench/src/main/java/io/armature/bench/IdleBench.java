package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * How often the manager's threads wake while nobody wants anything, as the kernel counts it. Once,
 * not each round.
 */
final class IdleBench implements ServicesBench.ServicesPart {

    private static final int CLIENTS = 1_000;
    private static final long SETTLED_MILLIS = 2_000;
    private static final Path TASKS = Path.of("/proc/self/task");

    private final Path work;
    private final long millis;
    private long wakes = -1;
    private List<String> threads = List.of();

    /** What the kernel has counted so far. */
    private record Counted(long switches, List<String> threads) {}

    /**
     * @param millis how long is counted
     */
    IdleBench(Path work, long millis) {
        this.work = work;
        this.millis = millis;
    }

    @Override
    public void round(boolean counted) throws IOException {
        if (counted && wakes < 0) {
            try (SocketFixture fixture = new SocketFixture(work, CLIENTS)) {
                CountDownLatch used = new CountDownLatch(1);
                Requested.of(fixture, at -> used.countDown());
                used.await();
                Thread.sleep(SETTLED_MILLIS);
                Counted before = count();
                Thread.sleep(millis);
                Counted after = count();
                wakes = after.switches() - before.switches();
                threads = after.threads();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private static Counted count() throws IOException {
        long switches = 0;
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                List<String> status = status(task);
                String name = value(status, "Name:");
                if (name.startsWith("services-")) {
                    found.add(name);
                    switches += Long.parseLong(value(status, "voluntary_ctxt_switches:"));
                }
            }
        }
        found.sort(null);
        return new Counted(switches, found);
    }

    private static List<String> status(Path task) throws IOException {
        try {
            return Files.readAllLines(task.resolve("status"));
        } catch (NoSuchFileException e) {
            return List.of(); // it has ended
        }
    }

    private static String value(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).trim())
                .findFirst()
                .orElse("");
    }

    @Override
    public void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%nIdle for %.0f s with 1,000 clients connected and one service registered: %d"
                        + " wake-ups of %s (voluntary context switches).%n",
                millis / 1e3,
                wakes,
                String.join(", ", threads));
    }

    @Override
    public void budgets(Budgets budgets) {
        String what = String.format(Locale.ROOT, "wake-ups in %.0f s idle", millis / 1e3);
        budgets.atMost(what, 0.5, wakes);
    }
}
