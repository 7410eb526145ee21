package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.mqtt.api.testing.Cable;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.proto.UploadEnvelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bridge against a real broker, over a cable that can be cut. */
class BridgeTest {

    private static final int LIMIT = 64 << 10;
    private static final Topics TOPICS = Topics.of("d1");
    private static TestBroker broker;

    private Cable cable;
    private BridgeFixture fixture;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = new TestBroker(LIMIT);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void connect() throws Exception {
        broker.published.clear();
        cable = new Cable(broker.port());
        fixture = new BridgeFixture(Samples.settings(uri(cable.port()), LIMIT)).started();
        fixture.awaitUp();
    }

    @AfterEach
    void disconnect() throws IOException {
        fixture.close();
        cable.close();
    }

    private static String uri(int port) {
        return "tcp://127.0.0.1:" + port;
    }

    private static UploadEncryptedRecordRequest nextUpload() throws Exception {
        TestBroker.Message message;
        do {
            message = broker.published.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(message).as("an upload reaches the broker").isNotNull();
        } while (!message.topic().equals(TOPICS.up()));
        return UploadEnvelope.parseFrom(message.payload()).getRequest();
    }

    private static List<Long> idsOf(UploadEncryptedRecordRequest request) {
        return request.getEncryptedRecordList().stream()
                .map(record -> record.getSequenceInformation().getSequencingId())
                .toList();
    }

    private static StatusCode codeOf(CompletableFuture<?> upload) throws Exception {
        try {
            upload.get(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS);
            return StatusCode.OK;
        } catch (ExecutionException e) {
            return ((ReportingException) e.getCause()).code();
        }
    }

    @Test
    void uploadIsAnsweredAtTheAcknowledgementAndConfirmedByTheServerOnly() throws Exception {
        UploadEncryptedRecordRequest batch = Samples.batch(0, 4, 512);
        UploadEncryptedRecordResponse answer = fixture.upload(batch);
        assertThat(answer.getStatus().getCode()).isZero();
        assertThat(answer.getCachedEventsSeqIdsList()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(nextUpload()).isEqualTo(batch);
        assertThat(fixture.spool.confirmed()).isEmpty();
        broker.publish(TOPICS.confirm(), Samples.confirmation(4).toByteArray());
        assertThat(fixture.spool.confirmed().poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS))
                .isEqualTo(Samples.confirmation(4));
    }

    @Test
    void largeBatchIsSplitBelowTheBrokersLimit() throws Exception {
        assertThat(fixture.upload(Samples.batch(0, 999, 512)).getCachedEventsSeqIdsCount())
                .isEqualTo(1000);
        List<Long> ids = new ArrayList<>();
        while (ids.size() < 1000) {
            UploadEncryptedRecordRequest part = nextUpload();
            assertThat(part.getSerializedSize()).isLessThan(LIMIT);
            ids.addAll(idsOf(part));
        }
        assertThat(ids).isEqualTo(LongStream.range(0, 1000).boxed().toList());
    }

    @Test
    void oversizedRecordIsReportedAndTheOthersArrive() throws Exception {
        UploadEncryptedRecordRequest batch =
                Samples.batch(0, 0, 10).toBuilder()
                        .addEncryptedRecord(Samples.record(1, LIMIT))
                        .addEncryptedRecord(Samples.record(2, 10))
                        .build();
        assertThat(fixture.upload(batch).getCachedEventsSeqIdsList()).containsExactly(0L, 1L, 2L);
        assertThat(idsOf(nextUpload())).containsExactly(0L, 2L);
        assertThat(fixture.bridge.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("max_packet_bytes"));
    }

