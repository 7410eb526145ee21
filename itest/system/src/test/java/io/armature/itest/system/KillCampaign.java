package io.armature.itest.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The appliance killed at random moments while four writers write. The moment is counted in
 * receipts, and in every second round in records that arrive at the server; then the backend dies,
 * too, and with it what its broker took and the server does not have yet.
 */
final class KillCampaign implements AutoCloseable {

    private static final List<String> PRIORITIES =
            List.of("SECURITY", "IMMEDIATE", "FAST_BATCH", "MANUAL_BATCH");
    private static final int WINDOW = 32;
    private static final int MOST_RECEIPTS = 600;
    private static final int SLOW_PER_SECOND = 300;
    private static final long DRAIN_SECONDS = 180;

    private final Machine machine;
    private final Random random;
    private final List<Writer> writers = new ArrayList<>();
    private int inFlightRounds;
    private int inFlight;

    /**
     * @param machine with a running backend and an enrolled device
     * @param seed of the moments
     */
    KillCampaign(Machine machine, long seed) {
        this.machine = machine;
        this.random = new Random(seed);
    }

    /**
     * What came of the records.
     *
     * @param broken promises that were not kept, one a line
     * @param weak what did not happen that makes the campaign worth anything, one a line
     * @param figures for people
     */
    record Verdict(List<String> broken, List<String> weak, String figures) {}

    /** Runs the rounds, then sends all that is left and compares. */
    Verdict run(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            int unanswered = round % 2 == 0 ? killedByReceipts(round) : killedByArrivals(round);
            inFlight += unanswered;
            if (unanswered > 0) {
                inFlightRounds++;
            }
        }
        machine.device().up();
        for (String priority : PRIORITIES) {
            machine.device().flush(priority);
        }
        return verdict(QueueList.whenEmpty(machine.device(), DRAIN_SECONDS).unconfirmed());
    }

    /** Kills the device; how many lines were left unanswered. */
    private int killedByReceipts(int round) throws Exception {
        machine.device().up();
        int last = 1 + random.nextInt(MOST_RECEIPTS);
        AtomicInteger answered = new AtomicInteger();
        return writtenUntilKilled(
                round,
                () -> true,
                left -> {
                    if (answered.incrementAndGet() == last) {
                        kill(machine.device());
                    }
                });
    }

    /** Kills device and backend while what has gathered goes out, and starts the backend again. */
    private int killedByArrivals(int round) throws Exception {
        Server server = new Server(machine.backend());
        long arrived = ServerCounts.of(machine.backend()).records();
        int behind = (int) Math.max(1, receipts() - arrived);
        long last = arrived + 1 + random.nextInt(behind);
        Load load = new Load(SLOW_PER_SECOND);
        int unanswered;
        Running following =
                server.following(
                        last,
                        () -> {
                            kill(machine.device());
                            kill(machine.backend());
                        });
        try {
            machine.device().up();
            unanswered = writtenUntilKilled(round, load, left -> {});
        } finally {
            following.close();
            machine.backend().killAll();
        }
        machine.backend().up();
        return unanswered;
    }

    private Verdict verdict(long unconfirmed) throws IOException {
        List<String> broken = Promises.broken(writers, new Server(machine.backend()).records());
        ServerCounts counts = ServerCounts.of(machine.backend());
        if (unconfirmed > 0) {
            broken.add("STUCK " + unconfirmed + " records\n" + machine.device().logTail());
        }
        if (counts.chainBreaks() > 0) {
            broken.add("CHAIN broken " + counts.chainBreaks() + " times");
        }
        if (counts.gaps() > 0) {
            broken.add("GAP of " + counts.gaps() + " ids");
        }
        List<String> weak = new ArrayList<>();
        if (inFlightRounds == 0) {
            weak.add("no round hit a write in flight");
        }
        if (counts.duplicates() == 0) {
            weak.add("nothing was sent again");
        }
        return new Verdict(
                broken,
                weak,
                String.format(
                        "%d OK, %d writes in flight in %d rounds, %s",
                        receipts(), inFlight, inFlightRounds, counts));
    }

    private List<Writer> writers(int round) throws IOException {
        List<Writer> fresh = new ArrayList<>();
        for (int i = 0; i < PRIORITIES.size(); i++) {
            fresh.add(
                    new Writer(
                            "r" + round + "w" + i,
                            PRIORITIES.get(i),
                            machine.folder(),
                            Writer.Receipts.FORCED));
        }
        return fresh;
    }

    private int receipts() {
        return writers.stream().mapToInt(writer -> writer.receipts().size()).sum();
    }

    /** Writes until somebody kills the device; how many lines were left unanswered. */
    private int writtenUntilKilled(int round, Writer.Pace pace, IntConsumer answered)
            throws Exception {
        List<Writer> fresh = writers(round);
        writers.addAll(fresh);
        ExecutorService threads = Executors.newFixedThreadPool(fresh.size());
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (Writer writer : fresh) {
                tasks.add(() -> writer.write(machine.device().root(), WINDOW, pace, answered));
            }
            int unanswered = 0;
            for (Future<Integer> end : threads.invokeAll(tasks, 120, TimeUnit.SECONDS)) {
                unanswered += end.get();
            }
            return unanswered;
        } finally {
            threads.shutdownNow();
            machine.device().killAll();
        }
    }

    private static void kill(Appliance appliance) {
        try {
            appliance.signalKill();
        } catch (IOException e) {
            throw new AssertionError("no process id", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Writer writer : writers) {
            writer.close();
        }
    }
}
