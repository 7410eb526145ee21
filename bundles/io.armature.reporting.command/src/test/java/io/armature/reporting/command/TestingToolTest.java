package io.armature.reporting.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.testing.MemoryTerminal;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Section 8 of the specification. */
@Timeout(60)
class TestingToolTest {

    private final HandClock clock = new HandClock(Instant.parse("2026-03-04T05:06:07.008009Z"), 0);
    private final MemoryReporting spool = new MemoryReporting();
    private final MemoryTerminal terminal = new MemoryTerminal("");

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "testing-tool";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int code =
                new CommandLine(new ReportCommands(terminal, spool, clock, () -> false))
                        .execute(all);
        terminal.err().flush();
        return code;
    }

    private void assertFails(String message, String... arguments) {
        assertThat(run(arguments)).isEqualTo(1);
        assertThat(terminal.complained()).endsWith("Failed: " + message + "\n");
        assertThat(spool.stored()).isEmpty();
        assertThat(spool.flushed()).isEmpty();
    }

    @Test
    void enqueueStoresTheTextWithDestinationAndTime() {
        int code =
                run(
                        "--enqueue=Some record data...",
                        "--priority=SLOW_BATCH",
                        "--destination=HEARTBEAT_EVENTS");
        assertThat(code).isZero();
        assertThat(terminal.complained()).isEqualTo("Success!\n");
        assertThat(spool.stored().get(0).getPriority()).isEqualTo(Priority.SLOW_BATCH);
        Record record = spool.stored().get(0).getRecord();
        assertThat(record.getData().toStringUtf8()).isEqualTo("Some record data...");
        assertThat(record.getDestination()).isEqualTo(Destination.HEARTBEAT_EVENTS);
        assertThat(record.getTimestampUs()).isEqualTo(1772600767008009L);
    }

    @Test
    void flushWinsOverEnqueue() {
        assertThat(run("--flush", "--enqueue=x", "--priority=MANUAL_BATCH")).isZero();
        assertThat(spool.flushed()).containsExactly(Priority.MANUAL_BATCH);
        assertThat(spool.stored()).isEmpty();
    }

    @Test
    void flushThatIsSetToFalseIsNone() {
        assertFails("FAILED_PRECONDITION:No request specified.", "--flush=false");
    }

    @Test
    void withoutActionNothingIsDone() {
        assertFails("FAILED_PRECONDITION:No request specified.");
        assertFails("FAILED_PRECONDITION:No request specified.", "--enqueue=");
    }

    @Test
    void wrongAndUndefinedNamesAreInvalidArguments() {
        String to = "--destination=HEARTBEAT_EVENTS";
        assertFails("INVALID_ARGUMENT:Wrong priority: UNDEFINED", "--enqueue=x", to);
        assertFails("INVALID_ARGUMENT:Wrong priority: UNDEFINED", "--flush");
        assertFails(
                "INVALID_ARGUMENT:Wrong priority: UNDEFINED_PRIORITY",
                "--enqueue=x",
                "--priority=UNDEFINED_PRIORITY",
                to);
        assertFails(
                "INVALID_ARGUMENT:Wrong priority: slow_batch",
                "--enqueue=x",
                "--priority=slow_batch",
                to);
        assertFails(
                "INVALID_ARGUMENT:Wrong destination: UNDEFINED",
                "--enqueue=x",
                "--priority=SLOW_BATCH");
        assertFails(
                "INVALID_ARGUMENT:Wrong destination: NOWHERE",
                "--enqueue=x",
                "--priority=SLOW_BATCH",
                "--destination=NOWHERE");
    }

    @Test
    void whatTheSpoolRefusesIsPrintedAndTheExitCodeSaysSo() {
        spool.failing(StatusCode.RESOURCE_EXHAUSTED);
        assertFails("RESOURCE_EXHAUSTED:test", "--flush", "--priority=SECURITY");
    }

    @Test
    void unavailableIsTriedAgainEverySecondWithoutLimit() throws Exception {
        spool.failing(StatusCode.UNAVAILABLE);
        CompletableFuture<Integer> code = begin();
        for (int i = 0; i < 100; i++) {
            clock.awaitPending(1);
            clock.advance(Duration.ofMillis(999));
            assertThat(clock.pending()).isEqualTo(1);
            clock.advance(Duration.ofMillis(1));
        }
        clock.awaitPending(1);
        spool.failing(StatusCode.OK);
        clock.advance(Duration.ofSeconds(1));
        assertThat(code.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(spool.stored()).hasSize(1);
        assertThat(terminal.complained()).isEqualTo("Success!\n");
    }

    @Test
    void callerWhoGoesEndsIt() throws Exception {
        spool.failing(StatusCode.UNAVAILABLE);
        CompletableFuture<Integer> code = begin();
        clock.awaitPending(1);
        terminal.go();
        assertThat(code.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }

    private CompletableFuture<Integer> begin() {
        return CompletableFuture.supplyAsync(
                () -> run("--enqueue=x", "--priority=SECURITY", "--destination=CRASH_EVENTS"));
    }
}
