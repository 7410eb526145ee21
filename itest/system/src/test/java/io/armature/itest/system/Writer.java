package io.armature.itest.system;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/**
 * Writes records one a line through one {@code report enqueue}, and keeps every OK in its own file
 * before it counts it. Lines are unique: the judge finds each again by its text.
 */
final class Writer implements Promised, AutoCloseable {

    private final String name;
    private final String priority;
    private final Receipts durability;
    private final FileChannel file;
    private final Set<String> offered = ConcurrentHashMap.newKeySet();
    private final Map<String, Receipt> receipts = new LinkedHashMap<>();
    private final List<String> refusals = new ArrayList<>();
    private long number;
    private volatile long longestWaitNanos;

    /** What happens to a receipt before it counts. */
    enum Receipts {
        /** Forced to the writer's file. */
        FORCED,
        /** Written only, so that the writer's disk does not slow down what it measures. */
        WRITTEN
    }

    /** Begins a file for receipts in the folder. */
    Writer(String name, String priority, Path folder, Receipts durability) throws IOException {
        this.name = name;
        this.priority = priority;
        this.durability = durability;
        this.file =
                FileChannel.open(
                        folder.resolve(name + ".receipts"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
    }

    /** When a line may be sent. */
    interface Pace {
        /** Waits for the next line's turn; false ends the input. */
        boolean next() throws InterruptedException;
    }

    /**
     * Writes until the pace or the device ends it.
     *
     * @param window lines unanswered at most
     * @param answered told after each receipt was kept: how many lines are unanswered
     * @return lines left without an answer
     */
    int write(Path root, int window, Pace pace, IntConsumer answered) throws IOException {
        Deque<Sent> waiting = new ArrayDeque<>();
        Semaphore free = new Semaphore(window);
        try (ControlCall call =
                ControlCall.begin(
                        root,
                        "report",
                        "enqueue",
                        "--priority",
                        priority,
                        "--destination",
                        "HEARTBEAT_EVENTS")) {
            Thread sender = new Thread(() -> send(call, pace, free, waiting), name + "-sender");
            sender.start();
            try {
                receive(call, waiting, free, answered);
            } catch (EOFException e) {
                // The device died; what it said before was read.
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("reset")) {
                    throw e;
                }
            } finally {
                // Wakes it from whatever it waits for; a write in progress fails.
                sender.interrupt();
                sender.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private record Sent(String line, long nanos) {}

    private void send(ControlCall call, Pace pace, Semaphore free, Deque<Sent> waiting) {
        try {
            while (pace.next()) {
                free.acquire();
                String line = name + "-" + number + "-" + "x".repeat((int) (number * 7 % 400));
                number++;
                offered.add(line);
                synchronized (waiting) {
                    waiting.add(new Sent(line, System.nanoTime()));
                }
                call.input((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            call.inputEnd();
        } catch (IOException | InterruptedException e) {
            // The device died, or the test ends this.
        }
    }

    private void receive(
            ControlCall call, Deque<Sent> waiting, Semaphore free, IntConsumer answered)
            throws IOException {
        ByteArrayOutputStream partial = new ByteArrayOutputStream();
        while (true) {
            ControlCall.Frame frame = call.next();
            switch (frame.type()) {
                case ControlCall.STDOUT -> {
                    for (byte b : frame.payload()) {
                        if (b == '\n') {
                            answer(partial.toString(StandardCharsets.UTF_8), waiting, answered);
                            free.release();
                            partial.reset();
                        } else {
                            partial.write(b);
                        }
                    }
                }
                case ControlCall.STDERR -> refusals.add("standard error: " + frame.text());
                case ControlCall.REFUSED -> {
                    refusals.add("refused: " + frame.text());
                    return;
                }
                case ControlCall.EXIT -> {
                    return;
                }
                default -> {}
            }
        }
    }

    private void answer(String text, Deque<Sent> waiting, IntConsumer answered) throws IOException {
        Sent sent;
        int left;
        synchronized (waiting) {
            sent = waiting.remove();
            left = waiting.size();
        }
        longestWaitNanos = Math.max(longestWaitNanos, System.nanoTime() - sent.nanos());
        if (!text.startsWith("OK ")) {
            refusals.add(text + " for " + sent.line());
            return;
        }
        Receipt receipt = Receipt.of(text);
        file.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
        if (durability == Receipts.FORCED) {
            file.force(false);
        }
        receipts.put(sent.line(), receipt);
        answered.accept(left);
    }

    @Override
    public Set<String> offered() {
        return offered;
    }

    @Override
    public Map<String, Receipt> receipts() {
        return receipts;
    }

    /** Every answer that was not OK. */
    List<String> refusals() {
        return refusals;
    }

    long longestWaitNanos() {
        return longestWaitNanos;
    }

    /** Begins to measure the longest wait anew; a wait that has begun before counts as a whole. */
    void forgetWaits() {
        longestWaitNanos = 0;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
