package io.armature.bench;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Requests at fixed times, whatever became of those before; each is counted from the time at which
 * it was due.
 *
 * @param perSecond how many
 * @param leadIn of them are made first and not counted
 * @param nanos length of the counted run
 */
record OpenLoop(int perSecond, int leadIn, long nanos) {

    private static final long LIMIT_SECONDS = 30;

    /** Makes one request. */
    @FunctionalInterface
    interface Request {
        /**
         * @param come takes the moment of the answer
         */
        void make(LongConsumer come) throws IOException;
    }

    /** How many are made, those of the lead-in as well. */
    int requests() {
        return leadIn + counted();
    }

    private int counted() {
        return (int) Math.max(1, nanos * perSecond / 1_000_000_000L);
    }

    /** Makes them all and waits for their answers. */
    Sample run(Request request) throws IOException {
        long[] latencies = new long[counted()];
        CountDownLatch come = new CountDownLatch(latencies.length);
        long start = System.nanoTime() + leadIn * 1_000_000_000L / perSecond;
        for (int i = -leadIn; i < latencies.length; i++) {
            int number = i;
            long due = start + i * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            request.make(
                    at -> {
                        if (number >= 0) {
                            latencies[number] = at - due;
                            come.countDown();
                        }
                    });
        }
        await(come);
        return new Sample(latencies.length, System.nanoTime() - start, latencies);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(latch.getCount() + " requests were lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
