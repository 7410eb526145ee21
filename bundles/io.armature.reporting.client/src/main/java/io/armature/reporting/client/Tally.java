package io.armature.reporting.client;

import io.armature.reporting.api.Observation;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Counts what becomes of records, at the spool. Adds up until there is one, and while it does not
 * answer: never more than one call waits. Any thread.
 */
final class Tally {

    private record Seen(Observation what, Enum<?> sample) {}

    // Guarded by this.
    private final Map<Seen, Long> untold = new LinkedHashMap<>();
    private Reporting spool;
    private boolean telling;

    /** A spool is there, or what stands in for it. */
    void arrived(Reporting reporting) {
        synchronized (this) {
            spool = reporting;
        }
        tell();
    }

    /** What became of a record; null for stored. */
    void ended(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause == null) {
            count(Observation.CLIENT_ENQUEUE_RESULT, StatusCode.OK);
        } else if (cause instanceof ReportingException refused) {
            count(Observation.CLIENT_ENQUEUE_RESULT, refused.code());
        } else {
            count(Observation.CLIENT_ENQUEUE_RESULT, StatusCode.UNKNOWN);
        }
    }

    /** Something was seen once more. */
    void count(Observation what, Enum<?> sample) {
        synchronized (this) {
            untold.merge(new Seen(what, sample), 1L, Long::sum);
        }
        tell();
    }

    /** As long as the spool answers at once, by this thread. */
    private void tell() {
        for (Map.Entry<Seen, Long> next = next(); next != null; next = next()) {
            Seen seen = next.getKey();
            long times = next.getValue();
            // What the spool could not take is not told again: it may have counted it.
            var told = to().count(seen.what(), seen.sample(), times).toCompletableFuture();
            if (!told.isDone()) {
                told.whenComplete(
                        (done, failure) -> {
                            answered();
                            tell();
                        });
                return;
            }
            answered();
        }
    }

    private synchronized Reporting to() {
        return spool;
    }

    private synchronized void answered() {
        telling = false;
    }

    /** Null if there is none, or somebody tells already. */
    private synchronized Map.Entry<Seen, Long> next() {
        if (spool == null || telling || untold.isEmpty()) {
            return null;
        }
        Seen first = untold.keySet().iterator().next();
        telling = true;
        return Map.entry(first, untold.remove(first));
    }
}
