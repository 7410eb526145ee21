package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Issue 7.3: the appliance killed at random moments while four writers write. */
class KillTest {

    private static final int ROUNDS =
            Integer.getInteger("armature.rounds", Boolean.getBoolean("armature.long") ? 200 : 20);
    private static final long SEED = Long.getLong("armature.seed", System.nanoTime());
    private static final List<String> PRIORITIES =
            List.of("SECURITY", "IMMEDIATE", "FAST_BATCH", "MANUAL_BATCH");
    private static final int WINDOW = 32;

    @Test
    void everyRecordAnsweredOkArrivesOnceAlthoughTheApplianceIsKilled() throws Exception {
        System.out.println("KillTest: -Darmature.seed=" + SEED + " rounds " + ROUNDS);
        List<Writer> writers = new ArrayList<>();
        int inFlightRounds = 0;
        try (Machine machine = Machine.install().up()) {
            Random random = new Random(SEED);
            for (int round = 0; round < ROUNDS; round++) {
                List<Writer> fresh = writers(machine, round);
                writers.addAll(fresh);
                if (killedWhileWriting(machine, fresh, 1 + random.nextInt(600)) > 0) {
                    inFlightRounds++;
                }
                machine.device().up();
            }
            Set<String> ok = new HashSet<>();
            writers.forEach(writer -> ok.addAll(writer.receipts().keySet()));
            for (String priority : PRIORITIES) {
                machine.device().flush(priority);
            }
            Server server = new Server(machine.backend());
            server.await(ok, 120);
            QueueList.awaitEmpty(machine.device());
            List<String> broken = Promises.broken(writers, server.records());
            ServerCounts counts = ServerCounts.of(machine.backend());
            System.out.printf(
                    "KillTest: seed %d, %d rounds, %d OK, %d rounds with writes in flight, %s%n",
                    SEED, ROUNDS, ok.size(), inFlightRounds, counts);
            assertThat(broken).as("seed %d", SEED).isEmpty();
            assertThat(counts.chainBreaks()).isZero();
            assertThat(counts.gaps()).isZero();
            assertThat(inFlightRounds).as("rounds that hit a write in flight").isPositive();
            assertThat(counts.duplicates()).as("records sent again").isPositive();
        } finally {
            for (Writer writer : writers) {
                writer.close();
            }
        }
    }

    private static List<Writer> writers(Machine machine, int round) throws IOException {
        List<Writer> writers = new ArrayList<>();
        for (int i = 0; i < PRIORITIES.size(); i++) {
            writers.add(
                    new Writer(
                            "r" + round + "w" + i,
                            PRIORITIES.get(i),
                            machine.folder(),
                            Writer.Receipts.FORCED));
        }
        return writers;
    }

    /** Kills after so many receipts; how many lines were left unanswered. */
    private static int killedWhileWriting(Machine machine, List<Writer> writers, int receipts)
            throws Exception {
        AtomicInteger answered = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(writers.size());
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (Writer writer : writers) {
                tasks.add(
                        () ->
                                writer.write(
                                        machine.device().root(),
                                        WINDOW,
                                        () -> true,
                                        left -> {
                                            if (answered.incrementAndGet() == receipts) {
                                                kill(machine);
                                            }
                                        }));
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

    private static void kill(Machine machine) {
        try {
            machine.device().killAll();
        } catch (IOException e) {
            throw new AssertionError("the device has no process id", e);
        }
    }

    @Test
    void theStubStartsAKilledApplianceAgain() throws Exception {
        try (Machine machine = Machine.install().up()) {
            machine.device().killJvm();
            machine.device().awaitPhase("system-services");
            machine.device().run("status").ok();
        }
    }
}
