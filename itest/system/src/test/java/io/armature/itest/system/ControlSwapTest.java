package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The control socket itself is replaced while clients enqueue 1,000 records a second, 25 a call. A
 * client waits while the socket is away, so no call fails.
 */
class ControlSwapTest {

    private static final String CONTROL = "io.armature.control";
    private static final int CALLS_PER_SECOND = 40;
    private static final int RECORDS_PER_CALL = 25;
    private static final int CALLERS = 16;
    private static final int RECORDS_TO_WARM_UP = 3_000;
    private static final int RECORDS_AROUND = 2_000;
    private static final int SWAPS = 3;

    /** Half of what a client waits for its socket at most, beside the wait without an update. */
    private static final long HARD_LIMIT_MILLIS = 5_000;

    @Test
    void replacingTheControlSocketUnderLoadLosesNothingAndFailsNoCall() throws Exception {
        try (Machine machine = Machine.install().up()) {
            Appliance device = machine.device();
            Path jar = NewerJar.of(device, CONTROL, machine.folder());
            List<Milestone> after = new ArrayList<>();
            for (int i = 0; i < SWAPS; i++) {
                after.add(new Milestone(Integer.MAX_VALUE - RECORDS_AROUND, RECORDS_AROUND));
            }
            Milestone warm = new Milestone(0, RECORDS_TO_WARM_UP);
            Milestone calm = new Milestone(RECORDS_TO_WARM_UP, RECORDS_AROUND);
            Load load = new Load(CALLS_PER_SECOND);
            Callers callers =
                    new Callers(
                            device.root(),
                            CALLERS,
                            RECORDS_PER_CALL,
                            load,
                            stored -> {
                                warm.reached(stored);
                                calm.reached(stored);
                                after.forEach(each -> each.reached(stored));
                            });
            List<Long> longest = new ArrayList<>();
            List<Outcome> updates = new ArrayList<>();
            long before;
            long start = System.nanoTime();
            try {
                warm.await(60);
                callers.forgetWaits();
                calm.await(60);
                before = callers.longestMillis();
                for (Milestone each : after) {
                    callers.forgetWaits();
                    updates.add(device.run("bundle", "update", CONTROL, jar.toString()));
                    each.from(callers.receipts().size());
                    each.await(60);
                    longest.add(callers.longestMillis());
                }
            } finally {
                load.end();
                callers.awaitEnd(60);
            }
            System.out.printf(
                    "ControlSwapTest: longest waits %s ms, before the updates %d ms;"
                            + " %d records, %d a second%n",
                    longest,
                    before,
                    callers.offered().size(),
                    callers.offered().size() * 1_000_000_000L / (System.nanoTime() - start));
            updates.forEach(Outcome::ok);
            assertThat(callers.failures()).isEmpty();
            long allowed = HARD_LIMIT_MILLIS + before;
            assertThat(longest)
                    .as("each longest wait for the socket, ms")
                    .allSatisfy(wait -> assertThat(wait).isLessThan(allowed));
            assertThat(device.run("bundle", "list").ok().text())
                    .containsPattern(
                            NewerJar.VERSION.replace(".", "\\.")
                                    + " +"
                                    + CONTROL
                                    + " \\(replaced\\)\n")
                    .containsOnlyOnce("(replaced)");
            Server server = new Server(machine.backend());
            server.await(callers.receipts().keySet(), 60);
            assertThat(Promises.broken(List.of(callers), server.records())).isEmpty();
        }
    }
}
