package io.armature.bench;

import io.armature.services.api.Pipe;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** One request over the socket; closes its pipe with the first message. */
record Requested(Pipe pipe, LongConsumer come) implements Pipe.Listener {

    private static final int LATENCIES_KEPT = 1 << 20;
    private static final long LIMIT_SECONDS = 30;

    /**
     * @param request makes it
     * @param come takes the moment of the first message
     */
    static void of(Supplier<Pipe> request, LongConsumer come) {
        Pipe pipe = request.get();
        pipe.listen(new Requested(pipe, come));
    }

    /** Keeps so many under way. */
    static Sample inFlight(Supplier<Pipe> request, int requests, long nanos) throws IOException {
        Semaphore window = new Semaphore(requests);
        long start = System.nanoTime();
        long done = 0;
        while (System.nanoTime() - start < nanos) {
            acquire(window, 1);
            of(request, took -> window.release());
            done++;
        }
        acquire(window, requests);
        return new Sample(done, System.nanoTime() - start, new long[0]);
    }

    /** One after the other. */
    static Sample waiting(Supplier<Pipe> request, long nanos) throws IOException {
        Semaphore come = new Semaphore(0);
        long[] latencies = new long[LATENCIES_KEPT];
        int count = 0;
        long start = System.nanoTime();
        long now = start;
        while (now - start < nanos && count < LATENCIES_KEPT) {
            of(request, at -> come.release());
            acquire(come, 1);
            long then = System.nanoTime();
            latencies[count++] = then - now;
            now = then;
        }
        return new Sample(count, now - start, Arrays.copyOf(latencies, count));
    }

    private static void acquire(Semaphore semaphore, int permits) throws IOException {
        try {
            if (!semaphore.tryAcquire(permits, LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("a request was lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void onMessage(byte[] message) {
        long at = System.nanoTime();
        pipe.close();
        come.accept(at);
    }
}
