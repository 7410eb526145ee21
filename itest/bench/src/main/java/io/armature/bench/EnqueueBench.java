package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Durable records per second beside the machine's limit and other stores. Every store is opened
 * anew in each round, the rounds take turns so that a drift of the machine meets all alike. The
 * first round of a measurement warms up and is not counted. It is as long as the compiler needs,
 * however short the others are: a spool that is interpreted does a twentieth of what it does
 * compiled, and most of that shows where nobody waits for the disk.
 */
final class EnqueueBench {

    static final int RECORD_BYTES = 512;
    static final int POOL = 4096;

    private final Path work;
    private final int rounds;
    private final long warm;
    private final long nanos;
    private final List<Row> rows = new ArrayList<>();
    private final Series agreements =
            new Series("X25519 key pair + agreement + HKDF, one thread, no disk");

    /** How one row is measured. */
    private interface Run {
        Sample sample(Contender store, byte[] record, long nanos) throws IOException;
    }

    private record Row(Series series, Supplier<Contender> store, Run run) {}

    /**
     * @param warm length of a run that warms up, in nanoseconds
     * @param nanos length of a run, in nanoseconds
     * @param pool agreements that are kept ready
     */
    EnqueueBench(Path work, int rounds, long warm, long nanos, int pool) {
        this.work = work;
        this.rounds = rounds;
        this.warm = warm;
        this.nanos = nanos;
        Run one = (store, record, length) -> Load.waiting(store, 1, record, length);
        Run many = (store, record, length) -> Load.waiting(store, 64, record, length);
        Run flight = Load::asynchronous;
        Run burst = (store, record, length) -> Load.burst(store, record, pool);
        row("1 caller", ForcedFile::new, one);
        row("1 caller", () -> SpoolQueue.plain(), one);
        row("1 caller", () -> SpoolQueue.sealed(pool), one);
        row("1 caller", RocksStore::new, one);
        row("1 caller", () -> new SqliteFile(SqliteFile.Journal.WAL), one);
        row("1 caller", () -> new SqliteFile(SqliteFile.Journal.DELETE), one);
        row("64 callers", () -> SpoolQueue.plain(), many);
        row("64 callers", () -> SpoolQueue.sealed(pool), many);
        row("64 callers", RocksStore::new, many);
        row("64 callers", () -> new SqliteFile(SqliteFile.Journal.WAL), many);
        row("asynchronous", () -> SpoolQueue.plain(), flight);
        row("asynchronous, sustained", () -> SpoolQueue.sealed(pool), flight);
        row(
                String.format(Locale.ROOT, "burst of %,d, agreements ready", pool),
                () -> SpoolQueue.sealed(pool),
                burst);
    }

    private void row(String how, Supplier<Contender> store, Run run) {
        rows.add(new Row(new Series(store.get().name() + ", " + how), store, run));
    }

    Budgets run(PrintStream out) throws IOException {
        measure();
        print(out);
        Budgets budgets = budgets();
        budgets.print(out);
        return budgets;
    }

    /** Takes all samples; again adds more. */
    void measure() throws IOException {
        byte[] record = text(RECORD_BYTES);
        for (int round = 0; round <= rounds; round++) {
            long length = round > 0 ? nanos : warm;
            for (Row row : rows) {
                Sample sample = one(row, record, length);
                if (round > 0) {
                    row.series().add(sample);
                }
            }
            Sample sample = ServerKeys.agreements(length);
            if (round > 0) {
                agreements.add(sample);
            }
        }
    }

    private Sample one(Row row, byte[] record, long length) throws IOException {
        Path folder = Files.createTempDirectory(work, "store-");
        try (Contender store = row.store().get()) {
            store.open(folder);
            return row.run().sample(store, record, length);
        } finally {
            BootPeers.delete(folder);
        }
    }

    private void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%nDurable records of %d B, %d rounds of %.1f s, medians; every store forces before it"
                        + " answers. Spool: memory pool 4 MiB, segments of 2 MiB.%n%n",
                RECORD_BYTES,
                rounds,
                nanos / 1e9);
        out.println("| store, load | records/s | least – most | p50 µs | p99 µs | p99.9 µs |");
        out.println("|---|---:|---:|---:|---:|---:|");
        for (Row row : rows) {
            out.println(row.series().row());
        }
        out.println(agreements.row());
    }

    private Budgets budgets() {
        Budgets budgets = new Budgets();
        budgets.atLeast("sealed, 1 caller, against append + force", 0.9, sealedTimesForce());
        budgets.atLeast("plain, 64 callers, against 1 caller", 8, blockedTimesOne());
        budgets.atLeast("plain, asynchronous, against 1 caller", 20, asynchronousTimesOne());
        budgets.atLeast(
                "sealed sustained, against agreements alone on all processors",
                0.8,
                sealedTimesAgreements());
        budgets.atLeast("sealed burst of one pool, records/s", 40_000, rate(12));
        return budgets;
    }

    /** One waiting caller, sealed, against append and force. */
    double sealedTimesForce() {
        return rate(2) / rate(0);
    }

    /** 64 waiting callers against one, plain. */
    double blockedTimesOne() {
        return rate(6) / rate(1);
    }

    /** Asynchronous against one waiting caller, plain. */
    double asynchronousTimesOne() {
        return rate(10) / rate(1);
    }

    /** Sealed and sustained against agreements alone on all processors. */
    double sealedTimesAgreements() {
        return rate(11) / (agreements.rate() * Runtime.getRuntime().availableProcessors());
    }

    private double rate(int row) {
        return rows.get(row).series().rate();
    }

    /**
     * Text as devices send it: short words and numbers, so that compression has something to do.
     */
    static byte[] text(int bytes) {
        StringBuilder text = new StringBuilder(bytes);
        for (int i = 0; text.length() < bytes; i++) {
            text.append("sensor=")
                    .append(i * 7919 % 97)
                    .append(" value=")
                    .append(i * 104_729L % 10_007)
                    .append(';');
        }
        return text.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
    }
}
