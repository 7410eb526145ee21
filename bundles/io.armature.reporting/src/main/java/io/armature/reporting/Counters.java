package io.armature.reporting;

import io.armature.reporting.api.Metric;
import io.armature.reporting.api.ReportingException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Counts what the original reports as metrics (section 9 of the specification), since the start of
 * the process. Only failures and rare events are counted, never a record that was stored.
 * Thread-safe.
 */
final class Counters {

    private static final String PREFIX = "Platform.Missive.";

    /** Where which message comes from; the beginning tells. */
    private enum Cause {
        NO_DISK_SPACE("Not enough disk space"),
        RESERVED_SPACE_NOT_OBSERVED("The space that the record wants"),
        NO_MEMORY_FOR_WRITE_BUFFER("Not enough memory for the write buffer"),
        NO_MEMORY_FOR_UPLOAD("Insufficient memory for upload"),
        NO_KEY("Encryption key not delivered"),
        KEY_AT_SHUTDOWN("Key not delivered"),
        STOPPING("The spool is stopping"),
        NOT_OPENED("Storage unavailable"),
        NO_UPLOADER("No uploader is there"),
        QUEUE_NOT_USABLE("Queue "),
        OTHER("");

        private final String beginning;

        Cause(String beginning) {
            this.beginning = beginning;
        }

        static Cause of(ReportingException failure) {
            String message = String.valueOf(failure.getMessage());
            for (Cause cause : values()) {
                if (message.startsWith(cause.beginning)) {
                    return cause;
                }
            }
            return OTHER;
        }
    }

    /** The methods whose refusals are counted, as on the bus. */
    enum Call {
        ENQUEUE("EnqueueRecord"),
        FLUSH("FlushPriority"),
        CONFIRM("ConfirmRecordUpload"),
        KEY("UpdateEncryptionKey"),
        CONFIGURATION("UpdateConfigInMissive");

        private final String method;

        Call(String method) {
            this.method = method;
        }
    }

    private final Map<Metric, Long> counts = new ConcurrentHashMap<>();

    /** Something was seen once more. */
    void count(String name, Object sample) {
        add(name, sample, 1);
    }

    /** An amount comes to the sum. */
    void add(String name, Object sample, long amount) {
        // The value in the key is none: the map's is.
        counts.merge(new Metric(name, sample.toString(), 0), amount, Long::sum);
    }

    /** A record was not stored. */
    void notStored(ReportingException failure) {
        failed(Call.ENQUEUE, failure);
    }

    /** A call failed. */
    void failed(Call call, ReportingException failure) {
        count("RefusedCalls", call.method + "." + failure.code());
        switch (failure.code()) {
            case RESOURCE_EXHAUSTED -> count("ResourceExhaustedCase", Cause.of(failure));
            case UNAVAILABLE -> count("UnavailableErrorReason", Cause.of(failure));
            case DATA_LOSS -> count("DataLossErrorReason", Cause.of(failure));
            default -> {
                // the original counts no others
            }
        }
    }

    /** Batches of other queues held all the memory for so long that a pass sent nothing. */
    void noMemoryForUpload() {
        count("ResourceExhaustedCase", Cause.NO_MEMORY_FOR_UPLOAD);
    }

    /** Goes on where an earlier instance of the process stopped. */
    void take(List<Metric> earlier) {
        earlier.forEach(each -> add(each.name(), each.sample(), each.value()));
    }

    /** By name without the prefix, for the next instance. */
    List<Metric> bare() {
        return counts.entrySet().stream()
                .map(
                        each ->
                                new Metric(
                                        each.getKey().name(),
                                        each.getKey().sample(),
                                        each.getValue()))
                .sorted(Comparator.comparing(Metric::name).thenComparing(Metric::sample))
                .collect(Collectors.toUnmodifiableList());
    }

    /** For readers. */
    static Metric named(Metric bare) {
        return new Metric(PREFIX + bare.name(), bare.sample(), bare.value());
    }
}
