package io.armature.bench;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short run of the service manager's benchmark, held to a budget that a peer sets. */
@Timeout(300)
class ServicesBudgetTest {

    private static final int ROUNDS = 5;
    private static final long NANOS = 40_000_000;

    @TempDir Path work;

    @Test
    void requestIsNotSlowerThanPlainLookup() throws Exception {
        RequestBench bench = new RequestBench(work, NANOS);
        bench.round(false);
        Held.hold(
                () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        bench.round(true);
                    }
                },
                budgets ->
                        budgets.atLeast(
                                "request in the JVM, against a look-up on Felix",
                                1,
                                bench.inlineTimesLookup()));
    }
}
