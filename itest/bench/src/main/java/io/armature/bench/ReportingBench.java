package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The reporting spool beside other stores in one run: lengths of records from 128 B to 64 KiB, one
 * to 64 callers and asynchronous, the machine's limits, opening, drain, and a disk whose force
 * takes 30 ms.
 */
final class ReportingBench {

    private static final List<Integer> LENGTHS = List.of(128, 512, 4 << 10, 64 << 10);
    private static final int FORCE_MILLIS = 30;

    /** A slow disk needs runs that are long enough for several forces. */
    private static final double LEAST_SLOW_SECONDS = 1;

    private static final long WARM_NANOS = 300_000_000;
    private static final int DRAINED_A_SECOND = 300_000;

    private final Path work;
    private final int rounds;
    private final double seconds;
    private final List<Integer> lengths;
    private final int pool;

    ReportingBench(Path work, int rounds, double seconds) {
        this(work, rounds, seconds, LENGTHS, Matrix.POOL);
    }

    /**
     * @param pool agreements that are ready when a run begins
     */
    ReportingBench(Path work, int rounds, double seconds, List<Integer> lengths, int pool) {
        this.work = work;
        this.rounds = rounds;
        this.seconds = seconds;
        this.lengths = lengths;
        this.pool = pool;
    }

    Budgets run(PrintStream out) throws IOException {
        out.printf(
                Locale.ROOT,
                "%nReporting spool beside other stores, medians of %d rounds of %.2f s. Every store"
                        + " forces each record before it answers unless its row says otherwise. Spool:"
                        + " memory pool 4 MiB (callers above it try again), disk pool 4 GiB, segments of 256 KiB to 2 MiB, %,d"
                        + " agreements ready, Snappy from 512 B. Written: by the whole"
                        + " disk, with the file system's journal. Heap: of all Java threads; native"
                        + " memory is not counted.%n",
                rounds,
                seconds,
                pool);
        matrices(out);
        limits(out);
        Budgets budgets = new Budgets();
        budgets.addAll(new OpenBench(work, rounds).run(out));
        budgets.addAll(new DrainBench(work, rounds, (int) (seconds * DRAINED_A_SECOND)).run(out));
        new SlowDisk(work, FORCE_MILLIS, Math.max(LEAST_SLOW_SECONDS, seconds), pool).run(out);
        return budgets;
    }

    /** The stores under all loads. */
    void matrices(PrintStream out) throws IOException {
        long nanos = (long) (seconds * 1e9);
        List<Matrix> matrices = new ArrayList<>();
        for (int length : lengths) {
            matrices.add(new Matrix(work, length, pool));
        }
        matrices.get(0).warm(Math.min(WARM_NANOS, nanos));
        for (int round = 0; round < rounds; round++) {
            for (Matrix matrix : matrices) {
                matrix.round(nanos);
            }
        }
        matrices.forEach(matrix -> matrix.print(out));
    }

    /** What sealing takes at least. */
    void limits(PrintStream out) throws IOException {
        long nanos = (long) (seconds * 1e9);
        List<Series> rows = new ArrayList<>();
        Series agreements = new Series("X25519 key pair + agreement + HKDF");
        rows.add(agreements);
        List<Series> ciphers = new ArrayList<>();
        for (int length : lengths) {
            ciphers.add(new Series(String.format(Locale.ROOT, "ChaCha20-Poly1305, %,d B", length)));
        }
        rows.addAll(ciphers);
        for (int round = 0; round <= rounds; round++) {
            Sample agreement = ServerKeys.agreements(nanos);
            if (round > 0) {
                agreements.add(agreement);
            }
            for (int i = 0; i < lengths.size(); i++) {
                Sample sealed = ServerKeys.sealings(lengths.get(i), nanos);
                if (round > 0) {
                    ciphers.get(i).add(sealed);
                }
            }
        }
        out.println("\nThe machine's limits, one thread, nothing on disk.\n");
        out.println("| what | /s | least – most |");
        out.println("|---|---:|---:|");
        rows.forEach(row -> out.println(row.rates()));
    }
}
