package io.armature.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A way to put load on a store.
 *
 * @param callers that each wait for one record before they bring the next; 0: one that does not
 *     wait, with many records in flight
 */
record MatrixLoad(int callers) {

    private static final int KEPT = 1 << 20;
    private static final int MOST_IN_FLIGHT = 1024;
    private static final int MOST_BYTES_IN_FLIGHT = 1 << 20;

    String label() {
        return switch (callers) {
            case 0 -> "asynchronous";
            case 1 -> "1 caller";
            default -> callers + " callers";
        };
    }

    /** Whether records come faster than one caller after the other brings them. */
    boolean busy() {
        return callers == 0 || callers > 8;
    }

    /** Whether the store has this form. */
    boolean suits(Contender store) {
        return callers > 0 || store.asynchronous();
    }

    /**
     * Loads an open store for a time; all that was begun is durable at the end.
     *
     * @param folder where the store is
     */
    Cell run(Contender store, Path folder, byte[] record, long nanos) throws IOException {
        // Threads that live until all is counted.
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, callers));
        try {
            all(threads, () -> new long[0]);
            Counters counters = new Counters(folder);
            long start = System.nanoTime();
            long[] latencies =
                    callers > 0
                            ? all(threads, () -> waiting(store, record.clone(), start + nanos))
                            : flight(store, record, start + nanos);
            long took = System.nanoTime() - start;
            return new Cell(
                    new Sample(latencies.length, took, latencies),
                    counters.writtenBytes(),
                    counters.allocatedBytes() - Long.BYTES * (long) latencies.length,
                    record.length);
        } finally {
            threads.shutdown();
        }
    }

    private long[] all(ExecutorService threads, Callable<long[]> task) throws IOException {
        List<Future<long[]>> results = new ArrayList<>();
        for (int i = 0; i < Math.max(1, callers); i++) {
            results.add(threads.submit(task));
        }
        List<long[]> parts = new ArrayList<>();
        for (Future<long[]> result : results) {
            try {
                parts.add(result.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
        return parts.stream().flatMapToLong(Arrays::stream).toArray();
    }

    private static long[] waiting(Contender store, byte[] record, long end) throws IOException {
        long[] latencies = new long[1 << 10];
        int count = 0;
        for (long now = System.nanoTime(); now < end && count < KEPT; ) {
            store.append(record);
            long then = System.nanoTime();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * count);
            }
            latencies[count++] = then - now;
            now = then;
        }
        return Arrays.copyOf(latencies, count);
    }

    private static long[] flight(Contender store, byte[] record, long end) throws IOException {
        int places = Math.max(1, Math.min(MOST_IN_FLIGHT, MOST_BYTES_IN_FLIGHT / record.length));
        Semaphore window = new Semaphore(places);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicLongArray latencies = new AtomicLongArray(KEPT);
        int count = 0;
        while (System.nanoTime() < end && count < KEPT && failure.get() == null) {
            window.acquireUninterruptibly();
            int place = count++;
            long begun = System.nanoTime();
            store.appendLater(record)
                    .whenComplete(
                            (stored, error) -> {
                                latencies.set(place, System.nanoTime() - begun);
                                if (error != null) {
                                    failure.set(error);
                                }
                                window.release();
                            });
        }
        window.acquireUninterruptibly(places);
        if (failure.get() != null) {
            throw new IOException(store.name() + " failed", failure.get());
        }
        long[] taken = new long[count];
        Arrays.setAll(taken, latencies::get);
        return taken;
    }
}
