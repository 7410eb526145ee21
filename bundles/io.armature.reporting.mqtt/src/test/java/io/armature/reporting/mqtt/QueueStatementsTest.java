package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.api.testing.QueueValue;
import io.armature.reporting.proto.DeviceCounters;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedCounters;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueStatementsTest {

    /** The first key pair of RFC 8032, section 7.1. */
    private static final String SECRET =
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    private static final String PUBLIC =
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    private static final byte[] UPLOAD =
            UploadEnvelope.newBuilder()
                    .setBatchId(ByteString.copyFromUtf8("b"))
                    .build()
                    .toByteArray();
    private static final int LIMIT = 64 << 10;

    @TempDir Path folder;
    private final HandClock clock = new HandClock();
    private final MemoryReporting spool = Samples.spool();
    private QueueStatements statements;

    @BeforeEach
    void enrol() throws IOException {
        Files.writeString(folder.resolve("key"), SECRET + "\n");
        restart();
    }

    /** It may still write to the folder. */
    @AfterEach
    void stop() {
        statements.close();
    }

    private void restart() {
        restart(spool);
    }

    private void restart(Reporting spool) {
        statements =
                new QueueStatements(
                        "d1",
                        new CountersKey(
                                folder.resolve("key"), folder.resolve("own/key"), new PlainFiles()),
                        folder.resolve("number"),
                        new PlainFiles(),
                        spool,
                        clock);
    }

    private void restart(List<QueueState> queues) {
        Reporting given =
                (Reporting)
                        Proxy.newProxyInstance(
                                Reporting.class.getClassLoader(),
                                new Class<?>[] {Reporting.class},
                                (proxy, method, arguments) ->
                                        CompletableFuture.completedFuture(List.copyOf(queues)));
        restart(given);
    }

    private static QueueState queue(long generation, Optional<String> offline) {
        return new QueueValue(
                Priority.FAST_BATCH,
                Samples.GUID,
                generation,
                3,
                10,
                0,
                0,
                Optional.empty(),
                offline);
    }

    @Test
    void queueThatTakesNoMoreRecordsIsStatedForTheOnesThatItHas() throws Exception {
        restart(
                List.of(
                        queue(7, Optional.of("cannot be written")),
                        queue(0, Optional.of("cannot be opened"))));
        DeviceCounters counters = DeviceCounters.parseFrom(next().getCounters().getCounters());
        assertThat(counters.getQueueList())
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.getGenerationId()).isEqualTo(7);
                            assertThat(one.getAccepted()).isEqualTo(10);
                            assertThat(one.getFirstUnconfirmedId()).isEqualTo(3);
                        });
        assertThat(statements.firstKept(Samples.QUEUE)).contains(3L);
    }

    @Test
    void moreQueuesThanFitAreAFaultUntilTheyAreFewer() throws Exception {
        List<QueueState> queues = new ArrayList<>();
        for (int i = 1; i <= 1_000; i++) {
            queues.add(queue(i, Optional.empty()));
        }
        restart(queues);
        assertThat(statements.join(UPLOAD, LIMIT)).isEqualTo(UPLOAD);
        awaitMade();
        assertThat(statements.join(UPLOAD, LIMIT)).isEqualTo(UPLOAD);
        assertThat(statements.faults())
                .singleElement()
                .satisfies(one -> assertThat(one.reason()).contains("1000 queues"));
        queues.subList(10, 1_000).clear();
        clock.advance(Duration.ofMinutes(1));
        assertThat(DeviceCounters.parseFrom(next().getCounters().getCounters()).getQueueCount())
                .isEqualTo(10);
        assertThat(statements.faults()).isEmpty();
    }

    /** Sends; a second time if the statement was still being made. */
    private UploadEnvelope next() throws Exception {
        UploadEnvelope sent = UploadEnvelope.parseFrom(statements.join(UPLOAD, LIMIT));
        if (!sent.hasCounters()) {
            awaitMade();
            sent = UploadEnvelope.parseFrom(statements.join(UPLOAD, LIMIT));
        }
        assertThat(sent.hasCounters()).as("a statement is made").isTrue();
        return sent;
    }

    private static void awaitMade() throws InterruptedException {
        Thread[] all = new Thread[Thread.activeCount() + 10];
        int count = Thread.enumerate(all);
        for (int i = 0; i < count; i++) {
            if (all[i].getName().equals("mqtt-statement")) {
                all[i].join(Duration.ofSeconds(60).toMillis());
                assertThat(all[i].isAlive()).as("the statement's thread ends").isFalse();
            }
        }
    }

    private static boolean genuine(SignedCounters signed) throws Exception {
        return genuine(signed, HexFormat.of().parseHex(PUBLIC));
    }

    private static boolean genuine(SignedCounters signed, byte[] little) throws Exception {
        byte[] big = new byte[little.length];
        for (int i = 0; i < little.length; i++) {
            big[big.length - 1 - i] = little[i];
        }
        boolean odd = (big[0] & 0x80) != 0;
        big[0] &= 0x7f;
        PublicKey key =
                KeyFactory.getInstance("Ed25519")
                        .generatePublic(
                                new EdECPublicKeySpec(
                                        NamedParameterSpec.ED25519,
                                        new EdECPoint(odd, new BigInteger(1, big))));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update("armature-counters 1\nd1\n".getBytes(StandardCharsets.US_ASCII));
        signature.update(signed.getCounters().toByteArray());
        return signature.verify(signed.getSignature().toByteArray());
    }

    @Test
    void uploadCarriesASignedStatementOfEachQueue() throws Exception {
        UploadEnvelope sent = next();
        assertThat(sent.getBatchId().toStringUtf8()).isEqualTo("b");
        assertThat(genuine(sent.getCounters())).isTrue();
        assertThat(sent.getCounters().hasPublicKey()).isFalse();
        DeviceCounters counters = DeviceCounters.parseFrom(sent.getCounters().getCounters());
        assertThat(counters.getStatement()).isEqualTo(1);
        assertThat(counters.getQueueCount())
                .isEqualTo(spool.queues().toCompletableFuture().get().size());
    }

    @Test
    void statementsAreAMinuteApartAndCountUpOverRestarts() throws Exception {
        next();
        for (int i = 0; i < 100; i++) {
            assertThat(UploadEnvelope.parseFrom(statements.join(UPLOAD, LIMIT)).hasCounters())
                    .isFalse();
        }
        clock.advance(Duration.ofMinutes(1));
        assertThat(number(next())).isEqualTo(2);
        restart();
        assertThat(number(next())).isEqualTo(3);
    }

    private static long number(UploadEnvelope sent) throws IOException {
        return DeviceCounters.parseFrom(sent.getCounters().getCounters()).getStatement();
    }

    @Test
    void statementThatDoesNotFitWaitsForASmallerUpload() throws Exception {
        assertThat(statements.join(UPLOAD, UPLOAD.length)).isEqualTo(UPLOAD);
        statements.close(); // once it is made
        assertThat(folder.resolve("number")).exists();
        assertThat(statements.join(UPLOAD, UPLOAD.length)).isEqualTo(UPLOAD);
        assertThat(number(next())).isEqualTo(1);
    }

    @Test
    void deviceWithoutAKeyMakesOneKeepsItAndSaysItsPublicHalf() throws Exception {
        Files.delete(folder.resolve("key"));
        SignedCounters first = next().getCounters();
        assertThat(genuine(first, first.getPublicKey().toByteArray())).isTrue();
        assertThat(genuine(first)).isFalse();
        assertThat(Files.getPosixFilePermissions(folder.resolve("own")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        restart();
        SignedCounters second = next().getCounters();
        assertThat(second.getPublicKey()).isEqualTo(first.getPublicKey());
        assertThat(genuine(second, first.getPublicKey().toByteArray())).isTrue();
        assertThat(second.getSignature()).isNotEqualTo(first.getSignature());
    }

    @Test
    void keyOfAnEnrolmentTakesTheOnesPlaceThatTheDeviceMade() throws Exception {
        Files.delete(folder.resolve("key"));
        next();
        enrol();
        SignedCounters sent = next().getCounters();
        assertThat(genuine(sent)).isTrue();
        assertThat(sent.hasPublicKey()).isFalse();
    }

    @Test
    void damagedKeyIsNotReplacedAndNothingIsSaid() throws Exception {
        Files.writeString(folder.resolve("key"), SECRET.substring(1) + "\n");
        for (int i = 0; i < 3; i++) {
            assertThat(statements.join(UPLOAD, LIMIT)).isEqualTo(UPLOAD);
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(folder.resolve("own")).doesNotExist();
    }

    @Test
    void uploadsSayTheFirstIdThatTheirQueueKeeps() throws Exception {
        assertThat(statements.firstKept(Samples.QUEUE)).isEmpty();
        next();
        QueueState queue = spool.queues().toCompletableFuture().get().get(0);
        QueueKey key =
                new QueueKey(
                        queue.priority().getNumber(), queue.generationGuid(), queue.generationId());
        assertThat(statements.firstKept(key)).contains(queue.firstUnconfirmedId());
        Envelopes envelopes = new Envelopes(bytes -> {});
        envelopes.say(statements);
        Part part =
                new Part(
                        UploadEncryptedRecordRequest.getDefaultInstance(),
                        Optional.of(key),
                        List.of(),
                        0,
                        false);
        assertThat(UploadEnvelope.parseFrom(envelopes.of(part, LIMIT)).getFirstKeptId())
                .isEqualTo(queue.firstUnconfirmedId());
    }
}
