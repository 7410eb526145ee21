package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.mqtt.api.Connection.Failure;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packets and budgets that are smaller than what there is to send. */
class OutboxLimitsTest {

    private static final int LIMIT = 64 << 10;

    @TempDir Path folder;
    private final HandClock clock = new HandClock();
    private final HandSender sender = new HandSender();
    private int rooms;
    private Outbox outbox;

    private void make(long budget) {
        BackOff resend = new BackOff(3_000, 600_000);
        BridgeSettings settings =
                new BridgeSettings(
                        "tcp://127.0.0.1:1",
                        "d1",
                        "p",
                        60,
                        30,
                        100,
                        1 << 20,
                        LIMIT,
                        resend,
                        resend,
                        "3.1.1",
                        Duration.ZERO,
                        budget,
                        BridgeSettings.BUDGET_PERCENTS,
                        Optional.empty());
        outbox =
                new Outbox(
                        settings,
                        clock,
                        new Envelopes(bytes -> {}),
                        sender,
                        Optional.of(new SetAside(folder.resolve("set-aside"), new PlainFiles())),
                        Runnable::run,
                        () -> rooms++);
        outbox.connected(Limits.NONE);
    }

    private CompletableFuture<UploadEncryptedRecordResponse> offer(UploadEncryptedRecordRequest b) {
        CompletableFuture<UploadEncryptedRecordResponse> answer = new CompletableFuture<>();
        outbox.offer(b, answer);
        return answer;
    }

    private static UploadEncryptedRecordRequest of(Priority priority, long id, int bytes) {
        EncryptedRecord record = Samples.record(id, bytes);
        return UploadEncryptedRecordRequest.newBuilder()
                .addEncryptedRecord(
                        record.toBuilder()
                                .setSequenceInformation(
                                        record.getSequenceInformation().toBuilder()
                                                .setPriority(priority)))
                .build();
    }

    private static UploadEncryptedRecordRequest batch(Priority priority, int records, int bytes) {
        UploadEncryptedRecordRequest.Builder all = UploadEncryptedRecordRequest.newBuilder();
        for (int id = 0; id < records; id++) {
            all.addEncryptedRecord(of(priority, id, bytes).getEncryptedRecord(0));
        }
        return all.build();
    }

    private void breakConnection() {
        sender.open.clear();
        sender.sent.clear();
        outbox.abandon("connection closed", Link.Cause.THEIRS);
        outbox.connected(Limits.NONE);
    }

    private int largestSent() {
        return sender.sent.stream()
                .mapToInt(one -> one.getRequest().getSerializedSize())
                .max()
                .orElse(0);
    }

    private void acknowledgeAll() {
        while (!sender.open.isEmpty()) {
            sender.acknowledge();
        }
    }

    @Test
    void connectionsThatBreakTeachTheBrokersLimit() {
        make(0);
        offer(Samples.batch(0, 99, 600));
        assertThat(largestSent()).isGreaterThan(50_000);
        breakConnection();
        offer(Samples.batch(0, 99, 600));
        assertThat(largestSent()).as("once is no proof").isGreaterThan(50_000);
        breakConnection();
        offer(Samples.batch(0, 99, 600));
        assertThat(largestSent()).isBetween(20_000, 32_000);
        assertThat(outbox.faults())
                .singleElement()
                .satisfies(one -> assertThat(one.reason()).contains("connections broke"));
        breakConnection();
        offer(Samples.batch(0, 99, 600));
        assertThat(largestSent()).isBetween(10_000, 16_000);
        acknowledgeAll();
        clock.advance(PacketLimit.FORGET);
        sender.sent.clear();
        offer(Samples.batch(100, 199, 600));
        assertThat(largestSent()).as("tried anew after an hour").isGreaterThan(50_000);
        breakConnection();
        offer(Samples.batch(100, 199, 600));
        assertThat(largestSent()).as("once is no proof, then as before").isGreaterThan(50_000);
    }

    @Test
    void connectionThatWeEndTeachesNothing() {
        make(0);
        for (int i = 0; i < 5; i++) {
            sender.sent.clear();
            offer(Samples.batch(0, 99, 600));
            assertThat(largestSent()).isGreaterThan(50_000);
            outbox.abandon("certificates were renewed", Link.Cause.OURS);
        }
    }

    @Test
    void limitThatTheBrokerStatesIsKept() {
        make(0);
        outbox.connected(new Limits(10, 8_192));
        offer(Samples.batch(0, 99, 600));
        assertThat(largestSent()).isBetween(6_000, 8_192);
    }

