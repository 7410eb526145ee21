package io.armature.reporting.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.api.testing.MemoryTerminal;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.api.testing.QueueValue;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.FlushPriorityCall;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordCall;
import io.armature.reporting.proto.UploadGapItem;
import io.armature.reporting.proto.UploadItem;
import io.armature.reporting.proto.UploadRecordItem;
import io.armature.services.api.Hold;
import io.armature.services.api.testing.FakeServiceManager;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReportCommandsTest {

    private static final String[] TARGET = {
        "--priority", "fast_batch", "--destination", "HEARTBEAT_EVENTS"
    };

    private final HandClock clock = new HandClock(Instant.parse("2026-03-04T05:06:07.008009Z"), 0);
    private final FakeServiceManager services = new FakeServiceManager();
    private final Reporting reporting =
            services.user(0)
                    .sticky(Reporting.class, Hold.of(1000, Duration.ofSeconds(10)))
                    .service();
    private final MemoryReporting spool = new MemoryReporting();

    private record Result(int code, String out, CommandFailure failure) {}

    @Test
    void oneRecordGetsItsReceipt() {
        services.publish(Reporting.class, spool);
        Result result = run("", with("enqueue", "--data", "Grüße"));
        assertThat(result.out()).isEqualTo("OK FAST_BATCH " + MemoryReporting.GUID + " 7 0\n");
        assertThat(result.code()).isZero();
        Record record = spool.stored().get(0).getRecord();
        assertThat(record.getData().toStringUtf8()).isEqualTo("Grüße");
        assertThat(record.getDestination()).isEqualTo(Destination.HEARTBEAT_EVENTS);
        assertThat(record.getTimestampUs()).isEqualTo(1772600767008009L);
    }

    @Test
    void historyOfCallsIsShownWhileItIsRecorded() {
        StatusProto refused =
                StatusProto.newBuilder().setCode(14).setErrorMessage("no uploader").build();
        spool.history(
                ERPHealthData.newBuilder()
                        .addHistory(
                                HealthDataHistory.newBuilder()
                                        .setTimestampSeconds(1_772_600_767)
                                        .setFlushPriorityCall(
                                                FlushPriorityCall.newBuilder()
                                                        .setPriority(Priority.SECURITY)
                                                        .setStatus(refused)))
                        .addHistory(
                                HealthDataHistory.newBuilder()
                                        .setTimestampSeconds(1_772_600_768)
                                        .setUploadEncryptedRecordCall(
                                                UploadEncryptedRecordCall.newBuilder()
                                                        .setPriority(Priority.IMMEDIATE)
                                                        .setUploadReason("MANUAL")
                                                        .addItems(record(4))
                                                        .addItems(gap(5, 3))))
                        .build());
        services.publish(Reporting.class, spool);
        assertThat(run("", "health").out()).startsWith("no history; ");
        assertThat(run("", "health", "--on").out()).isEqualTo("history of calls on\n");
        assertThat(run("", "health").out())
                .isEqualTo(
                        "2026-03-04T05:06:07Z flush priority=SECURITY code=14 message=no uploader\n"
                                + "2026-03-04T05:06:08Z upload priority=IMMEDIATE reason=MANUAL"
                                + " records=1 gaps=3 first_id=4 last_id=7 code=0\n");
        assertThat(run("", "health", "--json").out())
                .isEqualTo(
                        "{\"history\":[{\"timestamp_seconds\":1772600767,\"call\":\"flush\","
                                + "\"priority\":\"SECURITY\",\"code\":14,"
                                + "\"message\":\"no uploader\"},"
                                + "{\"timestamp_seconds\":1772600768,\"call\":\"upload\","
                                + "\"priority\":\"IMMEDIATE\",\"reason\":\"MANUAL\","
                                + "\"records\":1,\"gaps\":3,\"first_id\":4,\"last_id\":7,"
                                + "\"code\":0}]}\n");
        assertThat(run("", "health", "--off").out()).isEqualTo("history of calls off\n");
        assertThat(run("", "health", "--json").out()).isEqualTo("{\"history\":[]}\n");
        assertThat(run("", "health", "--on", "--off").code()).isEqualTo(2);
    }

    private static UploadItem record(long id) {
        return UploadItem.newBuilder()
                .setRecord(UploadRecordItem.newBuilder().setSequencingId(id))
                .build();
    }

    private static UploadItem gap(long id, long count) {
        return UploadItem.newBuilder()
                .setGap(UploadGapItem.newBuilder().setSequencingId(id).setCount(count))
                .build();
    }

    @Test
    void metricsAreShown() {
        services.publish(Reporting.class, spool);
        assertThat(run("", "metrics").out()).matches("Platform\\.Missive\\.StorageUsage +MiB +0\n");
        assertThat(run("", "metrics", "--json").out())
                .isEqualTo(
                        "{\"metrics\":[{\"name\":\"Platform.Missive.StorageUsage\","
                                + "\"sample\":\"MiB\",\"value\":0}]}\n");
    }

    @Test
    void linesKeepTheirBytesAndReceiptsTheirOrder() {
        services.publish(Reporting.class, spool);
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            input.append("line ").append(i).append("\r\n");
        }
        input.append("\nlast without end");
        Result result = run(input.toString(), with("enqueue"));
        assertThat(result.out().lines()).hasSize(1002);
        assertThat(result.out().lines().skip(1001))
                .containsExactly("OK FAST_BATCH " + MemoryReporting.GUID + " 7 1001");
        assertThat(spool.stored().get(0).getRecord().getData().toStringUtf8())
                .isEqualTo("line 0\r");
        assertThat(spool.stored().get(1000).getRecord().getData().isEmpty()).isTrue();
    }

    @Test
    void receiptsComeInInputOrderWhateverFinishesFirst() throws Exception {
        MemoryReporting slow = new MemoryReporting().holding(true);
        services.publish(Reporting.class, slow);
        AtomicReference<Result> result = new AtomicReference<>();
        Thread caller = new Thread(() -> result.set(run("a\nb\nc\n", with("enqueue"))));
        caller.start();
        MemoryReporting.Call a = slow.held().poll(60, TimeUnit.SECONDS);
        MemoryReporting.Call b = slow.held().poll(60, TimeUnit.SECONDS);
        MemoryReporting.Call c = slow.held().poll(60, TimeUnit.SECONDS);
        slow.store(c);
        MemoryReporting.handBack(b);
        slow.store(a);
        caller.join(10_000);
        assertThat(result.get().out())
                .isEqualTo(
                        "OK FAST_BATCH "
                                + MemoryReporting.GUID
                                + " 7 1\nFAILED UNAVAILABLE:The spool is stopping\nOK FAST_BATCH "
                                + MemoryReporting.GUID
                                + " 7 0\n");
        assertThat(result.get().failure()).hasMessage("1 of 3 not stored");
        assertThat(result.get().code()).isEqualTo(1);
    }

    @Test
    void callerMayWaitForEachReceiptBeforeTheNextLine() throws Exception {
        services.publish(Reporting.class, spool);
        MemoryTerminal terminal = new MemoryTerminal(Path.of("/"), Map.of());
        CountDownLatch done = new CountDownLatch(1);
        Thread caller =
                new Thread(
                        () -> {
                            execute(terminal, with("enqueue"));
                            done.countDown();
                        });
        caller.start();
        for (int i = 1; i <= 3; i++) {
            terminal.type("line " + i + "\n");
            terminal.awaitLines(i);
        }
        terminal.endInput();
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void jsonLinesNameTheirOwnTarget() {
        services.publish(Reporting.class, spool);
        Result result =
                run(
                        """
                        {"data":"x","priority":"SECURITY","destination":"CRASH_EVENTS"}
                        {"data_base64":"AP8=","priority":"IMMEDIATE","destination":"heartbeat_events"}
                        {"data":"x","priority":"NONE","destination":"CRASH_EVENTS"}
                        {"data":"x"}
                        {"priority":"SECURITY","destination":"CRASH_EVENTS"}
                        nonsense
                        """,
                        "enqueue",
                        "--json");
        assertThat(result.out().lines())
                .satisfiesExactly(
                        l ->
                                assertThat(l)
                                        .startsWith("{\"status\":\"OK\",\"priority\":\"SECURITY\""),
                        l ->
                                assertThat(l)
                                        .startsWith("{\"status\":\"OK\",\"priority\":\"IMMEDIATE\"")
                                        .contains("\"sequencing_id\":0"),
                        l -> assertThat(l).contains("INVALID_ARGUMENT", "Wrong priority: NONE"),
                        l -> assertThat(l).contains("priority or destination is missing"),
                        l -> assertThat(l).contains("data or data_base64 is missing"),
                        l -> assertThat(l).contains("INVALID_ARGUMENT"));
        assertThat(spool.stored().get(1).getRecord().getData().toByteArray())
                .isEqualTo(new byte[] {0, (byte) 0xff});
    }

    @Test
    void badJsonLineIsRefusedWithItsPlaceAndTheOthersAreTaken() {
        services.publish(Reporting.class, spool);
        String[] bad = {
            "{\"data\":\"x\",\"data_base64\":\"AP8=\"}",
            "{\"data_base64\":\"AP8=\", \"data\":\"x\"}",
            "{\"data\":\"x\", \"data\":\"y\"}",
            "{\"data\":7}",
            "{\"data_base64\":\"A!\"}",
            "{\"data\":\"x\",\"prio\":\"SECURITY\"}",
            "{\"data\":\"x\",\"destination\":\"NOWHERE\"}",
            "{\"data\":\"x\"} {\"data\":\"y\"}",
            "{\"data\":\"x\"",
            "{\"data\":\"\\ud800\"}",
            "",
            "[]",
        };
        String good = "{\"data\":\"x\"}\n";
        Result result =
                run(
                        good + String.join("\n", bad) + "\n" + good,
                        "enqueue",
                        "--json",
                        "--priority",
                        "SECURITY",
                        "--destination",
                        "CRASH_EVENTS");
        assertThat(result.out().lines())
                .satisfiesExactly(
                        l -> assertThat(l).contains("\"status\":\"OK\""),
                        l -> assertThat(l).contains("line 2, column 13: data and data_base64"),
                        l -> assertThat(l).contains("line 3, column 24: data and data_base64"),
                        l -> assertThat(l).contains("line 4, column 14: key 'data' stands twice"),
                        l -> assertThat(l).contains("line 5, column 9: value of 'data' is no str"),
                        l -> assertThat(l).contains("line 6, column 16: key 'data_base64': not ba"),
                        l -> assertThat(l).contains("line 7, column 20: unknown key 'prio'; the "),
                        l -> assertThat(l).contains("line 8, column 27: key 'destination': Wrong"),
                        l -> assertThat(l).contains("line 9, column 14: something follows"),
                        l -> assertThat(l).contains("line 10, column 12: not JSON: "),
                        l -> assertThat(l).contains("line 11, column 9: key 'data': half a surr"),
                        l -> assertThat(l).contains("line 12: not a JSON object; each line"),
                        l -> assertThat(l).contains("line 13: not a JSON object; each line"),
                        l -> assertThat(l).contains("\"status\":\"OK\""));
        assertThat(spool.stored()).hasSize(2);
        assertThat(result.failure()).hasMessage("12 of 14 not stored");
    }

    @Test
    void tooLongLineIsRefusedAndTheNextOneTaken() {
        services.publish(Reporting.class, spool);
        Result result =
                run("x".repeat(Intake.LINE_LIMIT_BYTES + 10) + "\nshort\n", with("enqueue"));
        assertThat(result.out().lines())
                .satisfiesExactly(
                        l ->
                                assertThat(l)
                                        .startsWith("FAILED OUT_OF_RANGE:line 1: ")
                                        .contains("at most 1 MiB"),
                        l -> assertThat(l).startsWith("OK "));
    }

    @Test
    void callerWithoutAKeyWaitsAtMostItsDeadline() {
        services.publish(Reporting.class, new MemoryReporting().holding(true));
        Result result = run("", with("enqueue", "--data", "x", "--timeout", "1"));
        assertThat(result.out()).startsWith("FAILED DEADLINE_EXCEEDED:no receipt within 1 s");
        assertThat(result.failure().getMessage()).contains("encryption key");
        assertThat(result.failure().exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void usageErrorsAreNamed() {
        String priorities =
                "; one of IMMEDIATE, FAST_BATCH, SLOW_BATCH, BACKGROUND_BATCH, MANUAL_BATCH,"
                        + " SECURITY, MANUAL_BATCH_LACROS";
        assertUsage(
                "Wrong priority: FASTER" + priorities,
                "enqueue",
                "--data",
                "x",
                "--priority",
                "FASTER");
        assertUsage(
                "Wrong priority: UNDEFINED_PRIORITY" + priorities,
                "flush",
                "--priority",
                "UNDEFINED_PRIORITY");
        String help = "; see 'armature report enqueue --help'";
        assertUsage("missing --priority" + help, "enqueue", "--data", "x");
        assertUsage(
                "missing --destination" + help, "enqueue", "--data", "x", "--priority", "SECURITY");
        assertUsage("--timeout must be 1 to 86400 s, was 0", "list", "--timeout", "0");
    }

    @Test
    void flushNamesItsPriority() {
        services.publish(Reporting.class, spool);
        assertThat(run("", "flush").out()).isEqualTo("OK MANUAL_BATCH\n");
        assertThat(run("", "flush", "--priority", "SECURITY", "--json").out())
                .isEqualTo("{\"flushed\":\"SECURITY\"}\n");
        assertThat(spool.flushed()).containsExactly(Priority.MANUAL_BATCH, Priority.SECURITY);
    }

    @Test
    void listShowsQueuesAndTheTotal() {
        services.publish(Reporting.class, spool);
        assertThat(run("", "list").out()).isEqualTo("no queues\nunconfirmed 0\n");
        spool.with(
                        new QueueValue(
                                Priority.SECURITY,
                                "",
                                1,
                                3,
                                10,
                                262_144,
                                5_120,
                                Optional.of(5_000_000L),
                                Optional.empty()))
                .with(
                        new QueueValue(
                                Priority.FAST_BATCH,
                                "g",
                                1,
                                0,
                                2,
                                64,
                                0,
                                Optional.empty(),
                                Optional.of("torn")));
        assertThat(run("", "list").out())
                .containsPattern("UNCONFIRMED +USED BYTES +ON DISK +OLDEST")
                .containsPattern("SECURITY .* 7 +5120 +262144 +1970-01-01T00:00:05Z")
                .contains("torn")
                .endsWith("unconfirmed 9\n");
        assertThat(run("", "list", "--json").out())
                .isEqualTo(
                        "{\"queues\":[{\"priority\":\"SECURITY\",\"generation_guid\":\"\","
                                + "\"generation_id\":1,\"first_unconfirmed_id\":3,\"next_id\":10,"
                                + "\"unconfirmed\":7,\"bytes\":262144,\"used_bytes\":5120,"
                                + "\"oldest_timestamp_us\":5000000},"
                                + "{\"priority\":\"FAST_BATCH\",\"generation_guid\":\"g\","
                                + "\"generation_id\":1,\"first_unconfirmed_id\":0,\"next_id\":2,"
                                + "\"unconfirmed\":2,\"bytes\":64,\"used_bytes\":0,\"offline\":\"torn\"}],"
                                + "\"unconfirmed\":9}\n");
    }

    private static String[] with(String... arguments) {
        String[] all = new String[arguments.length + TARGET.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(TARGET, 0, all, arguments.length, TARGET.length);
        return all;
    }

    private void assertUsage(String message, String... arguments) {
        Result result = run("", arguments);
        assertThat(result.failure()).hasMessage(message);
        assertThat(result.code()).isEqualTo(2);
    }

    private Result run(String input, String... arguments) {
        return execute(new MemoryTerminal(input), arguments);
    }

    private Result execute(MemoryTerminal terminal, String... arguments) {
        AtomicReference<CommandFailure> failure = new AtomicReference<>();
        CommandLine line =
                new CommandLine(new ReportCommands(terminal, reporting, clock, () -> false));
        line.setExecutionExceptionHandler(
                (e, used, parsed) -> {
                    failure.set((CommandFailure) e);
                    return failure.get().exitCode().code();
                });
        int code = line.execute(arguments);
        terminal.out().flush();
        return new Result(code, terminal.printed(), failure.get());
    }
}
