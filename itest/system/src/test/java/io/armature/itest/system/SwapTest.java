package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A provider is replaced under 1,000 enqueues a second, several times in one load. Every swap must
 * lose nothing and fail no call; the longest wait is a budget, so its median counts.
 */
class SwapTest {

    private static final int WRITERS = 4;
    private static final int SWAPS = 3;

    /** Half of what a call is held at most, beside the longest wait without an update. */
    private static final long HARD_LIMIT_MILLIS = 5_000;

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
            LoadedSwap.Change update =
                    () -> machine.device().run("bundle", "update", bundle, jar.toString());
            LoadedSwap swap =
                    LoadedSwap.of(machine.device(), writers, Collections.nCopies(SWAPS, update));
            System.out.printf(
                    "SwapTest: %s: longest waits %s ms, before the updates %d ms; %d calls; %s%n",
                    bundle,
                    swap.longestMillis(),
                    swap.longestBeforeMillis(),
                    receipts(writers).size(),
                    swap.outcomes().get(0).text().trim());
            swap.outcomes().forEach(Outcome::ok);
            assertThat(writers).allSatisfy(w -> assertThat(w.refusals()).isEmpty());
            assertThat(machine.device().run("bundle", "list").ok().text())
                    .containsPattern(
                            NewerJar.VERSION.replace(".", "\\.")
                                    + " +"
                                    + bundle
                                    + " \\(replaced\\)\n");
            machine.device().flush("FAST_BATCH");
            Server server = new Server(machine.backend());
            server.await(receipts(writers), 60);
            assertThat(Promises.broken(writers, server.records())).isEmpty();
            assertThat(swap.medianMillis())
                    .as(
                            "median of the longest waits %s while %s was replaced, ms",
                            swap.longestMillis(), bundle)
                    .isLessThanOrEqualTo(swap.allowedMillis());
            assertThat(swap.longestMillis())
                    .as("each longest wait while %s was replaced, ms", bundle)
                    .allSatisfy(
                            wait ->
                                    assertThat(wait)
                                            .isLessThan(
                                                    HARD_LIMIT_MILLIS
                                                            + swap.longestBeforeMillis()));
        } finally {
            for (Writer writer : writers) {
                writer.close();
            }
        }
    }

    private static Set<String> receipts(List<Writer> writers) {
        Set<String> texts = new HashSet<>();
        writers.forEach(writer -> texts.addAll(writer.receipts().keySet()));
        return texts;
    }
}
