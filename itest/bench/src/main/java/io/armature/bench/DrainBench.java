package io.armature.bench;

import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.storage.FileStorage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Emptying a full store: records are read in batches, and each batch is deleted once it is
 * confirmed. The spool's uploader answers at once and confirms the batch's last id; SQLite selects
 * as many records as the spool's batches have and deletes them in a transaction of their own.
 */
final class DrainBench {

    private static final int RECORD_BYTES = 512;
    private static final UploadEncryptedRecordResponse TAKEN =
            UploadEncryptedRecordResponse.newBuilder()
                    .setStatus(StatusProto.newBuilder().setCode(0))
                    .build();

    private final Path work;
    private final int rounds;
    private final int records;
    private final Series spool = new Series("spool: read, offer, confirm, delete");
    private final Series sqlite = new Series("SQLite WAL FULL: select, delete");
    private final AtomicLong batches = new AtomicLong();

    DrainBench(Path work, int rounds, int records) {
        this.work = work;
        this.rounds = rounds;
        this.records = records;
    }

    Budgets run(PrintStream out) throws IOException {
        measure();
        out.printf(
                Locale.ROOT,
                "%nDraining %,d records of %d B in batches of %,d, medians of %d runs after one that"
                        + " is not counted.%n%n",
                records,
                RECORD_BYTES,
                perBatch(),
                rounds);
        out.println("| store | records/s | least – most |");
        out.println("|---|---:|---:|");
        out.println(spool.rates());
        out.println(sqlite.rates());
        Budgets budgets = new Budgets();
        budgets.atLeast("drain and confirm, records/s", 200_000, spool.rate());
        budgets.print(out);
        return budgets;
    }

    /** Takes all samples. */
    void measure() throws IOException {
        byte[] record = EnqueueBench.text(RECORD_BYTES);
        for (int round = 0; round <= rounds; round++) {
            Sample ours = spool(record);
            Sample theirs = sqlite(record);
            if (round > 0) {
                spool.add(ours);
                sqlite.add(theirs);
            }
        }
    }

    /** How many times as fast as SQLite. */
    double timesPeer() {
        return spool.rate() / sqlite.rate();
    }

    private Sample spool(byte[] record) throws IOException {
        Path folder = Files.createTempDirectory(work, "drain-");
        Path root = Files.createDirectory(folder.resolve("spool"));
        try (BenchSpool full = new BenchSpool(FileStorage.open(root), folder, BenchSpool.PLAIN)) {
            full.fill(record, records);
            CompletableFuture<Void> empty = new CompletableFuture<>();
            batches.set(0);
            long start = System.nanoTime();
            full.spool()
                    .uploader(
                            request -> {
                                batches.incrementAndGet();
                                confirm(full, request.getEncryptedRecordList(), empty);
                                return CompletableFuture.completedFuture(TAKEN);
                            });
            BenchSpool.answer(empty);
            return new Sample(records, System.nanoTime() - start, new long[0]);
        } finally {
            BootPeers.delete(folder);
        }
    }

    private void confirm(
            BenchSpool full, List<EncryptedRecord> offered, CompletableFuture<Void> empty) {
        EncryptedRecord last = offered.get(offered.size() - 1);
        full.spool()
                .confirm(
                        ConfirmRecordUploadRequest.newBuilder()
                                .setSequenceInformation(last.getSequenceInformation())
                                .build())
                .whenComplete(
                        (done, failure) -> {
                            if (failure != null) {
                                empty.completeExceptionally(failure);
                            } else if (last.getSequenceInformation().getSequencingId()
                                    == records - 1L) {
                                empty.complete(null);
                            }
                        });
    }

    private int perBatch() {
        return (int) Math.max(1, records / Math.max(1, batches.get()));
    }

    private Sample sqlite(byte[] record) throws IOException {
        Path folder = Files.createTempDirectory(work, "drain-");
        try (SqliteFile store = new SqliteFile(SqliteFile.Journal.WAL)) {
            store.open(folder);
            store.fill(record, records);
            long start = System.nanoTime();
            long drained = store.drain(perBatch());
            return new Sample(drained, System.nanoTime() - start, new long[0]);
        } finally {
            BootPeers.delete(folder);
        }
    }
}
