package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A provider is replaced under 1,000 enqueues a second, several times in one load. Every
 * swap must lose nothing and fail no call; the longest wait is a budget, so its median counts.
 */
class SwapTest {

    private static final int CALLS_PER_SECOND = 1_000;
    private static final int CALLS_TO_WARM_UP = 3_000;
    private static final int CAUGHT_UP = 3;
    private static final int CALLS_AROUND = 3_000;
    private static final int WRITERS = 4;
    private static final int SWAPS = 3;
    private static final long QUIET_MILLIS = 30;
    private static final long LONGEST_WAIT_MILLIS = Long.getLong("armature.swap.longest_ms", 100);

    @ParameterizedTest
    @ValueSource(
            strings = {"io.armature.reporting", "io.armature.reporting.mqtt", "io.armature.boot"})
    void anUpdateUnderLoadLosesNothingAndFailsNoCall(String bundle) throws Exception {
        List<Writer> writers = new ArrayList<>();
        try (Machine machine = Machine.install().up()) {
            Path jar = NewerJar.of(machine.device(), bundle, machine.folder());
            for (int i = 0; i < WRITERS; i++) {
                writers.add(
                        new Writer(
                                "swap" + i,
                                i % 2 == 0 ? "SECURITY" : "FAST_BATCH",
                                machine.folder(),
                                Writer.Receipts.WRITTEN));
            }
            Swap swap = loaded(machine, writers, bundle, jar);
            System.out.printf(
                    "SwapTest: %s: longest waits %s ms, before the updates %d ms; %d calls; %s%n",
                    bundle,
                    swap.longestMillis(),
                    swap.longestBeforeMillis(),
                    receipts(writers).size(),
                    swap.updates().get(0).text().trim());
            swap.updates().forEach(Outcome::ok);
            assertThat(writers).allSatisfy(w -> assertThat(w.refusals()).isEmpty());
            assertThat(machine.device().run("bundle", "list").ok().text())
                    .containsPattern(NewerJar.VERSION.replace(".", "\\.") + " +" + bundle + "\n");
            machine.device().flush("FAST_BATCH");
            Server server = new Server(machine.backend());
            server.await(receipts(writers), 60);
            assertThat(Promises.broken(writers, server.records())).isEmpty();
            assertThat(median(swap.longestMillis()))
                    .as(
                            "median of the longest waits %s while %s was replaced, ms",
                            swap.longestMillis(), bundle)
                    .isLessThanOrEqualTo(allowedMillis(swap.longestBeforeMillis()));
        } finally {
            for (Writer writer : writers) {
                writer.close();
            }
        }
    }

    /**
     * @param longestBeforeMillis longest wait of a call before the first update began
     * @param longestMillis for each update, longest wait of a call that was open during it or came
     *     in the three seconds after it
     */
    private record Swap(
            List<Outcome> updates, long longestBeforeMillis, List<Long> longestMillis) {}

    /** Updates several times in the middle of the load. */
    private static Swap loaded(Machine machine, List<Writer> writers, String bundle, Path jar)
            throws Exception {
        Load load = new Load(CALLS_PER_SECOND);
        AtomicInteger answered = new AtomicInteger();
        Milestone warm = new Milestone(0, CALLS_TO_WARM_UP);
        Milestone before = new Milestone(Integer.MAX_VALUE - CALLS_AROUND, CALLS_AROUND);
        List<Milestone> after = new ArrayList<>();
        for (int i = 0; i < SWAPS; i++) {
            after.add(new Milestone(Integer.MAX_VALUE - CALLS_AROUND, CALLS_AROUND));
        }
        ExecutorService threads = Executors.newFixedThreadPool(writers.size());
        try {
            List<Future<Integer>> ends = new ArrayList<>();
            for (Writer writer : writers) {
                ends.add(
                        threads.submit(
                                () ->
                                        writer.write(
                                                machine.device().root(),
                                                1_000,
                                                load,
                                                left -> {
                                                    int n = answered.incrementAndGet();
                                                    // The backlog of a cold start has gone.
                                                    if (left <= CAUGHT_UP) {
                                                        warm.reached(n);
                                                    }
                                                    before.reached(n);
                                                    after.forEach(each -> each.reached(n));
                                                })));
            }
            warm.await(60);
            writers.forEach(Writer::forgetWaits);
            before.from(answered.get());
            before.await(60);
            long longestBefore = longestMillis(writers);
            List<Outcome> updates = new ArrayList<>();
            List<Long> longest = new ArrayList<>();
            for (Milestone each : after) {
                writers.forEach(Writer::forgetWaits);
                updates.add(machine.device().run("bundle", "update", bundle, jar.toString()));
                each.from(answered.get());
                each.await(60);
                longest.add(longestMillis(writers));
            }
            load.end();
            for (Future<Integer> end : ends) {
                assertThat(end.get(60, TimeUnit.SECONDS)).as("calls without an answer").isZero();
            }
            return new Swap(updates, longestBefore, longest);
        } finally {
            load.end();
            threads.shutdownNow();
        }
    }

    /**
     * The budget, on a machine that has nothing else to do. On one so busy that calls wait longer
     * without an update, too, the update must not be much worse.
     */
    private static long allowedMillis(long longestBefore) {
        return longestBefore <= QUIET_MILLIS
                ? LONGEST_WAIT_MILLIS
                : LONGEST_WAIT_MILLIS + 5 * longestBefore;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static Set<String> receipts(List<Writer> writers) {
        Set<String> texts = new HashSet<>();
        writers.forEach(writer -> texts.addAll(writer.receipts().keySet()));
        return texts;
    }

    private static long longestMillis(List<Writer> writers) {
        return writers.stream().mapToLong(Writer::longestWaitNanos).max().orElseThrow() / 1_000_000;
    }
}
