package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final HandClock clock = new HandClock(Instant.EPOCH, Long.MAX_VALUE - 5_000_000_000L);
    private final HandSender sender = new HandSender();
    private int rooms;
    private Outbox outbox = outbox(20_000, 2, 1 << 20);

    private Outbox outbox(int maxPacketBytes, int inFlight, int inFlightBytes) {
        BridgeSettings settings =
                new BridgeSettings(
                        "tcp://127.0.0.1:1",
                        "d1",
                        "p",
                        60,
                        30,
                        inFlight,
                        inFlightBytes,
                        maxPacketBytes,
                        new BackOff(1, 1),
                        new BackOff(3_000, 600_000));
        return outbox(settings);
    }

    private Outbox outbox(BridgeSettings settings) {
        return new Outbox(
                settings,
                clock,
                new Envelopes(bytes -> {}),
                sender,
                Optional.empty(),
                Runnable::run,
                () -> rooms++);
    }

    private CompletableFuture<UploadEncryptedRecordResponse> offer(UploadEncryptedRecordRequest b) {
        CompletableFuture<UploadEncryptedRecordResponse> answer = new CompletableFuture<>();
        outbox.offer(b, answer);
        return answer;
    }

    private static UploadEncryptedRecordResponse now(
            CompletableFuture<UploadEncryptedRecordResponse> answer) {
        assertThat(answer).isCompleted();
        return answer.join();
    }

    private static List<Long> ids(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static StatusCode codeOf(CompletableFuture<?> failed) {
        return failed.handle(
                        (value, error) -> {
                            Throwable cause =
                                    error instanceof CompletionException ? error.getCause() : error;
                            return ((ReportingException) cause).code();
                        })
                .join();
    }

    @Test
    void answerComesWithTheLastAcknowledgementAndNamesTheIdsAsCached() {
        var answer = offer(Samples.batch(0, 49, 600));
        assertThat(sender.sent).hasSize(2);
        assertThat(sender.sent.get(0).getBatchId().size()).isEqualTo(16);
        sender.acknowledge();
        assertThat(answer).isNotDone();
        sender.acknowledge();
        assertThat(answer.join().getStatus().getCode()).isZero();
        assertThat(answer.join().getCachedEventsSeqIdsList()).isEqualTo(ids(0, 49));
    }

    @Test
    void acknowledgedButUnconfirmedIdsGoAgainAfterAGrowingWait() {
        long wait = 3_000;
        for (int attempt = 1; attempt <= 12; attempt++) {
            var answer = offer(Samples.batch(0, 1, 10));
            assertThat(sender.sent).as("attempt %d", attempt).hasSize(attempt);
            sender.acknowledge();
            assertThat(answer.join().getCachedEventsSeqIdsList()).containsExactly(0L, 1L);
            clock.advance(Duration.ofMillis(wait - 1));
            assertThat(offer(Samples.batch(0, 1, 10)).join().getCachedEventsSeqIdsList())
                    .as("not yet published again, attempt %d", attempt)
                    .containsExactly(0L, 1L);
            assertThat(sender.sent).hasSize(attempt);
            clock.advance(Duration.ofMillis(1));
            wait = Math.min(wait * 2, 600_000);
        }
    }

    @Test
    void idsOnTheirWayAreNotOfferedAgainHoweverLongThatTakes() {
        outbox = outbox(20_000, 1, 1 << 20);
        var first = offer(Samples.batch(0, 49, 600));
        assertThat(sender.sent).as("the other packet waits").hasSize(1);
        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.ofSeconds(33));
            assertThat(now(offer(Samples.batch(0, 49, 600))).getCachedEventsSeqIdsList())
                    .isEqualTo(ids(0, 49));
        }
        assertThat(sender.open).hasSize(1);
        sender.acknowledge();
        var second = offer(Samples.batch(0, 50, 600));
        assertThat(sender.sent).hasSize(2);
        sender.acknowledge();
        assertThat(now(first).getCachedEventsSeqIdsList()).isEqualTo(ids(0, 50));
        assertThat(sender.lastIds()).containsExactly(50L);
        sender.acknowledge();
        assertThat(second).isCompleted();
        assertThat(sender.sent).hasSize(3);
    }

    @Test
    void waitBeginsAtTheAcknowledgement() {
        offer(Samples.batch(0, 9, 10));
        clock.advance(Duration.ofSeconds(33));
        sender.acknowledge();
        clock.advance(Duration.ofMillis(2_999));
        assertThat(offer(Samples.batch(0, 9, 10))).isCompleted();
        clock.advance(Duration.ofMillis(1));
        assertThat(offer(Samples.batch(0, 9, 10))).isNotDone();
        assertThat(sender.sent).hasSize(2);
    }

    @Test
    void confirmationThatOvertakesTheAcknowledgementLeavesNothingBehind() {
        offer(Samples.batch(0, 9, 10));
        outbox.confirmed(Samples.confirmation(6));
        sender.acknowledge();
        assertThat(now(offer(Samples.batch(7, 9, 10))).getCachedEventsSeqIdsList())
                .isEqualTo(ids(7, 9));
    }

    @Test
    void whatIsHandedBackMayGoAtOnceAlsoIfItNeverLeft() {
        outbox = outbox(20_000, 1, 1 << 20);
        offer(Samples.batch(0, 49, 600));
        outbox.abandon("cut", Link.Cause.OURS);
        sender.open.clear();
        sender.sent.clear();
        offer(Samples.batch(0, 49, 600));
        sender.acknowledge();
        assertThat(
                        sender.sent.stream()
                                .mapToInt(one -> one.getRequest().getEncryptedRecordCount())
                                .sum())
                .as("both packets")
                .isEqualTo(50);
    }

    @Test
    void onlyConfirmationLiftsTheWait() {
        offer(Samples.batch(0, 9, 10));
        sender.acknowledge();
        outbox.confirmed(Samples.confirmation(4));
        var answer = offer(Samples.batch(0, 9, 10));
        assertThat(sender.lastIds()).isEqualTo(ids(0, 4));
        sender.acknowledge();
        assertThat(answer.join().getCachedEventsSeqIdsList()).isEqualTo(ids(0, 9));
        outbox.confirmed(
                ConfirmRecordUploadRequest.newBuilder()
                        .setSequenceInformation(Samples.sequence(0))
                        .setForceConfirm(true)
                        .build());
        offer(Samples.batch(0, 9, 10));
        assertThat(sender.lastIds()).isEqualTo(ids(0, 9));
    }

    @Test
    void permitsLimitPacketsAndBytesInFlight() {
        var answer = offer(Samples.batch(0, 99, 900));
        assertThat(sender.sent).as("packets").hasSize(2);
        sender.acknowledge();
        assertThat(sender.sent).hasSize(3);
        while (!sender.open.isEmpty()) {
            assertThat(sender.open).hasSizeLessThanOrEqualTo(2);
            sender.acknowledge();
        }
        assertThat(answer).isCompleted();
        assertThat(outbox.isAwaiting()).isFalse();

        outbox = outbox(20_000, 100, 30_000);
        sender.sent.clear();
        offer(Samples.batch(0, 99, 900));
        assertThat(sender.sent).as("bytes").hasSize(1);
    }

    @Test
    void lostConnectionHandsEverythingBackAndTheIdsMayGoAtOnce() {
        var first = offer(Samples.batch(0, 99, 900));
        var second = offer(Samples.batch(100, 101, 10));
        List<Outbox.Sender.Listener> late = List.copyOf(sender.open);
        outbox.abandon("cut", Link.Cause.THEIRS);
        assertThat(codeOf(first)).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(codeOf(second)).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(outbox.isAwaiting()).isFalse();
        sender.open.clear();
        sender.sent.clear();
        late.forEach(Outbox.Sender.Listener::acknowledged);
        outbox.connected(Limits.NONE);
        offer(Samples.batch(0, 1, 10));
        assertThat(sender.lastIds()).containsExactly(0L, 1L);
    }

    @Test
    void newConnectionShortensTheWaitOfWhatWasAcknowledged() {
        for (int i = 0; i < 6; i++) {
            offer(Samples.batch(0, 0, 10));
            sender.acknowledge();
            clock.advance(Duration.ofMinutes(10));
        }
        offer(Samples.batch(0, 0, 10));
        sender.acknowledge();
        int before = sender.sent.size();
        outbox.connected(Limits.NONE);
        clock.advance(Duration.ofSeconds(3));
        offer(Samples.batch(0, 0, 10));
        assertThat(sender.sent).hasSize(before + 1);
    }

    @Test
    void withoutConnectionTheBatchFailsAndNothingIsRemembered() {
        sender.connected = false;
        assertThat(codeOf(offer(Samples.batch(0, 99, 900)))).isEqualTo(StatusCode.UNAVAILABLE);
        sender.connected = true;
        offer(Samples.batch(0, 0, 10));
        assertThat(sender.lastIds()).containsExactly(0L);
    }

    @Test
    void oversizedRecordIsShownAndNotTriedBeforeTheLongestWait() {
        EncryptedRecord huge = Samples.record(1, 30_000);
        UploadEncryptedRecordRequest batch =
                Samples.batch(0, 0, 10).toBuilder().addEncryptedRecord(huge).build();
        var answer = offer(batch);
        sender.acknowledge();
        assertThat(answer.join().getCachedEventsSeqIdsList()).containsExactly(0L, 1L);
        assertThat(outbox.faults())
                .singleElement()
                .satisfies(
                        fault -> {
                            assertThat(fault.subject()).endsWith("/1");
                            assertThat(fault.reason()).contains("max_packet_bytes");
                        });
        clock.advance(Duration.ofMillis(599_999));
        assertThat(offer(batch)).isNotDone();
        assertThat(sender.lastIds()).containsExactly(0L);
        sender.acknowledge();
        outbox.confirmed(Samples.confirmation(1));
        assertThat(outbox.faults()).isEmpty();
    }

    @Test
    void whatTheServerAsksForIsHandedOnOnce() {
        var before = offer(Samples.batch(0, 0, 10));
        outbox.replied(
                UploadEncryptedRecordResponse.newBuilder()
                        .setDisable(true)
                        .setHealthDataLoggingEnabled(true)
                        .build());
        sender.acknowledge();
        assertThat(before.join().getDisable()).isTrue();
        assertThat(before.join().getHealthDataLoggingEnabled()).isTrue();
        var after = offer(Samples.batch(1, 1, 10));
        sender.acknowledge();
        assertThat(after.join().getDisable()).isFalse();
        assertThat(after.join().hasHealthDataLoggingEnabled()).isFalse();
    }

    private void wish(boolean health) {
        outbox.replied(
                UploadEncryptedRecordResponse.newBuilder()
                        .setDisable(true)
                        .setHealthDataLoggingEnabled(health)
                        .build());
    }

    @Test
    void whatTheServerAsksForIsKeptUntilAnAnswerThatTheSpoolStillAwaited() {
        var late = offer(Samples.batch(0, 0, 10));
        wish(true);
        wish(false);
        clock.advance(Duration.ofSeconds(31));
        sender.acknowledge();
        assertThat(now(late).getDisable()).isTrue();
        var next = offer(Samples.batch(0, 0, 10));
        assertThat(now(next).getDisable()).as("an answer at once, since the id waits").isTrue();
        assertThat(now(next).hasHealthDataLoggingEnabled()).isTrue();
        assertThat(now(next).getHealthDataLoggingEnabled()).as("the last word").isFalse();
        assertThat(now(offer(Samples.batch(0, 0, 10))).getDisable()).isFalse();
    }

    @Test
    void failedBatchesTellTheSpoolWhatTheServerAsksFor() {
        var lost = offer(Samples.batch(0, 0, 10));
        wish(true);
        outbox.abandon("the bridge is stopping", Link.Cause.OURS);
        assertThat(now(lost).getStatus().getCode()).isEqualTo(StatusCode.UNAVAILABLE.number());
        assertThat(now(lost).getDisable()).isTrue();
        assertThat(now(lost).getHealthDataLoggingEnabled()).isTrue();
        assertThat(now(lost).getCachedEventsSeqIdsList()).isEmpty();
    }

    @Test
    void tooManyWaitingBatchesAreRefusedWithARetryableCode() {
        for (int i = 0; i < 32; i++) {
            assertThat(offer(Samples.batch(i, i, 10))).isNotDone();
        }
        assertThat(codeOf(offer(Samples.batch(32, 32, 10))))
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        while (!sender.open.isEmpty()) {
            sender.acknowledge();
        }
        assertThat(offer(Samples.batch(33, 33, 10))).isNotDone();
    }

    @Test
    void keyRequestGoesOutWithoutRecords() {
        var answer =
                offer(
                        UploadEncryptedRecordRequest.newBuilder()
                                .setNeedEncryptionKeys(true)
                                .build());
        assertThat(sender.sent.get(0).getRequest().getNeedEncryptionKeys()).isTrue();
        sender.acknowledge();
        assertThat(answer.join().getStatus().getCode()).isZero();
    }
}
