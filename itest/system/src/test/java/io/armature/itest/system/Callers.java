package io.armature.itest.system;

import io.armature.cli.ClientCall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Clients that enqueue some records a call, as scripts do: every call is a command of its own on a
 * connection of its own.
 */
final class Callers implements Promised {

    private final Path root;
    private final int recordsPerCall;
    private final Load load;
    private final IntConsumer answered;
    private final Set<String> offered = ConcurrentHashMap.newKeySet();
    private final Map<String, Receipt> receipts = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final ExecutorService threads;
    private final List<Future<?>> ends = new ArrayList<>();

    /**
     * Starts calling.
     *
     * @param load of calls, not of records
     * @param answered told after each answer how many records were stored
     */
    Callers(Path root, int callers, int recordsPerCall, Load load, IntConsumer answered) {
        this.root = root;
        this.recordsPerCall = recordsPerCall;
        this.load = load;
        this.answered = answered;
        this.threads = Executors.newFixedThreadPool(callers);
        for (int i = 0; i < callers; i++) {
            ends.add(threads.submit(this::call));
        }
    }

    private Void call() throws InterruptedException {
        while (load.next()) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < recordsPerCall; i++) {
                texts.add("call-" + numbers.incrementAndGet());
            }
            offered.addAll(texts);
            long start = System.nanoTime();
            try {
                answer(texts, enqueue(texts));
            } catch (IOException | RuntimeException e) {
                failures.add(texts.get(0) + ": " + e);
            }
            longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
            answered.accept(receipts.size());
        }
        return null;
    }

    private ClientCall enqueue(List<String> texts) throws IOException {
        return ClientCall.of(
                root,
                String.join("\n", texts) + "\n",
                "report",
                "enqueue",
                "--priority",
                "SECURITY",
                "--destination",
                "HEARTBEAT_EVENTS");
    }

    private void answer(List<String> texts, ClientCall call) {
        List<String> lines = call.output().lines().toList();
        if (call.code() != 0 || lines.size() != texts.size()) {
            failures.add(
                    texts.get(0)
                            + ": exit code "
                            + call.code()
                            + ", "
                            + lines.size()
                            + " answers "
                            + call.error());
        }
        for (int i = 0; i < lines.size(); i++) {
            receipts.put(texts.get(i), Receipt.of(lines.get(i)));
        }
    }

    /** Waits for the calls under way; the load must have been ended. */
    void awaitEnd(long seconds) throws Exception {
        threads.shutdown();
        for (Future<?> end : ends) {
            end.get(seconds, TimeUnit.SECONDS);
        }
    }

    @Override
    public Set<String> offered() {
        return offered;
    }

    @Override
    public Map<String, Receipt> receipts() {
        return receipts;
    }

    /** Every call that did not end well. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
    }

    /** Begins to measure the longest wait anew. */
    void forgetWaits() {
        longestNanos.set(0);
    }
}
