package io.armature.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short runs of the spool's benchmarks, held to budgets that a peer of the same run sets. */
@Timeout(300)
class StoreBudgetTest {

    private static final int ROUNDS = 5;
    private static final long WARM_NANOS = 1_000_000_000;
    private static final long NANOS = 100_000_000;
    private static final int POOL = 512;
    private static final int DRAINED = 20_000;
    private static final int TURNS = 60;
    private static final long TURN_NANOS = 20_000_000;

    @TempDir Path work;

    @Test
    void enqueueHoldsItsRatiosAndLeavesNothingBehind() throws Exception {
        EnqueueBench bench = new EnqueueBench(work, ROUNDS, WARM_NANOS, NANOS, POOL);
        Held.hold(
                bench::measure,
                budgets -> {
                    budgets.atLeast(
                            "sealed, 1 caller, against append + force",
                            0.3,
                            bench.sealedTimesForce());
                    budgets.atLeast(
                            "plain, 64 callers, against 1 caller", 8, bench.blockedTimesOne());
                    budgets.atLeast(
                            "plain, asynchronous, against 1 caller",
                            20,
                            bench.asynchronousTimesOne());
                    budgets.atLeast(
                            "sealed sustained, against agreements alone on all processors",
                            0.5,
                            bench.sealedTimesAgreements());
                });
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aLoneCallerWaitsForTheDiskAndLittleElse() throws Exception {
        LoneCaller caller = new LoneCaller(work, TURNS, TURN_NANOS, POOL);
        Held.hold(
                caller::measure,
                budgets ->
                        budgets.atLeast(
                                "sealed, 1 caller, against append + force, in turns",
                                0.5,
                                caller.sealedTimesForce()));
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void drainingKeepsUpWithSqlite() throws Exception {
        DrainBench bench = new DrainBench(work, ROUNDS, DRAINED);
        Held.hold(
                bench::measure,
                budgets -> budgets.atLeast("draining, against SQLite WAL", 0.5, bench.timesPeer()));
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void openingReadsTheSameWhateverTheSpoolHolds() throws Exception {
        OpenBench bench = new OpenBench(work, ROUNDS);
        OpenBench.Reads few = bench.fill(20, 8 << 10).reads();
        OpenBench.Reads records = bench.fill(20, 512).reads();
        OpenBench.Reads segments = bench.fill(200, 512).reads();
        assertThat(records).isEqualTo(few);
        assertThat(segments).isEqualTo(few);
    }

    @Test
    void everyRowOfTheTablesIsPrinted() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new EnqueueBench(work, 1, NANOS, NANOS, POOL).run(out);
        new DrainBench(work, 1, DRAINED).run(out);
        String number = "[\\d,]+";
        assertThat(
                        bytes.toString(StandardCharsets.UTF_8)
                                .lines()
                                .filter(l -> l.matches("\\| .* \\| " + number + " \\| .* \\|"))
                                .filter(l -> !l.contains("≥"))
                                .map(l -> l.split(" \\| ", -1)[0].substring(2)))
                .containsExactly(
                        "append + force, preallocated file, 1 caller",
                        "spool, plain, 1 caller",
                        "spool, sealed, 1 caller",
                        "RocksDB sync, 1 caller",
                        "SQLite WAL FULL, 1 caller",
                        "SQLite rollback journal, 1 caller",
                        "spool, plain, 64 callers",
                        "spool, sealed, 64 callers",
                        "RocksDB sync, 64 callers",
                        "SQLite WAL FULL, 64 callers",
                        "spool, plain, asynchronous",
                        "spool, sealed, asynchronous, sustained",
                        "spool, sealed, burst of 512, agreements ready",
                        "X25519 key pair + agreement + HKDF, one thread, no disk",
                        "spool: read, offer, confirm, delete",
                        "SQLite WAL FULL: select, delete");
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains("| ≥ ")))
                .hasSize(6)
                .allMatch(l -> l.contains("MET by") || l.contains("MISSED by"))
                .noneMatch(l -> l.contains("NaN") || l.contains("Infinity"));
        assertThat(work).isEmptyDirectory();
    }
}
