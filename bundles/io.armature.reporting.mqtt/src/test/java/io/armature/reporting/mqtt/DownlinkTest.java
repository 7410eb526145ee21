package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleException;

class DownlinkTest {

    private static final Topics TOPICS = Topics.of("d1");

    private final HandClock clock = new HandClock(Instant.EPOCH, Long.MAX_VALUE - 5_000_000_000L);
    private final List<ConfirmRecordUploadRequest> confirmed = new ArrayList<>();
    private final List<UploadEncryptedRecordResponse> replies = new ArrayList<>();
    private final List<byte[]> configured = new ArrayList<>();
    private final MemoryReporting spool = Samples.spool();

    @TempDir Path storage;
    private ReplacedSpool device;
    private Downlink downlink;

    @BeforeEach
    void start() throws BundleException {
        device = new ReplacedSpool(storage, clock);
        downlink =
                new Downlink(
                        TOPICS,
                        device.ways(),
                        clock,
                        Runnable::run,
                        new Downlink.Listener() {
                            @Override
                            public void confirmed(ConfirmRecordUploadRequest confirmation) {
                                confirmed.add(confirmation);
                            }

                            @Override
                            public void replied(UploadEncryptedRecordResponse reply) {
                                replies.add(reply);
                            }

                            @Override
                            public void configured(byte[] payload) {
                                configured.add(payload);
                            }
                        });
    }

    @AfterEach
    void stop() throws Exception {
        device.close();
    }

    private void confirm(ConfirmRecordUploadRequest request) {
        downlink.receive(TOPICS.confirm(), request.toByteArray());
    }

    private static SignedEncryptionInfo key() {
        return SignedEncryptionInfo.newBuilder()
                .setPublicAsymmetricKey(ByteString.copyFrom(new byte[32]))
                .setSignature(ByteString.copyFrom(new byte[64]))
                .setPublicKeyId(1)
                .build();
    }

    @Test
    void messagesReachTheSpoolInOrder() {
        device.publish(spool);
        confirm(Samples.confirmation(1));
        confirm(Samples.confirmation(2));
        downlink.receive(TOPICS.key(), key().toByteArray());
        assertThat(spool.confirmed())
                .containsExactly(Samples.confirmation(1), Samples.confirmation(2));
        assertThat(confirmed).hasSize(2);
        assertThat(spool.keys()).containsExactly(key());
    }

    @Test
    void repliesReachTheOutbox() {
        UploadEncryptedRecordResponse reply =
                UploadEncryptedRecordResponse.newBuilder()
                        .setStatus(StatusProto.newBuilder().setCode(0))
                        .setDisable(true)
                        .build();
        downlink.receive(
                TOPICS.reply(),
                ReplyEnvelope.newBuilder().setResponse(reply).build().toByteArray());
        assertThat(replies).containsExactly(reply);
    }

    @Test
    void configurationsAreHandedOnAsTheyCame() {
        byte[] anything = {1, 2, 3};
        downlink.receive(TOPICS.configuration(), anything);
        downlink.receive(Topics.of("d2").configuration(), anything);
        assertThat(configured).containsExactly(anything);
    }

    @Test
    void messagesWaitForASpoolThatIsBeingReplacedButNotForEver() {
        confirm(Samples.confirmation(1));
        clock.advance(Duration.ofSeconds(9));
        confirm(Samples.confirmation(2));
        device.publish(spool);
        assertThat(spool.confirmed()).hasSize(2);
        device.withdraw();
        confirm(Samples.confirmation(3));
        clock.advance(SpoolStandIns.CONFIRMATIONS_WAIT.plusSeconds(1));
        device.publish(spool);
        assertThat(spool.confirmed()).hasSize(2);
    }

    @Test
    void keysWaitLongerAndApartFromConfirmations() {
        for (int i = 0; i < SpoolStandIns.CONFIRMATIONS + 5; i++) {
            confirm(Samples.confirmation(i));
        }
        downlink.receive(TOPICS.key(), key().toByteArray());
        clock.advance(SpoolStandIns.KEYS_WAIT.minusSeconds(1));
        downlink.receive(TOPICS.key(), key().toByteArray());
        device.publish(spool);
        assertThat(spool.keys()).containsExactly(key(), key());
        assertThat(spool.confirmed()).isEmpty();
    }

