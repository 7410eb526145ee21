package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What callers saw while something of a device was changed under 1,000 calls a second.
 *
 * @param outcomes of the changes
 * @param longestBeforeMillis longest wait of a call before the first change began
 * @param longestMillis for each change, longest wait of a call that was open during it or came in
 *     the three seconds after it
 */
record LoadedSwap(List<Outcome> outcomes, long longestBeforeMillis, List<Long> longestMillis) {

    private static final int CALLS_PER_SECOND = 1_000;
    private static final int CALLS_TO_WARM_UP = 3_000;
    private static final int CAUGHT_UP = 3;
    private static final int CALLS_AROUND = 3_000;
    private static final long QUIET_MILLIS = 30;
    private static final long LONGEST_WAIT_MILLIS = Long.getLong("armature.swap.longest_ms", 100);

    /** One thing that is done to the device. */
    interface Change {
        Outcome make() throws IOException;
    }

    /** Makes the changes, one after another, in the middle of the load of all writers. */
    static LoadedSwap of(Appliance device, List<Writer> writers, List<Change> changes)
            throws Exception {
        Load load = new Load(CALLS_PER_SECOND);
        AtomicInteger answered = new AtomicInteger();
        Milestone warm = new Milestone(0, CALLS_TO_WARM_UP);
        List<Milestone> steps = new ArrayList<>();
        for (int i = 0; i <= changes.size(); i++) {
            steps.add(new Milestone(Integer.MAX_VALUE - CALLS_AROUND, CALLS_AROUND));
        }
        ExecutorService threads = Executors.newFixedThreadPool(writers.size());
        try {
            List<Future<Integer>> ends = new ArrayList<>();
            for (Writer writer : writers) {
                ends.add(
                        threads.submit(
                                () ->
                                        writer.write(
                                                device.root(),
                                                1_000,
                                                load,
                                                left -> {
                                                    int n = answered.incrementAndGet();
                                                    // The backlog of a cold start has gone.
                                                    if (left <= CAUGHT_UP) {
                                                        warm.reached(n);
                                                    }
                                                    steps.forEach(each -> each.reached(n));
                                                })));
            }
            warm.await(60);
            writers.forEach(Writer::forgetWaits);
            await(steps.get(0), answered);
            long longestBefore = longestMillis(writers);
            List<Outcome> outcomes = new ArrayList<>();
            List<Long> longest = new ArrayList<>();
            for (int i = 0; i < changes.size(); i++) {
                writers.forEach(Writer::forgetWaits);
                outcomes.add(changes.get(i).make());
                await(steps.get(i + 1), answered);
                longest.add(longestMillis(writers));
            }
            load.end();
            for (Future<Integer> end : ends) {
                assertThat(end.get(60, TimeUnit.SECONDS)).as("calls without an answer").isZero();
            }
            return new LoadedSwap(outcomes, longestBefore, longest);
        } finally {
            load.end();
            threads.shutdownNow();
        }
    }

    private static void await(Milestone step, AtomicInteger answered) throws InterruptedException {
        step.from(answered.get());
        step.await(60);
    }

    private static long longestMillis(List<Writer> writers) {
        return writers.stream().mapToLong(Writer::longestWaitNanos).max().orElseThrow() / 1_000_000;
    }

    /** The median of the longest waits. */
    long medianMillis() {
        return longestMillis.stream()
                .sorted()
                .skip(longestMillis.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /**
     * The budget, on a machine that has nothing else to do. On one so busy that calls wait longer
     * without a change, too, the change must not be much worse.
     */
    long allowedMillis() {
        return longestBeforeMillis <= QUIET_MILLIS
                ? LONGEST_WAIT_MILLIS
                : LONGEST_WAIT_MILLIS + 5 * longestBeforeMillis;
    }
}