    @Test
    void cutLinkFailsUploadsAndUploadsResumeWhenItReturns() throws Exception {
        fixture.upload(Samples.batch(0, 0, 10));
        cable.cut();
        fixture.awaitDown();
        assertThat(codeOf(fixture.bridge.upload(Samples.batch(1, 1, 10)).toCompletableFuture()))
                .isEqualTo(StatusCode.UNAVAILABLE);
        cable.mend();
        fixture.awaitUp();
        assertThat(fixture.bridge.faults()).isEmpty();
        fixture.upload(Samples.batch(1, 1, 10));
        broker.publish(TOPICS.confirm(), Samples.confirmation(1).toByteArray());
        assertThat(fixture.spool.confirmed().poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS))
                .as("subscribed again")
                .isEqualTo(Samples.confirmation(1));
    }

    @Test
    void restartedBrokerIsFoundAgain() throws Exception {
        broker.stop();
        fixture.awaitDown();
        broker.start();
        fixture.awaitUp();
        fixture.upload(Samples.batch(0, 0, 10));
    }

    @Test
    void everyLinkCutDuringAnUploadEndsInAnAnswerAndNothingIsForgotten() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<CompletableFuture<UploadEncryptedRecordResponse>> uploads = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                long first = round * 10_000L + i * 1000L;
                uploads.add(
                        fixture.bridge
                                .upload(Samples.batch(first, first + 999, 512))
                                .toCompletableFuture());
            }
            cable.cut();
            for (CompletableFuture<UploadEncryptedRecordResponse> upload : uploads) {
                assertThat(codeOf(upload)).isIn(StatusCode.OK, StatusCode.UNAVAILABLE);
            }
            fixture.awaitDown();
            cable.mend();
            fixture.awaitUp();
        }
    }

    @Test
    void keyAndReplyOfTheServerAreRelayed() throws Exception {
        SignedEncryptionInfo key =
                SignedEncryptionInfo.newBuilder()
                        .setPublicAsymmetricKey(ByteString.copyFrom(new byte[32]))
                        .setSignature(ByteString.copyFrom(new byte[64]))
                        .setPublicKeyId(3)
                        .build();
        ReplyEnvelope reply =
                ReplyEnvelope.newBuilder()
                        .setResponse(
                                UploadEncryptedRecordResponse.newBuilder()
                                        .setStatus(StatusProto.newBuilder().setCode(0))
                                        .setDisable(true))
                        .build();
        broker.publish(TOPICS.reply(), reply.toByteArray());
        broker.publish(TOPICS.key(), key.toByteArray());
        assertThat(fixture.spool.keys().poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS))
                .isEqualTo(key);
        assertThat(fixture.upload(Samples.batch(0, 0, 10)).getDisable()).isTrue();
    }

    @Test
    void hostileMessagesDoNotDisturbTheHonestOne() throws Exception {
        for (int i = 0; i < 300; i++) {
            broker.publish(TOPICS.confirm(), new byte[] {(byte) 0xff, (byte) i});
            broker.publish(TOPICS.reply(), new byte[10_000]);
            broker.publish(TOPICS.key(), new byte[] {10, 127, 1});
        }
        broker.publish(TOPICS.confirm(), Samples.confirmation(1).toByteArray());
        assertThat(fixture.spool.confirmed().poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS))
                .isEqualTo(Samples.confirmation(1));
        assertThat(fixture.spool.keys()).isEmpty();
    }

    @Test
    void statusIsOnlineWhileConnectedAndOfflineAfterACutOrAGoodbye() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        MqttAsyncClient watcher =
                new MqttAsyncClient(uri(broker.port()), "watcher", new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName("watcher");
        options.setPassword(TestBroker.PASSWORD.toCharArray());
        watcher.connect(options).waitForCompletion(60_000);
        watcher.subscribe(
                        TOPICS.status(),
                        1,
                        (topic, message) ->
                                seen.add(new String(message.getPayload(), StandardCharsets.UTF_8)))
                .waitForCompletion(60_000);
        String online = "{\"state\":\"online\",\"version\":\"0.1.0\",\"boot_id\":\"boot-1\"}";
        String offline = online.replace("online", "offline");
        assertThat(seen.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS))
                .as("retained")
                .isEqualTo(online);
        cable.cut();
        assertThat(seen.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS))
                .as("last will")
                .isEqualTo(offline);
        fixture.awaitDown();
        cable.mend();
        fixture.awaitUp();
        assertThat(seen.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(online);
        fixture.close();
        assertThat(seen.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS))
                .as("goodbye")
                .isEqualTo(offline);
        watcher.disconnect(0).waitForCompletion(60_000);
        watcher.close();
    }

    @Test
    void wrongPasswordIsAFaultUntilItIsRight() throws Exception {
        try (BridgeFixture refused =
                new BridgeFixture(Samples.settings(uri(broker.port()), LIMIT))) {
            refused.password = "wrong";
            refused.started();
            refused.awaitFault("no connection");
            refused.password = TestBroker.PASSWORD;
            refused.awaitUp();
            assertThat(refused.bridge.faults()).isEmpty();
        }
    }

    @Test
    void brokerThatAcknowledgesNothingIsLeft() throws Exception {
        try (DeafBroker deaf = new DeafBroker();
                BridgeFixture impatient = new BridgeFixture(impatient(deaf.port())).started()) {
            impatient.awaitUp();
            CompletableFuture<?> upload =
                    impatient.bridge.upload(Samples.batch(0, 0, 10)).toCompletableFuture();
            assertThat(codeOf(upload)).isEqualTo(StatusCode.UNAVAILABLE);
            assertThat(deaf.ignored).hasSize(1);
            impatient.awaitDown();
        }
    }

    @Test
    void brokerThatNeverAnswersAConnectIsLeftAndTriedAgain() throws Exception {
        try (DeafBroker mute = new DeafBroker(true);
                BridgeFixture impatient = new BridgeFixture(impatient(mute.port())).started()) {
            assertThat(mute.connects.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            impatient.awaitFault("no answer for 1 s");
            assertThat(mute.connects.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static BridgeSettings impatient(int port) {
        BackOff quick = new BackOff(10, 50);
        return new BridgeSettings(
                uri(port), "d1", "password", 60, 1, 100, 1 << 20, LIMIT, quick, quick);
    }

    @Test
    void closingAnswersWhatWaitsAndTakesLessThanTwoSeconds() throws Exception {
        try (DeafBroker deaf = new DeafBroker()) {
            BridgeFixture closing =
                    new BridgeFixture(Samples.settings(uri(deaf.port()), LIMIT)).started();
            closing.awaitUp();
            CompletableFuture<?> upload =
                    closing.bridge.upload(Samples.batch(0, 0, 10)).toCompletableFuture();
            assertThat(deaf.ignored.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS)).isNotNull();
            long before = System.nanoTime();
            closing.close();
            assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(2));
            assertThat(codeOf(upload)).isEqualTo(StatusCode.UNAVAILABLE);
            closing.awaitDown();
            assertThat(codeOf(closing.bridge.upload(Samples.batch(0, 0, 10)).toCompletableFuture()))
                    .isEqualTo(StatusCode.UNAVAILABLE);
        }
    }

    @Test
    void gapRecordsAreSentLikeRecords() throws Exception {
        UploadEncryptedRecordRequest batch =
                UploadEncryptedRecordRequest.newBuilder()
                        .addEncryptedRecord(
                                EncryptedRecord.newBuilder()
                                        .setSequenceInformation(Samples.sequence(0)))
                        .build();
        fixture.upload(batch);
        assertThat(nextUpload()).isEqualTo(batch);
    }

    @Test
    void badSettingsAreNamedWithWhatIsExpected() {
        assertThatThrownBy(() -> Samples.settings("http://x", LIMIT))
                .hasMessageContaining("server_uri must be tcp://HOST:PORT");
        assertThatThrownBy(() -> Rank.percents("50,50"))
                .hasMessageContaining("7 percentages, 100 together, was '50,50'");
        assertThatThrownBy(() -> Rank.percents("30,25,20,15,5,3,x"))
                .hasMessageContaining("100 together");
        assertThatThrownBy(() -> Samples.settings("tcp://127.0.0.1:1", 3))
                .hasMessageStartingWith("max_packet_bytes must be 1024 to");
    }
}
