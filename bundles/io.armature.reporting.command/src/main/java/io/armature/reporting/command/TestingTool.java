package io.armature.reporting.command;

import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The flags of the original's {@code missive_testing_tool}, and what it does. */
final class TestingTool {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Option(
            names = "--enqueue",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Stores this record.")
    private String enqueue;

    @Option(
            names = "--flush",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Flushes the priority; wins over --enqueue.")
    private boolean flush;

    @Option(
            names = "--priority",
            paramLabel = "NAME",
            defaultValue = "UNDEFINED",
            description = "For example SLOW_BATCH.")
    private String priority;

    @Option(
            names = "--destination",
            paramLabel = "NAME",
            defaultValue = "UNDEFINED",
            description = "For example HEARTBEAT_EVENTS.")
    private String destination;

    /** One attempt. */
    private interface Attempt {
        CompletionStage<?> start();
    }

    /** Who calls has gone. */
    private static final class GoneException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Does what the flags say, until it is anything but UNAVAILABLE; returns the exit code. */
    int run(Terminal terminal, Reporting reporting, DeviceClock clock) throws InterruptedException {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        terminal.onGone(() -> gone.completeExceptionally(new GoneException()));
        try {
            Attempt attempt = attempt(reporting, clock);
            while (!done(attempt, gone)) {
                CompletableFuture<Void> pause = new CompletableFuture<>();
                clock.after(PAUSE, Runnable::run, () -> pause.complete(null));
                await(pause, gone);
            }
            terminal.err().println("Success!");
            return 0;
        } catch (GoneException e) {
            return 1; // nobody reads it
        } catch (ReportingException e) {
            terminal.err().println("Failed: " + e);
            return 1;
        }
    }

    private Attempt attempt(Reporting reporting, DeviceClock clock) throws ReportingException {
        if (flush) {
            Priority which = named("priority", priority, Priority.values());
            return () -> reporting.flush(which);
        }
        if (enqueue.isEmpty()) {
            throw new ReportingException(StatusCode.FAILED_PRECONDITION, "No request specified.");
        }
        Priority which = named("priority", priority, Priority.values());
        Destination where = named("destination", destination, Destination.values());
        RecordInput input = new RecordInput(which, where, false, clock);
        byte[] data = enqueue.getBytes(StandardCharsets.UTF_8);
        return () -> reporting.enqueue(input.record(data));
    }

    /** The first value of the protocol's enums is the undefined one. */
    private static <E extends Enum<E>> E named(String what, String name, E[] all)
            throws ReportingException {
        return Stream.of(all)
                .skip(1)
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new ReportingException(
                                        StatusCode.INVALID_ARGUMENT,
                                        "Wrong " + what + ": " + name));
    }

    private static boolean done(Attempt attempt, CompletableFuture<Void> gone)
            throws InterruptedException, ReportingException, GoneException {
        try {
            await(attempt.start().toCompletableFuture(), gone);
            return true;
        } catch (ReportingException e) {
            if (e.code() == StatusCode.UNAVAILABLE) {
                return false;
            }
            throw e;
        }
    }

    private static void await(CompletableFuture<?> stage, CompletableFuture<Void> gone)
            throws InterruptedException, ReportingException, GoneException {
        try {
            CompletableFuture.anyOf(stage, gone).get();
        } catch (ExecutionException e) {
            Throwable failure = Receipts.unwrap(e.getCause());
            if (failure instanceof GoneException left) {
                throw left;
            }
            if (failure instanceof ReportingException refused) {
                throw refused;
            }
            throw new ReportingException(StatusCode.INTERNAL, failure.toString(), failure);
        }
    }
}
