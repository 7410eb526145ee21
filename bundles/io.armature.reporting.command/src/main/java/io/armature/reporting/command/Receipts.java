package io.armature.reporting.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Prints a line for each record in the order of the input, as soon as it and all before it are
 * decided. Lines that are decided together are flushed together.
 */
final class Receipts {

    private static final CompletableFuture<Enqueued> END = CompletableFuture.completedFuture(null);
    private static final JsonFactory JSON = new JsonFactory();

    /** A record's fate and when it was given to the spool. */
    private record Pending(CompletableFuture<Enqueued> stored, long sinceNanos) {}

    private final PrintStream out;
    private final boolean json;
    private final long timeoutSeconds;
    private final LinkedBlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
    private volatile long total;
    private volatile long failed;
    private volatile String lastFailure = "";

    Receipts(PrintStream out, boolean json, long timeoutSeconds) {
        this.out = out;
        this.json = json;
        this.timeoutSeconds = timeoutSeconds;
    }

    /** Adds the next record. */
    void add(CompletableFuture<Enqueued> stored) {
        pending.add(new Pending(stored, System.nanoTime()));
    }

    /** No record follows. */
    void end() {
        pending.add(new Pending(END, 0));
    }

    long total() {
        return total;
    }

    long failed() {
        return failed;
    }

    String lastFailure() {
        return lastFailure;
    }

    /**
     * Prints until the end.
     *
     * @param printed called after each receipt
     */
    void print(Runnable printed) {
        try {
            long all = 0;
            long bad = 0;
            Pending next = pending.take();
            while (next.stored() != END) {
                String failure = print(next);
                all++;
                if (failure != null) {
                    bad++;
                    lastFailure = failure;
                }
                total = all;
                failed = bad;
                Pending following = pending.peek();
                if (following == null
                        || following.stored() == END
                        || !following.stored().isDone()) {
                    out.flush();
                }
                printed.run();
                next = pending.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the failure, null if it was stored. */
    private String print(Pending record) throws InterruptedException {
        long left =
                TimeUnit.SECONDS.toNanos(timeoutSeconds)
                        - (System.nanoTime() - record.sinceNanos());
        try {
            stored(record.stored().get(Math.max(0, left), TimeUnit.NANOSECONDS));
            return null;
        } catch (ExecutionException e) {
            return notStored(e.getCause());
        } catch (TimeoutException e) {
            return notStored(
                    new ReportingException(
                            StatusCode.DEADLINE_EXCEEDED,
                            "no receipt within "
                                    + timeoutSeconds
                                    + " s, perhaps there is no encryption key yet;"
                                    + " the record may still be stored"));
        }
    }

    private void stored(Enqueued at) {
        if (json) {
            out.print(
                    object(
                            generator -> {
                                generator.writeStringField("status", "OK");
                                generator.writeStringField("priority", at.priority().name());
                                generator.writeStringField("generation_guid", at.generationGuid());
                                generator.writeNumberField("generation_id", at.generationId());
                                generator.writeNumberField("sequencing_id", at.sequencingId());
                            }));
        } else {
            out.print(
                    "OK "
                            + at.priority()
                            + ' '
                            + (at.generationGuid().isEmpty() ? "-" : at.generationGuid())
                            + ' '
                            + at.generationId()
                            + ' '
                            + at.sequencingId()
                            + '\n');
        }
    }

    private String notStored(Throwable cause) {
        Throwable failure = unwrap(cause);
        StatusCode code =
                failure instanceof ReportingException refused
                        ? refused.code()
                        : StatusCode.INTERNAL;
        String message = oneLine(failure.getMessage());
        if (json) {
            out.print(
                    object(
                            generator -> {
                                generator.writeStringField("status", code.name());
                                generator.writeStringField("error", message);
                            }));
        } else {
            out.print("FAILED " + code + ':' + message + '\n');
        }
        return code + ":" + message;
    }

    /** What a stage failed with, without what another stage wrapped around it. */
    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static String oneLine(String message) {
        return message == null ? "" : message.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }

    /** Writes the fields of an object. */
    private interface Fields {
        void write(JsonGenerator generator) throws IOException;
    }

    private static String object(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.writeStartObject();
            fields.write(generator);
            generator.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("a string takes everything", e);
        }
        return text + "\n";
    }
}
