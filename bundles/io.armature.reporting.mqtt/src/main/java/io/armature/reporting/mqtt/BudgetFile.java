package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.FailureText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was used of a budget in a file, so that a restart does not grant another hour's. It is
 * written a minute after the first change and at the end: a crash forgets what a minute has used.
 * Time is monotonic, which goes on over restarts of the process but not of the machine; after one
 * of these no time has passed, which sends less rather than more. Not thread safe: belongs to the
 * bridge's thread.
 */
final class BudgetFile implements AutoCloseable {

    /** The file's name in the device's state. */
    static final String NAME = "reporting-budget";

    static final Duration WRITE_AFTER = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(BudgetFile.class);
    private static final String HEADER = "armature-budget 1";
    private static final int MAX_BYTES = 16 << 10;

    /**
     * Where it is.
     *
     * @param bootId of the machine: monotonic times of the same one can be compared
     */
    record Place(Path file, String bootId) {}

    private final Place place;
    private final ByteBudget budget;
    private final DurableFiles files;
    private final DeviceClock clock;
    private final Executor executor;
    private Optional<DeviceClock.Timer> due = Optional.empty();

    /** Gives the budget back what the file has of it. */
    BudgetFile(
            Place place,
            ByteBudget budget,
            DurableFiles files,
            DeviceClock clock,
            Executor executor) {
        this.place = place;
        this.budget = budget;
        this.files = files;
        this.clock = clock;
        this.executor = executor;
        try {
            read();
        } catch (NoSuchFileException e) {
            LOG.debug("no budget was kept");
        } catch (IOException | IllegalArgumentException e) {
            // At worst an hour's budget is granted again.
            LOG.warn("budget not read reason=\"{}\"", FailureText.of(e));
        }
    }

    /** Something was used. */
    void changed() {
        if (due.isEmpty()) {
            due = Optional.of(clock.after(WRITE_AFTER, executor, this::write));
        }
    }

    @Override
    public void close() {
        if (due.isPresent()) {
            due.get().cancel();
            write();
        }
    }

    private void write() {
        due = Optional.empty();
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        text.append("boot ").append(place.bootId()).append('\n');
        text.append("nanos ").append(clock.monotonicNanos()).append('\n');
        for (ByteBudget.Used one : budget.used()) {
            text.append("used ").append(one.rank()).append(' ').append(one.minutesAgo());
            text.append(' ').append(one.bytes()).append('\n');
        }
        try {
            files.replace(place.file(), text.toString().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("budget not kept reason=\"{}\"", FailureText.of(e));
            changed();
        }
    }

    private void read() throws IOException {
        if (Files.size(place.file()) > MAX_BYTES) {
            throw new IOException("longer than " + MAX_BYTES + " bytes");
        }
        List<String> lines = Files.readAllLines(place.file(), StandardCharsets.US_ASCII);
        if (lines.size() < 3 || !lines.get(0).equals(HEADER)) {
            throw new IllegalArgumentException(place.file() + " is damaged");
        }
        long written = Long.parseLong(word(lines.get(2), "nanos "));
        boolean same = word(lines.get(1), "boot ").equals(place.bootId());
        long passed = same ? Math.max(0, clock.monotonicNanos() - written) : 0;
        List<ByteBudget.Used> used =
                lines.stream().skip(3).map(line -> used(line, Duration.ofNanos(passed))).toList();
        budget.restore(used);
    }

    private static ByteBudget.Used used(String line, Duration passed) {
        String[] words = word(line, "used ").split(" ", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException("a line is damaged");
        }
        return new ByteBudget.Used(
                Integer.parseInt(words[0]),
                Long.parseLong(words[1]) + passed.toMinutes(),
                Long.parseLong(words[2]));
    }

    private static String word(String line, String name) {
        if (!line.startsWith(name)) {
            throw new IllegalArgumentException("a line is damaged");
        }
        return line.substring(name.length());
    }
}
