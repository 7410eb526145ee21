package io.armature.bench;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.proto.UploadEnvelope;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.storage.FileStorage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Records from a full spool through the bridge to the backend, which is an appliance of its own,
 * beside Paho's client with one record a message. One spool is filled and copied for each run; each
 * run is a device that the server has never seen.
 */
final class UploadBench {

    private static final int RECORD_BYTES = 512;
    private static final SealSettings SEALED = new SealSettings(true, true, 4096);

    private final Path work;
    private final Path image;
    private final String jvm;
    private final int rounds;
    private final int records;
    private final Series acknowledged = new Series("spool and bridge, to PUBACK");
    private final Series lone = new Series("Paho alone, one record a message, to PUBACK");
    private final Series confirmed =
            new Series("spool and bridge, to opened, stored and confirmed");
    private final Series loneConfirmed =
            new Series("Paho alone, one record a message, to opened, stored and confirmed");

    /**
     * @param image of the profile backend
     * @param records of one run; the peer gets a tenth
     */
    UploadBench(Path work, Path image, String jvm, int rounds, int records) {
        this.work = work;
        this.image = image;
        this.jvm = jvm;
        this.rounds = rounds;
        this.records = records;
    }

    Budgets run(PrintStream out) throws IOException {
        measure();
        out.printf(
                Locale.ROOT,
                "%nSealed records of %d B over loopback, %,d a run (the peer %,d), medians of %d"
                        + " runs after one that is not counted; broker and server in a process of"
                        + " their own.%n%n",
                RECORD_BYTES,
                records,
                records / 10,
                rounds);
        out.println("| upload | records/s | least – most |");
        out.println("|---|---:|---:|");
        for (Series series : List.of(acknowledged, lone, confirmed, loneConfirmed)) {
            out.println(series.rates());
        }
        Budgets budgets = new Budgets();
        budgets.atLeast("upload to PUBACK, records/s", 20_000, acknowledged.rate());
        budgets.atLeast("upload to opened and confirmed, records/s", 6_000, confirmed.rate());
        budgets.print(out);
        return budgets;
    }

    /** Takes all samples. */
    void measure() throws IOException {
        try (UploadServer server = new UploadServer(image, work.resolve("backend"), jvm)) {
            Path full = work.resolve("full");
            List<byte[]> messages = fill(full, server.enroll());
            for (int round = 0; round <= rounds; round++) {
                boolean counts = round > 0;
                keep(counts, confirmed, spooled(server, server.enroll(), full, true));
                keep(counts, loneConfirmed, alone(server, server.enroll(), messages, true));
            }
            UploadServer.Device device = server.enroll();
            server.stopReporting();
            for (int round = 0; round <= rounds; round++) {
                boolean counts = round > 0;
                keep(counts, acknowledged, spooled(server, device, full, false));
                keep(counts, lone, alone(server, device, messages, false));
            }
        }
    }

    /** How many times as fast to PUBACK as the peer. */
    double timesPeer() {
        return acknowledged.rate() / lone.rate();
    }

    /** How many times as fast to the server's confirmation as the peer. */
    double timesPeerConfirmed() {
        return confirmed.rate() / loneConfirmed.rate();
    }

    private static void keep(boolean counts, Series series, Sample sample) {
        if (counts) {
            series.add(sample);
        }
    }

    /** Fills a spool; returns its first records as messages of their own. */
    private List<byte[]> fill(Path root, UploadServer.Device device) throws IOException {
        Files.createDirectories(root);
        try (BenchSpool spool = new BenchSpool(FileStorage.open(root), device.keys(), SEALED)) {
            spool.fill(EnqueueBench.text(RECORD_BYTES), records);
            CompletableFuture<List<byte[]>> first = new CompletableFuture<>();
            spool.spool()
                    .uploader(
                            request -> {
                                first.complete(messages(request));
                                return CompletableFuture.completedFuture(
                                        UploadEncryptedRecordResponse.newBuilder()
                                                .setStatus(StatusProto.newBuilder().setCode(0))
                                                .build());
                            });
            return BenchSpool.answer(first);
        }
    }

    private List<byte[]> messages(UploadEncryptedRecordRequest request) {
        List<byte[]> messages = new ArrayList<>();
        for (EncryptedRecord record : request.getEncryptedRecordList()) {
            if (messages.size() == records / 10) {
                break;
            }
            byte[] id = new byte[16];
            ServerKeys.random(id);
            messages.add(
                    UploadEnvelope.newBuilder()
                            .setBatchId(ByteString.copyFrom(id))
                            .setRequest(
                                    UploadEncryptedRecordRequest.newBuilder()
                                            .addEncryptedRecord(record))
                            .build()
                            .toByteArray());
        }
        return messages;
    }

    private Sample spooled(
            UploadServer server, UploadServer.Device device, Path full, boolean confirmed)
            throws IOException {
        Path copy = work.resolve("copy");
        Commands.run(List.of("cp", "-a", full.toString(), copy.toString()), Map.of());
        BenchSpool spool = new BenchSpool(FileStorage.open(copy), device.keys(), SEALED);
        try (UploadedSpool uploaded = new UploadedSpool(spool, records, device, server)) {
            return confirmed ? uploaded.toConfirmation() : uploaded.toAcknowledgement();
        } finally {
            BootPeers.delete(copy);
        }
    }

    private static Sample alone(
            UploadServer server,
            UploadServer.Device device,
            List<byte[]> messages,
            boolean confirmed)
            throws IOException {
        try (LonePaho paho = new LonePaho(server, device, messages.size() - 1L)) {
            return confirmed ? paho.toConfirmation(messages) : paho.toAcknowledgement(messages);
        }
    }
}