    @Test
    void recordThatBreaksTheConnectionAloneIsSetAsideAndBlocksNobody() throws Exception {
        make(0);
        UploadEncryptedRecordRequest batch =
                Samples.batch(0, 0, 100).toBuilder()
                        .addEncryptedRecord(Samples.record(1, 40_000))
                        .addEncryptedRecord(Samples.record(2, 100))
                        .build();
        int breaks = 0;
        while (breaks < 20) {
            offer(batch);
            boolean large = false;
            while (!sender.open.isEmpty() && !large) {
                large =
                        sender.sent
                                        .get(sender.sent.size() - sender.open.size())
                                        .getRequest()
                                        .getSerializedSize()
                                > 30_000;
                if (!large) {
                    sender.acknowledge();
                }
            }
            if (!large) {
                break;
            }
            breaks++;
            breakConnection();
            clock.advance(Duration.ofMinutes(10));
        }
        assertThat(breaks).as("broken connections").isBetween(5, 10);
        List<EncryptedRecord> gaps =
                sender.sent.stream()
                        .flatMap(one -> one.getRequest().getEncryptedRecordList().stream())
                        .filter(one -> !one.hasEncryptedWrappedRecord())
                        .toList();
        assertThat(gaps)
                .allSatisfy(
                        one ->
                                assertThat(one.getSequenceInformation())
                                        .isEqualTo(Samples.sequence(1)))
                .isNotEmpty();
        assertThat(kept(1)).isEqualTo(Samples.record(1, 40_000));
        assertThat(outbox.faults())
                .anySatisfy(one -> assertThat(one.reason()).contains("are kept in"));
    }

    private EncryptedRecord kept(long id) throws Exception {
        Path file =
                folder.resolve("set-aside")
                        .resolve(
                                Priority.FAST_BATCH.getNumber()
                                        + "-"
                                        + Samples.GUID
                                        + "-"
                                        + Samples.GENERATION
                                        + "-"
                                        + id
                                        + ".record");
        return EncryptedRecord.parseFrom(Files.readAllBytes(file));
    }

