package io.armature.itest.system;

import io.armature.reporting.mqtt.api.testing.Cable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device under a steady load for a long time while its link comes and goes. Each stretch has
 * writers of its own, of which only the number of receipts is kept: the test holds no more after an
 * hour than after a minute.
 */
final class Soak implements AutoCloseable {

    static final int RECORDS_PER_SECOND = 500;

    private static final List<String> PRIORITIES = List.of("SECURITY", "FAST_BATCH");
    private static final int WINDOW = 1_000;
    private static final int LONGEST_OUTAGE_SECONDS = 60;
    private static final int LONGEST_CONNECTION_SECONDS = 60;
    private static final long DRAIN_SECONDS = 600;

    private final Machine machine;
    private final Cable link;
    private final Random random;
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(2);
    private final ExecutorService threads = Executors.newFixedThreadPool(PRIORITIES.size());
    private final Map<String, Integer> receipts = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();
    private final List<Vitals> vitals = new ArrayList<>();
    private final AtomicInteger outages = new AtomicInteger();
    private final AtomicLong secondsDown = new AtomicLong();

    /**
     * @param machine with a running backend and an enrolled device, which is started here
     * @param seed of the outages
     */
    Soak(Machine machine, long seed) throws IOException {
        this.machine = machine;
        this.random = new Random(seed);
        Path settings = machine.device().path("etc/armature/io.armature.reporting.mqtt.json");
        String text = Files.readString(settings);
        String port = text.replaceAll("(?s).*tcp://127\\.0\\.0\\.1:(\\d+).*", "$1");
        link = new Cable(Integer.parseInt(port));
        Files.writeString(settings, text.replace(":" + port, ":" + link.port()));
    }

    /** One look after each stretch. */
    List<Vitals> vitals() {
        return vitals;
    }

    /** Records that were answered OK. */
    long receipts() {
        return receipts.values().stream().mapToLong(n -> n).sum();
    }

    /** How often the link was cut. */
    int outages() {
        return outages.get();
    }

    /** Writes for that many stretches, then drains; returns what was broken, one a line. */
    List<String> run(int stretches, Duration stretch) throws Exception {
        machine.device().up();
        connected();
        for (int i = 0; i < stretches; i++) {
            write(i, stretch);
            vitals.add(Vitals.of(machine.device().jvm().orElseThrow()));
            Vitals now = vitals.get(i);
            System.out.printf(
                    Locale.ROOT,
                    "Soak: %d s, %d receipts, heap %.1f MiB, %d descriptors, %d outages, %d s%n",
                    (i + 1) * stretch.toSeconds(),
                    receipts(),
                    now.heapBytes() / 1048576.0,
                    now.descriptors(),
                    outages.get(),
                    secondsDown.get());
        }
        timers.shutdownNow();
        timers.awaitTermination(60, TimeUnit.SECONDS);
        link.mend();
        for (String priority : PRIORITIES) {
            machine.device().flush(priority);
        }
        long left = QueueList.whenEmpty(machine.device(), DRAIN_SECONDS).unconfirmed();
        if (left > 0) {
            broken.add("STUCK " + left + "\n" + machine.device().logTail());
        }
        compare();
        return broken;
    }

    private void connected() {
        int seconds = 1 + random.nextInt(LONGEST_CONNECTION_SECONDS);
        timers.schedule(this::outage, seconds, TimeUnit.SECONDS);
    }

    private void outage() {
        int seconds = 1 + random.nextInt(LONGEST_OUTAGE_SECONDS);
        link.cut();
        outages.incrementAndGet();
        secondsDown.addAndGet(seconds);
        timers.schedule(
                () -> {
                    link.mend();
                    connected();
                },
                seconds,
                TimeUnit.SECONDS);
    }

    private void write(int number, Duration stretch) throws Exception {
        Load load = new Load(RECORDS_PER_SECOND);
        timers.schedule(load::end, stretch.toMillis(), TimeUnit.MILLISECONDS);
        List<Writer> writers = new ArrayList<>();
        List<Future<Integer>> ends = new ArrayList<>();
        try {
            for (String priority : PRIORITIES) {
                Writer writer =
                        new Writer(
                                "s" + number + priority.charAt(0),
                                priority,
                                machine.folder(),
                                Writer.Receipts.WRITTEN);
                writers.add(writer);
                Path root = machine.device().root();
                ends.add(threads.submit(() -> writer.write(root, WINDOW, load, left -> {})));
            }
            for (int i = 0; i < writers.size(); i++) {
                int unanswered = ends.get(i).get(stretch.toSeconds() + 120, TimeUnit.SECONDS);
                take("s" + number + PRIORITIES.get(i).charAt(0), writers.get(i), unanswered);
            }
        } finally {
            for (Writer writer : writers) {
                writer.close();
            }
        }
    }

    private void take(String name, Writer writer, int unanswered) {
        writer.refusals().stream().limit(5).forEach(refusal -> broken.add("REFUSED " + refusal));
        if (unanswered > 0) {
            broken.add("UNANSWERED " + unanswered + " of " + name);
        }
        receipts.put(name, writer.receipts().size());
    }

    /** The lines of a writer are numbered from 0, and every one has its receipt. */
    private void compare() throws IOException {
        Map<String, BitSet> arrived = new TreeMap<>();
        long twice = 0;
        try (Running records = machine.backend().begin("backend", "records", "--json");
                BufferedReader lines = records.lines()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words =
                        new String(ServerRecord.of(line).data(), StandardCharsets.UTF_8)
                                .split("-", 3);
                BitSet numbers = arrived.computeIfAbsent(words[0], name -> new BitSet());
                int number = Integer.parseInt(words[1]);
                twice += numbers.get(number) ? 1 : 0;
                numbers.set(number);
            }
        }
        receipts.forEach(
                (name, count) -> {
                    BitSet numbers = arrived.getOrDefault(name, new BitSet());
                    int missing = count - numbers.get(0, count).cardinality();
                    if (missing > 0) {
                        broken.add("LOST " + missing + " of " + count + " of " + name);
                    }
                });
        if (twice > 0) {
            broken.add("TWICE " + twice);
        }
        System.out.println("Soak: " + ServerCounts.of(machine.backend()));
    }

    @Override
    public void close() throws IOException {
        timers.shutdownNow();
        threads.shutdownNow();
        link.close();
    }
}
