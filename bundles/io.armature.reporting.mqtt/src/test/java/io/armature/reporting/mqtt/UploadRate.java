package io.armature.reporting.mqtt;

import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Measures records of 512 B from {@code upload} to PUBACK on loopback. Arguments: broker URI
 * ({@code moquette} for one in this JVM), records, records a batch. Prints the median of five runs.
 */
final class UploadRate {

    private static final int RECORD_BYTES = 512;
    private static final int RUNS = 5;
    private static final int BATCHES_AT_ONCE = 8;

    private UploadRate() {}

    public static void main(String[] arguments) throws Exception {
        String uri = arguments.length > 0 ? arguments[0] : "moquette";
        int records = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        int batch = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3_500;
        PrintStream out = System.out;
        TestBroker broker = uri.equals("moquette") ? new TestBroker(2 << 20) : null;
        String address = broker == null ? uri : "tcp://127.0.0.1:" + broker.port();
        int packet = (1 << 20) + (64 << 10);
        long[] rates = new long[RUNS];
        try (BridgeFixture fixture =
                new BridgeFixture(Samples.settings(address, packet)).started()) {
            fixture.awaitUp();
            for (int run = 0; run <= RUNS; run++) {
                long rate = run(fixture, records, batch, (long) run * records);
                if (run > 0) {
                    rates[run - 1] = rate;
                }
                if (broker != null) {
                    broker.published.clear();
                }
            }
        } finally {
            if (broker != null) {
                broker.close();
            }
        }
        Arrays.sort(rates);
        out.printf(
                "%s: %d records of %d B in batches of %d: %d records/s to PUBACK (%d to %d)%n",
                uri, records, RECORD_BYTES, batch, rates[RUNS / 2], rates[0], rates[RUNS - 1]);
    }

    /** Nothing is confirmed during a run, so that the answers name as many ids as they ever do. */
    private static long run(BridgeFixture fixture, int records, int batch, long first)
            throws Exception {
        Deque<UploadEncryptedRecordRequest> batches = new ArrayDeque<>();
        for (int sent = 0; sent < records; sent += batch) {
            long last = Math.min(sent + batch, records) - 1L;
            batches.add(Samples.batch(first + sent, first + last, RECORD_BYTES));
        }
        Deque<CompletableFuture<UploadEncryptedRecordResponse>> open = new ArrayDeque<>();
        long start = System.nanoTime();
        while (!batches.isEmpty()) {
            if (open.size() == BATCHES_AT_ONCE) {
                open.remove().get(60, TimeUnit.SECONDS);
            }
            open.add(fixture.bridge.upload(batches.remove()).toCompletableFuture());
        }
        while (!open.isEmpty()) {
            open.remove().get(60, TimeUnit.SECONDS);
        }
        return records * 1_000_000_000L / (System.nanoTime() - start);
    }
}
