package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Every store under every load with records of one length. Each run opens a new store; the rounds
 * take turns, so that a drift of the machine meets all alike.
 */
final class Matrix {

    /** Agreements that a sealed spool has ready when a run begins. */
    static final int POOL = 4096;

    private static final List<MatrixLoad> LOADS =
            Stream.of(1, 8, 64, 0).map(MatrixLoad::new).toList();

    private final Path work;
    private final byte[] record;
    private final Map<Row, List<Cell>> cells = new LinkedHashMap<>();

    private record Row(String store, MatrixLoad load, Supplier<Contender> make) {}

    /**
     * @param pool agreements that are ready when a run begins
     */
    Matrix(Path work, int recordBytes, int pool) {
        this.work = work;
        this.record = EnqueueBench.text(recordBytes);
        for (MatrixLoad load : LOADS) {
            for (Supplier<Contender> make : stores(pool)) {
                Contender store = make.get();
                if (load.suits(store)) {
                    cells.put(new Row(store.name(), load, make), new ArrayList<>());
                }
            }
        }
    }

    /** All stores, the machine's limit first. */
    static List<Supplier<Contender>> stores(int pool) {
        return List.of(
                ForcedFile::new,
                SpoolQueue::plain,
                () -> SpoolQueue.sealed(pool),
                () -> new SqliteFile(SqliteFile.Journal.WAL),
                () -> new SqliteFile(SqliteFile.Journal.DELETE),
                MvFile::new,
                RocksStore::new,
                PahoFolder::new,
                ChronicleFolder::new);
    }

    /** Measures each row once more. */
    void round(long nanos) throws IOException {
        for (Map.Entry<Row, List<Cell>> row : cells.entrySet()) {
            row.getValue().add(cell(row.getKey(), nanos));
        }
    }

    /** Has the compiler see every store under the loads with most records; nothing is counted. */
    void warm(long nanos) throws IOException {
        for (Row row : cells.keySet()) {
            if (row.load().busy()) {
                cell(row, nanos);
            }
        }
    }

    private Cell cell(Row row, long nanos) throws IOException {
        Path folder = Files.createTempDirectory(work, "store-");
        try (Contender store = row.make().get()) {
            store.open(folder);
            return row.load().run(store, folder, record, nanos);
        } finally {
            BootPeers.delete(folder);
        }
    }

    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%nRecords of %,d B.%n%n", record.length);
        out.println(
                "| store, load | records/s | least – most | p50 µs | p99 µs | p99.9 µs |"
                        + " written per byte | heap B per record |");
        out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
        cells.forEach((row, taken) -> out.println(line(row, taken)));
    }

    private static String line(Row row, List<Cell> taken) {
        double[] rates = taken.stream().mapToDouble(c -> c.sample().perSecond()).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "| %s, %s | %,.0f | %,.0f – %,.0f | %,.0f | %,.0f | %,.0f | %,.1f | %,.0f |",
                row.store(),
                row.load().label(),
                Series.median(rates),
                rates[0],
                rates[rates.length - 1],
                median(taken, cell -> cell.sample().micros(0.50)),
                median(taken, cell -> cell.sample().micros(0.99)),
                median(taken, cell -> cell.sample().micros(0.999)),
                median(taken, Cell::writtenPerByte),
                median(taken, Cell::allocatedPerRecord));
    }

    private static double median(List<Cell> taken, ToDoubleFunction<Cell> figure) {
        return Series.median(taken.stream().mapToDouble(figure).toArray());
    }
}
