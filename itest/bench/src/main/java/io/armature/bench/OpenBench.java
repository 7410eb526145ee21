package io.armature.bench;

import io.armature.reporting.Spool;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.model.CountedStorage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * Time until a store that was closed well answers again. The spool's time may depend on its
 * segments and not on its records; the files are in the page cache for all stores.
 */
final class OpenBench {

    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int SEGMENTS = 500;
    private static final int SMALL_BYTES = 512;
    private static final int LARGE_BYTES = 8 << 10;

    private final Path work;
    private final int rounds;
    private final List<Row> rows = new ArrayList<>();

    /** Opens a store, asks it something and closes it; returns the nanoseconds up to the answer. */
    private interface Opening {
        long nanos() throws IOException;
    }

    /** A spool that was filled and closed. */
    record Filled(Path root, Path keys, int segments, int records) {

        /** Nanoseconds until it answers. */
        long open() throws IOException {
            forgetHandover();
            long start = System.nanoTime();
            try (BenchSpool spool = spool(() -> FileStorage.open(root), keys)) {
                spool.awaitOpen();
                return System.nanoTime() - start;
            }
        }

        /** What a spool tells the next one of its process; no boot finds any. */
        private void forgetHandover() throws IOException {
            Files.deleteIfExists(root.resolve("handover"));
        }

        /** What is read until it answers. */
        Reads reads() throws IOException {
            forgetHandover();
            CountedStorage.Counts counts = new CountedStorage.Counts();
            try (BenchSpool spool = spool(() -> counts.over(FileStorage.open(root)), keys)) {
                spool.awaitOpen();
                return new Reads(counts.calls(), counts.bytesRead());
            }
        }
    }

    /**
     * What a spool reads until it answers.
     *
     * @param calls files opened, directories listed, and reads
     */
    record Reads(long calls, long bytes) {}

    private record Row(String label, long records, Opening opening, List<Double> millis) {

        double median() {
            return Series.median(millis);
        }

        String line() {
            double[] sorted = millis.stream().mapToDouble(m -> m).sorted().toArray();
            return String.format(
                    Locale.ROOT,
                    "| %s | %,d | %.1f | %.1f – %.1f |",
                    label,
                    records,
                    median(),
                    sorted[0],
                    sorted[sorted.length - 1]);
        }
    }

    OpenBench(Path work, int rounds) {
        this.work = work;
        this.rounds = rounds;
    }

    Budgets run(PrintStream out) throws IOException {
        Filled few = fill(SEGMENTS / 10, SMALL_BYTES);
        Filled large = fill(SEGMENTS, LARGE_BYTES);
        Filled small = fill(SEGMENTS, SMALL_BYTES);
        for (Filled filled : List.of(few, large, small)) {
            row("spool, " + filled.segments() + " segments", filled.records(), filled::open);
        }
        peers(small.records());
        for (int round = 0; round <= rounds; round++) {
            for (Row row : rows) {
                double millis = row.opening().nanos() / 1e6;
                if (round > 0) {
                    row.millis().add(millis);
                }
            }
        }
        print(out);
        Budgets budgets = new Budgets();
        budgets.atMost("opening " + SEGMENTS + " segments, ms", 200, rows.get(2).median());
        double reads = small.reads().calls();
        String times =
                String.format(
                        Locale.ROOT,
                        "%.0f times as many records, times the reads",
                        small.records() / (double) large.records());
        budgets.atMost(times, 1, reads / large.reads().calls());
        budgets.atMost(
                "10 times as many segments, times the time",
                10,
                rows.get(2).median() / rows.get(0).median());
        budgets.print(out);
        return budgets;
    }

    private void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%nOpening a store that was closed well, medians of %d after one that is not"
                        + " counted; the spool has segments of %d KiB, all files are in the page"
                        + " cache.%n%n",
                rounds,
                SEGMENT_BYTES >> 10);
        out.println("| store | records | ms to the first answer | least – most |");
        out.println("|---|---:|---:|---:|");
        rows.forEach(row -> out.println(row.line()));
    }

    private void peers(int records) throws IOException {
        byte[] record = EnqueueBench.text(SMALL_BYTES);
        Path sqlite = Files.createDirectory(work.resolve("open-sqlite"));
        try (SqliteFile store = new SqliteFile(SqliteFile.Journal.WAL)) {
            store.open(sqlite);
            store.fill(record, records);
        }
        row("SQLite WAL FULL", records, () -> SqliteFile.opening(sqlite));
        Path mv = work.resolve("open-mvstore");
        try (MVStore store = MVStore.open(mv.toString())) {
            MVMap<Long, byte[]> map = store.openMap("records");
            for (long id = 0; id < records; id++) {
                map.append(id, record);
            }
        }
        row("MVStore", records, () -> mvStore(mv));
    }

    private void row(String label, long records, Opening opening) {
        rows.add(new Row(label, records, opening, new ArrayList<>()));
    }

    /** Fills a spool until it has so many segments. */
    Filled fill(int segments, int recordBytes) throws IOException {
        Path keys = Files.createTempDirectory(work, "open-");
        Path root = Files.createDirectory(keys.resolve("spool"));
        byte[] record = EnqueueBench.text(recordBytes);
        int records = 0;
        try (BenchSpool spool = spool(() -> FileStorage.open(root), keys)) {
            while (segments(root) < segments) {
                int more = Math.max(1, SEGMENT_BYTES / (2 * recordBytes));
                spool.fill(record, more);
                records += more;
            }
        }
        return new Filled(root, keys, segments, records);
    }

    private static long segments(Path root) throws IOException {
        long found = 0;
        try (var files = Files.walk(root)) {
            found = files.filter(f -> f.getFileName().toString().startsWith("P_")).count();
        }
        return found;
    }

    private static BenchSpool spool(Spool.StorageOpener storage, Path keys) {
        return new BenchSpool(storage, keys, BenchSpool.PLAIN, device -> SEGMENT_BYTES);
    }

    private static long mvStore(Path file) {
        long start = System.nanoTime();
        try (MVStore store = MVStore.open(file.toString())) {
            MVMap<Long, byte[]> map = store.openMap("records");
            if (map.firstKey() == null) {
                throw new IllegalStateException("MVStore lost its records");
            }
            return System.nanoTime() - start;
        }
    }
}