    @Test
    void spoolThatIsClosingLeavesTheMessageToItsSuccessor() {
        ClosingSpool closing = new ClosingSpool();
        device.publish(closing.reporting());
        confirm(Samples.confirmation(1));
        downlink.receive(TOPICS.key(), key().toByteArray());
        device.withdraw();
        device.publish(spool);
        assertThat(spool.confirmed()).as("while the other has them").isEmpty();
        closing.handBack();
        assertThat(spool.confirmed()).containsExactly(Samples.confirmation(1));
        assertThat(spool.keys()).containsExactly(key());
    }

    @Test
    void refusedMessageIsNotRepeated() {
        MemoryReporting strict = Samples.spool().failing(StatusCode.NOT_FOUND);
        device.publish(strict);
        confirm(Samples.confirmation(1));
        device.withdraw();
        device.publish(spool);
        assertThat(spool.confirmed()).isEmpty();
    }

    @Test
    void heldMessagesAreBounded() {
        for (int i = 0; i < SpoolStandIns.CONFIRMATIONS + 5; i++) {
            confirm(Samples.confirmation(i));
        }
        for (int i = 0; i < SpoolStandIns.KEYS + 5; i++) {
            downlink.receive(TOPICS.key(), key().toByteArray());
        }
        device.publish(spool);
        assertThat(spool.confirmed()).hasSize(SpoolStandIns.CONFIRMATIONS);
        assertThat(spool.confirmed().peek()).isEqualTo(Samples.confirmation(0));
        assertThat(spool.keys()).hasSize(SpoolStandIns.KEYS);
    }

