package io.armature.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** The ways in which callers put load on a store. */
final class Load {

    private static final int ASYNCHRONOUS_WINDOW = 1024;
    private static final int LATENCIES_KEPT = 1 << 20;

    private Load() {}

    /** Callers that each wait for one record before they bring the next. */
    static Sample waiting(Contender store, int callers, byte[] record, long nanos)
            throws IOException {
        CountDownLatch go = new CountDownLatch(1);
        List<FutureTask<long[]>> tasks = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            FutureTask<long[]> task =
                    new FutureTask<>(() -> caller(store, record.clone(), nanos, go));
            tasks.add(task);
            new Thread(task, "bench-caller-" + i).start();
        }
        long start = System.nanoTime();
        go.countDown();
        List<long[]> all = new ArrayList<>();
        for (FutureTask<long[]> task : tasks) {
            all.add(result(task));
        }
        long took = System.nanoTime() - start;
        long[] latencies = all.stream().flatMapToLong(Arrays::stream).toArray();
        return new Sample(latencies.length, took, latencies);
    }

    private static long[] caller(Contender store, byte[] record, long nanos, CountDownLatch go)
            throws IOException, InterruptedException {
        long[] latencies = new long[1 << 12];
        int count = 0;
        go.await();
        long end = System.nanoTime() + nanos;
        for (long now = System.nanoTime(); now < end && count < LATENCIES_KEPT; ) {
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

    /**
     * One caller that keeps up to 1,024 records in flight; the clock stops when the last is
     * durable.
     */
    static Sample asynchronous(Contender store, byte[] record, long nanos) throws IOException {
        return flight(store, record, Long.MAX_VALUE, nanos);
    }

    /** One caller that brings a number of records as fast as the store takes them. */
    static Sample burst(Contender store, byte[] record, long count) throws IOException {
        return flight(store, record, count, Long.MAX_VALUE >> 1);
    }

    private static Sample flight(Contender store, byte[] record, long count, long nanos)
            throws IOException {
        Semaphore window = new Semaphore(ASYNCHRONOUS_WINDOW);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long start = System.nanoTime();
        long done = 0;
        while (done < count && System.nanoTime() - start < nanos && failure.get() == null) {
            window.acquireUninterruptibly();
            store.appendLater(record)
                    .whenComplete(
                            (stored, error) -> {
                                if (error != null) {
                                    failure.set(error);
                                }
                                window.release();
                            });
            done++;
        }
        window.acquireUninterruptibly(ASYNCHRONOUS_WINDOW);
        if (failure.get() != null) {
            throw new IOException(store.name() + " failed", failure.get());
        }
        return new Sample(done, System.nanoTime() - start, new long[0]);
    }

    private static <T> T result(FutureTask<T> task) throws IOException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
