package io.armature.backend.reporting.storage;

import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.RecordSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/** The lines that are forced, for any number of readers beside the one writer. */
public final class CommittedLines {

    private final Path root;
    private final ConcurrentSkipListMap<DayName, Long> lengths = new ConcurrentSkipListMap<>();
    private final Object change = new Object();
    private long changes;

    CommittedLines(Path root) {
        this.root = root;
    }

    /** Returns by how much the file has grown. */
    long set(DayName day, long length) {
        Long before = lengths.put(day, length);
        return length - (before == null ? 0 : before);
    }

    void announce() {
        synchronized (change) {
            changes++;
            change.notifyAll();
        }
    }

    /** Whether the file has lines that are forced; then its name is, too. */
    boolean has(DayName day) {
        return lengths.getOrDefault(day, 0L) > 0;
    }

    Map<DayName, Long> lengths() {
        return new TreeMap<>(lengths);
    }

    /** Wakes every reader that follows, so that it looks whether it should end. */
    public void wake() {
        announce();
    }

    /**
     * Reads stored records by device, day and order of storing.
     *
     * @param device only this device's, else all
     */
    public void read(Optional<String> device, RecordSink sink) throws IOException {
        readFrom(new HashMap<>(), device, sink);
    }

    /** Reads what the lines say of each id. */
    void ids(Optional<String> device, IdSink sink) throws IOException {
        for (Map.Entry<DayName, Long> day : lengths().entrySet()) {
            if (device.isEmpty() || device.get().equals(day.getKey().device())) {
                DayFile.read(
                        day.getKey().in(root),
                        0,
                        day.getValue(),
                        (line, length) -> {
                            RecordLine.parse(Arrays.copyOf(line, length)).ifPresent(sink::entry);
                            return true;
                        });
            }
        }
    }

    /**
     * Reads as {@link #read}, then goes on with new records until told to end; what was stored
     * before that is read.
     */
    public void follow(Optional<String> device, RecordSink sink, BooleanSupplier end)
            throws IOException, InterruptedException {
        Map<DayName, Long> positions = new HashMap<>();
        while (true) {
            boolean last = end.getAsBoolean();
            long seen;
            synchronized (change) {
                seen = changes;
            }
            if (!readFrom(positions, device, sink) || last) {
                return;
            }
            synchronized (change) {
                while (changes == seen && !end.getAsBoolean()) {
                    change.wait();
                }
            }
        }
    }

    private boolean readFrom(Map<DayName, Long> positions, Optional<String> device, RecordSink sink)
            throws IOException {
        Filter filter = new Filter(sink);
        for (Map.Entry<DayName, Long> day : lengths.entrySet()) {
            if (device.isPresent() && !device.get().equals(day.getKey().device())) {
                continue;
            }
            long from = positions.getOrDefault(day.getKey(), 0L);
            if (day.getValue() > from) {
                Path file = day.getKey().in(root);
                positions.put(day.getKey(), DayFile.read(file, from, day.getValue(), filter));
                if (filter.ended) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Lets records through as they are printed. */
    private static final class Filter implements DayFile.Lines {
        private final RecordSink sink;
        private boolean ended;

        Filter(RecordSink sink) {
            this.sink = sink;
        }

        @Override
        public boolean line(byte[] line, int length) throws IOException {
            if (!RecordLine.isRecord(line, length)) {
                return true;
            }
            int printed = RecordLine.printedLength(line, length);
            line[printed] = '}';
            ended = !sink.record(line, printed + 1);
            return !ended;
        }
    }
}