    @Test
    void hostilePayloadsChangeNothing() {
        device.publish(spool);
        SequenceInformation good = Samples.sequence(1);
        List<byte[]> bad = new ArrayList<>();
        bad.add(new byte[0]);
        bad.add(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff});
        bad.add(new byte[] {0x0a, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f});
        bad.add(new byte[Downlink.MAX_SMALL_BYTES + 1]);
        for (SequenceInformation.Builder one :
                List.of(
                        good.toBuilder().setSequencingId(-1),
                        good.toBuilder().setSequencingId(Long.MIN_VALUE),
                        good.toBuilder().clearPriority(),
                        good.toBuilder().setGenerationId(0),
                        good.toBuilder().setGenerationGuid("x".repeat(65)))) {
            bad.add(
                    ConfirmRecordUploadRequest.newBuilder()
                            .setSequenceInformation(one)
                            .build()
                            .toByteArray());
        }
        for (byte[] payload : bad) {
            downlink.receive(TOPICS.confirm(), payload);
            downlink.receive(TOPICS.key(), payload);
            downlink.receive(TOPICS.reply(), payload);
            downlink.receive("armature/v1/d2/down/confirm", payload);
        }
        assertThat(confirmed).isEmpty();
        assertThat(spool.confirmed()).isEmpty();
        assertThat(spool.keys()).isEmpty();
        assertThat(replies).isEmpty();
        int kinds = bad.size();
        assertThat(counted())
                .as("each of them once")
                .containsEntry("UNEXPECTED_TOPIC", (long) kinds)
                .containsEntry("TOO_LONG", 2L)
                .satisfies(
                        counts ->
                                assertThat(
                                                counts.values().stream()
                                                        .mapToLong(Long::longValue)
                                                        .sum())
                                        .isEqualTo(4L * kinds));
        assertThat(counted().keySet())
                .containsExactlyInAnyOrder(
                        "UNEXPECTED_TOPIC", "TOO_LONG", "MALFORMED", "OUT_OF_RANGE");
    }

    /** The spool's counts of messages, by reason. */
    private Map<String, Long> counted() {
        return spool.metrics().toCompletableFuture().join().stream()
                .filter(one -> one.name().equals("Platform.Missive.DroppedMessage"))
                .collect(Collectors.toMap(Metric::sample, Metric::value));
    }

    @Test
    void whatIsDroppedIsAFaultWhileItIsNews() {
        device.publish(spool);
        downlink.receive(TOPICS.confirm(), new byte[] {(byte) 0xff});
        downlink.receive(TOPICS.key(), new byte[Downlink.MAX_SMALL_BYTES + 1]);
        downlink.tooFast(7);
        assertThat(downlink.faults())
                .singleElement()
                .satisfies(
                        fault ->
                                assertThat(fault.reason())
                                        .contains("{TOO_LONG=1, MALFORMED=1, TOO_FAST=7}"));
        clock.advance(Drops.NEWS.minusNanos(1));
        assertThat(downlink.faults()).hasSize(1);
        clock.advance(Duration.ofNanos(1));
        assertThat(downlink.faults()).isEmpty();
        downlink.receive("armature/v1/d2/down/key", new byte[0]);
        assertThat(downlink.faults())
                .singleElement()
                .satisfies(
                        fault ->
                                assertThat(fault.reason())
                                        .contains("UNEXPECTED_TOPIC=1")
                                        .contains("TOO_FAST=7"));
        assertThat(counted()).containsEntry("TOO_FAST", 7L);
    }

    @Test
    void whatTheSpoolRefusesIsCountedByItsCodeAndIsNoFault() {
        device.publish(Samples.spool().failing(StatusCode.NOT_FOUND));
        confirm(Samples.confirmation(1));
        device.withdraw();
        device.publish(Samples.spool().failing(StatusCode.FAILED_PRECONDITION));
        confirm(Samples.confirmation(1));
        device.withdraw();
        device.publish(Samples.spool().failing(StatusCode.INVALID_ARGUMENT));
        downlink.receive(TOPICS.key(), key().toByteArray());
        device.withdraw();
        confirm(Samples.confirmation(2));
        clock.advance(SpoolStandIns.CONFIRMATIONS_WAIT.plusSeconds(1));
        assertThat(downlink.faults()).isEmpty();
        downlink.tooFast(1);
        assertThat(downlink.faults())
                .singleElement()
                .satisfies(
                        fault ->
                                assertThat(fault.reason())
                                        .contains(
                                                "{TOO_FAST=1, REFUSED_INVALID_ARGUMENT=1,"
                                                        + " REFUSED_NOT_FOUND=1,"
                                                        + " REFUSED_FAILED_PRECONDITION=1,"
                                                        + " NOT_TAKEN=1}"));
    }

    @Test
    void countsTakeOneOfTheWaitingCallsOnly() {
        for (int i = 0; i < 5_000; i++) {
            downlink.receive(TOPICS.confirm(), new byte[] {(byte) 0xff});
        }
        for (int i = 0; i < SpoolStandIns.CONFIRMATIONS - 1; i++) {
            confirm(Samples.confirmation(i));
        }
        device.publish(spool);
        assertThat(spool.confirmed()).hasSize(SpoolStandIns.CONFIRMATIONS - 1);
        assertThat(counted()).isEqualTo(Map.of("MALFORMED", 5_000L));
    }

    @Test
    void randomBytesNeverGetOut() {
        device.publish(spool);
        Random random = new Random(7);
        byte[] valid = Samples.confirmation(1).toByteArray();
        for (int i = 0; i < 20_000; i++) {
            byte[] payload = random.nextBoolean() ? valid.clone() : new byte[random.nextInt(64)];
            if (payload.length == valid.length) {
                payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
            } else {
                random.nextBytes(payload);
            }
            downlink.receive(TOPICS.confirm(), payload);
            downlink.receive(TOPICS.key(), payload);
            downlink.receive(TOPICS.reply(), payload);
        }
        assertThat(spool.confirmed())
                .allSatisfy(
                        one ->
                                assertThat(one.getSequenceInformation().getSequencingId())
                                        .isNotNegative());
    }

    /** Takes what comes and says at last that it did nothing of it. */
    private static final class ClosingSpool {

        private final List<CompletableFuture<Void>> answers = new ArrayList<>();

        Reporting reporting() {
            return (Reporting)
                    Proxy.newProxyInstance(
                            Reporting.class.getClassLoader(),
                            new Class<?>[] {Reporting.class},
                            (proxy, method, arguments) -> {
                                if (method.getDeclaringClass() == Object.class) {
                                    return method.getName().equals("equals")
                                            ? (Object) (proxy == arguments[0])
                                            : System.identityHashCode(proxy);
                                }
                                answers.add(new CompletableFuture<>());
                                return answers.get(answers.size() - 1);
                            });
        }

        void handBack() {
            answers.forEach(
                    answer ->
                            answer.completeExceptionally(
                                    new ReportingException(StatusCode.UNAVAILABLE, "stopping")));
        }
    }
}