    @Test
    void recordAboveTheLimitIsKeptBeforeItsGapGoesOut() throws Exception {
        make(0);
        UploadEncryptedRecordRequest batch =
                Samples.batch(0, 0, 100).toBuilder()
                        .addEncryptedRecord(Samples.record(1, LIMIT))
                        .addEncryptedRecord(Samples.record(2, 100))
                        .build();
        var answer = offer(batch);
        assertThat(kept(1)).isEqualTo(Samples.record(1, LIMIT));
        assertThat(sender.lastIds()).containsExactly(0L, 1L, 2L);
        acknowledgeAll();
        assertThat(answer).isCompleted();
        make(0);
        offer(batch);
        assertThat(sender.lastIds()).as("after a restart").containsExactly(0L, 1L, 2L);
        try (var files = Files.list(folder.resolve("set-aside"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void folderThatWasFullTakesRecordsOnceFilesAreRemoved() throws Exception {
        Path full = Files.createDirectories(folder.resolve("set-aside"));
        for (int i = 0; i < 1_000; i++) {
            Files.createFile(full.resolve(i + ".record"));
        }
        make(0);
        offer(Samples.batch(1, 1, LIMIT));
        assertThat(sender.sent).isEmpty();
        for (int i = 0; i < 1_000; i++) {
            Files.delete(full.resolve(i + ".record"));
        }
        clock.advance(Duration.ofMinutes(10));
        offer(Samples.batch(1, 1, LIMIT));
        assertThat(sender.lastIds()).containsExactly(1L);
        assertThat(kept(1)).isEqualTo(Samples.record(1, LIMIT));
        Files.delete(full.resolve(full.toFile().list()[0]));
        assertThat(outbox.faults()).noneMatch(one -> one.reason().contains("are kept in"));
    }

    @Test
    void recordThatCannotBeKeptIsNoGap() throws Exception {
        Files.writeString(folder.resolve("set-aside"), "no directory");
        make(0);
        offer(
                Samples.batch(0, 0, 100).toBuilder()
                        .addEncryptedRecord(Samples.record(1, LIMIT))
                        .build());
        assertThat(sender.lastIds()).containsExactly(0L);
        assertThat(outbox.faults())
                .singleElement()
                .satisfies(one -> assertThat(one.reason()).contains("fit into no packet"));
    }

    @Test
    void whatTheBrokerCallsTooLargeIsCutOrSetAside() throws Exception {
        make(0);
        var answer = offer(Samples.batch(0, 9, 5_000));
        sender.open.remove(0).failed(Failure.TOO_LARGE, "too large");
        assertThat(codeOf(answer)).isEqualTo(StatusCode.UNAVAILABLE);
        sender.sent.clear();
        offer(Samples.batch(0, 9, 5_000));
        assertThat(largestSent()).isLessThan(26_000);
        acknowledgeAll();
        offer(Samples.batch(10, 10, 5_000));
        sender.open.remove(0).failed(Failure.TOO_LARGE, "too large");
        offer(Samples.batch(10, 10, 5_000));
        assertThat(kept(10)).isEqualTo(Samples.record(10, 5_000));
    }

    @Test
    void refusalIsShownUntilSomethingGetsThrough() {
        make(0);
        var answer = offer(Samples.batch(0, 0, 100));
        sender.open.remove(0).failed(Failure.REFUSED, "the broker says that a quota is used up");
        assertThat(codeOf(answer)).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(outbox.faults())
                .singleElement()
                .satisfies(one -> assertThat(one.reason()).contains("quota"));
        offer(Samples.batch(0, 0, 100));
        acknowledgeAll();
        assertThat(outbox.faults()).isEmpty();
    }

    @Test
    void recordsThatAreNeverConfirmedGoInSmallerPacketsAndAreShown() {
        make(0);
        int size = Integer.MAX_VALUE;
        for (int attempt = 1; attempt <= 8; attempt++) {
            sender.sent.clear();
            offer(Samples.batch(0, 99, 600));
            acknowledgeAll();
            if (attempt > 3) {
                assertThat(largestSent()).as("attempt %d", attempt).isLessThanOrEqualTo(size);
            }
            size = largestSent();
            clock.advance(Duration.ofMinutes(10));
        }
        assertThat(size).isLessThan(5_000);
        assertThat(outbox.faults())
                .singleElement()
                .satisfies(one -> assertThat(one.reason()).contains("8 times and never confirmed"));
        outbox.confirmed(Samples.confirmation(99));
        assertThat(outbox.faults()).isEmpty();
    }

    @Test
    void importantRecordsOvertakeWhatWaits() {
        make(0);
        for (int i = 0; i < 30; i++) {
            offer(of(Priority.BACKGROUND_BATCH, i, 50_000));
        }
        offer(of(Priority.SECURITY, 0, 60_000));
        int before = sender.sent.size();
        sender.acknowledge();
        sender.acknowledge();
        assertThat(
                        sender.sent
                                .get(before)
                                .getRequest()
                                .getEncryptedRecord(0)
                                .getSequenceInformation()
                                .getPriority())
                .isEqualTo(Priority.SECURITY);
    }

    @Test
    void whatWaitsIsBoundedInBytesAndImportantRecordsFindRoom() {
        make(0);
        offer(Samples.batch(0, 19, 50_000));
        int inFlight = sender.open.size();
        List<CompletableFuture<UploadEncryptedRecordResponse>> waiting = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            waiting.add(offer(Samples.batch(i * 20L, i * 20L + 19, 50_000)));
        }
        assertThat(waiting).allSatisfy(one -> assertThat(one).isNotDone());
        assertThat(codeOf(offer(Samples.batch(100, 119, 50_000))))
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(codeOf(offer(batch(Priority.BACKGROUND_BATCH, 20, 50_000))))
                .as("less important ones push nobody out")
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        var security = offer(batch(Priority.SECURITY, 20, 50_000));
        assertThat(waiting)
                .allSatisfy(
                        one -> assertThat(codeOf(one)).isEqualTo(StatusCode.RESOURCE_EXHAUSTED));
        assertThat(sender.open).hasSize(inFlight);
        acknowledgeAll();
        assertThat(security).isCompleted();
        sender.sent.clear();
        offer(Samples.batch(20, 39, 50_000));
        assertThat(sender.sent).as("what was pushed out may go at once").hasSize(20);
    }

    @Test
    void batchThatWouldWaitAloneIsTakenWhateverItsSize() {
        make(0);
        var huge = offer(Samples.batch(0, 199, 50_000));
        assertThat(huge).isNotDone();
        acknowledgeAll();
        assertThat(huge).isCompleted();
    }

    @Test
    void budgetLeavesTheRestInTheSpoolAndTellsWhenThereIsRoom() {
        make(100_000);
        var background = offer(of(Priority.BACKGROUND_BATCH, 0, 9_000));
        acknowledgeAll();
        assertThat(background).isCompleted();
        assertThat(codeOf(offer(of(Priority.BACKGROUND_BATCH, 1, 9_000))))
                .as("10 %% are for it and those behind it")
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(outbox.faults())
                .singleElement()
                .satisfies(
                        one -> assertThat(one.reason()).contains("used up for BACKGROUND_BATCH"));
        var security = offer(of(Priority.SECURITY, 0, 60_000));
        acknowledgeAll();
        assertThat(security).as("borrows from those below").isCompleted();
        clock.advance(Duration.ofMinutes(59));
        assertThat(rooms).isZero();
        clock.advance(Duration.ofMinutes(3));
        assertThat(rooms).isEqualTo(1);
        assertThat(outbox.faults()).isEmpty();
        offer(of(Priority.BACKGROUND_BATCH, 1, 9_000));
        assertThat(sender.open).hasSize(1);
    }

    private static StatusCode codeOf(CompletableFuture<?> failed) {
        assertThat(failed).isCompletedExceptionally();
        return failed.handle((value, error) -> ((ReportingException) error).code()).join();
    }
}
