package io.armature.reporting.queue;

import io.armature.reporting.proto.Priority;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the specification fixes for each priority, most important first (section 4). */
public enum QueueKind {
    SECURITY(Priority.SECURITY, "Security", Duration.ZERO, Duration.ofSeconds(3)),
    IMMEDIATE(Priority.IMMEDIATE, "Immediate", Duration.ZERO, Duration.ofSeconds(3)),
    FAST_BATCH(Priority.FAST_BATCH, "FastBatch", Duration.ofSeconds(2), Duration.ZERO),
    SLOW_BATCH(Priority.SLOW_BATCH, "SlowBatch", Duration.ofSeconds(40), Duration.ZERO),
    BACKGROUND_BATCH(Priority.BACKGROUND_BATCH, "Background", Duration.ofMinutes(2), Duration.ZERO),
    MANUAL_BATCH(Priority.MANUAL_BATCH, "Manual", null, Duration.ofSeconds(3)),
    MANUAL_BATCH_LACROS(Priority.MANUAL_BATCH_LACROS, "ManualLacros", null, Duration.ofSeconds(3));

    private final Priority priority;
    private final String directory;
    private final Duration period;
    private final Duration retry;

    QueueKind(Priority priority, String directory, Duration period, Duration retry) {
        this.priority = priority;
        this.directory = directory;
        this.period = period;
        this.retry = retry;
    }

    /** Empty for UNDEFINED_PRIORITY. */
    public static Optional<QueueKind> of(Priority priority) {
        return Stream.of(values()).filter(kind -> kind.priority == priority).findFirst();
    }

    /** The kind of a priority's number; empty if there is none. */
    static Optional<QueueKind> ofNumber(int priority) {
        return Stream.of(values())
                .filter(kind -> kind.priority.getNumber() == priority)
                .findFirst();
    }

    /** The kind whose directory this is, with or without a generation behind a dot. */
    public static Optional<QueueKind> ofDirectory(String name) {
        List<QueueKind> longestFirst =
                Stream.of(values())
                        .sorted(
                                Comparator.comparingInt((QueueKind kind) -> kind.directory.length())
                                        .reversed())
                        .toList();
        return longestFirst.stream()
                .filter(
                        kind ->
                                name.equals(kind.directory)
                                        || name.startsWith(kind.directory + "."))
                .findFirst();
    }

    public Priority priority() {
        return priority;
    }

    /** Directory of the single-generation queue; others add a dot and their guid. */
    public String directory() {
        return directory;
    }

    /** First part of a segment's name. */
    public String prefix() {
        return "P_" + directory;
    }

    /** Time between uploads: zero after each write; empty only when asked. */
    public Optional<Duration> period() {
        return Optional.ofNullable(period);
    }

    /** Whether its records may be given up where there is no space. */
    public boolean sheds() {
        return this != SECURITY;
    }

    /** Time after which an upload that did not succeed is repeated; zero: at the next period. */
    public Duration retry() {
        return retry;
    }
}
