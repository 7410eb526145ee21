package io.armature.console.actions;

import com.google.protobuf.ByteString;
import io.armature.console.http.Action;
import io.armature.console.http.Action.RefusedException;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Flushes a priority and enqueues a test record. */
public final class ReportingActions {

    private static final int MAX_DATA = 4096;
    private static final long PATIENCE_SECONDS = 10;

    private final Supplier<Reporting> reporting;
    private final DeviceClock clock;

    /**
     * @param reporting the service of the moment, null while there is none
     */
    public ReportingActions(Supplier<Reporting> reporting, DeviceClock clock) {
        this.reporting = reporting;
        this.clock = clock;
    }

    /** The actions by name. */
    public Map<String, Action> byName() {
        return Map.of("flush", this::flush, "enqueue", this::enqueue);
    }

    private String flush(Map<String, String> form) throws RefusedException {
        Priority priority = priority(form);
        await(service().flush(priority));
        return priority + " is on its way";
    }

    private String enqueue(Map<String, String> form) throws RefusedException {
        Priority priority = priority(form);
        String data = form.getOrDefault("data", "");
        if (data.isEmpty() || data.length() > MAX_DATA) {
            throw new RefusedException(400, "data must have 1 to " + MAX_DATA + " characters");
        }
        Record record =
                Record.newBuilder()
                        .setData(ByteString.copyFromUtf8(data))
                        .setDestination(Destination.HEARTBEAT_EVENTS)
                        .setTimestampUs(clock.wall().toEpochMilli() * 1000)
                        .build();
        Enqueued stored =
                await(
                        service()
                                .enqueue(
                                        EnqueueRecordRequest.newBuilder()
                                                .setPriority(priority)
                                                .setRecord(record)
                                                .build()));
        return "stored as " + priority + " " + stored.generationId() + "/" + stored.sequencingId();
    }

    private Reporting service() throws RefusedException {
        Reporting service = reporting.get();
        if (service == null) {
            throw new RefusedException(503, "reporting is away at the moment; try again");
        }
        return service;
    }

    private static Priority priority(Map<String, String> form) throws RefusedException {
        String name = form.getOrDefault("priority", "");
        try {
            Priority priority = Priority.valueOf(name);
            if (priority != Priority.UNDEFINED_PRIORITY) {
                return priority;
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "there is no such priority");
        }
        throw new RefusedException(400, "there is no such priority");
    }

    private static <T> T await(CompletionStage<T> stage) throws RefusedException {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReportingException failure) {
                throw new RefusedException(
                        failure.code().retryable() ? 503 : 409, failure.toString());
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new RefusedException(
                    504, "not answered within " + PATIENCE_SECONDS + " s; it may still happen");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(503, "the console stops");
        }
    }
}
