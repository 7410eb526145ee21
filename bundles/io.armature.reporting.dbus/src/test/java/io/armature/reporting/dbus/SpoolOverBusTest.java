package io.armature.reporting.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.reporting.SpoolFlags;
import io.armature.reporting.SpoolSettings;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.EnqueueRecordResponse;
import io.armature.reporting.proto.FlushPriorityRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UpdateConfigInMissiveRequest;
import io.armature.reporting.proto.UpdateEncryptionKeyRequest;
import io.armature.reporting.testing.PlainSealing;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real spool on the bus: what a caller is told there is what the service tells. */
@Tag("server")
class SpoolOverBusTest {

    private static final Priority PRIORITY = Priority.SLOW_BATCH;

    /** The policy's max_replies_per_connection. */
    private static final int MOST = 256;

    private static final SignedEncryptionInfo GOOD_KEY =
            SignedEncryptionInfo.newBuilder()
                    .setSignature(ByteString.copyFromUtf8("good for PlainSealing"))
                    .build();

    private static final ListOfBlockedDestinations NO_LIST =
            ListOfBlockedDestinations.getDefaultInstance();

    @TempDir Path root;
    private SpoolFixture spool;
    private BusFixture fixture;
    private BusClient client;

    @BeforeEach
    void start() throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(
                                SpoolSettings.standard().with(new SpoolFlags(Set.of(), true, true)))
                        .start();
        fixture = new BusFixture();
        fixture.present.set(Optional.of(spool.spool()));
        fixture.started();
        client = new BusClient(fixture.bus, "chronos");
    }

    @AfterEach
    void stop() throws IOException {
        if (client != null) {
            client.close();
        }
        if (fixture != null) {
            fixture.close();
        }
        spool.close();
    }

    private static String status(String answer) throws IOException {
        StatusProto status =
                EnqueueRecordResponse.parseFrom(HexFormat.of().parseHex(answer)).getStatus();
        return status.getCode() + ":" + status.getErrorMessage();
    }

    private String overBus(String method, MessageLite request) throws Exception {
        return status(client.ask(method, request.toByteArray()));
    }

    private static String direct(CompletionStage<?> answer) throws Exception {
        ReportingException failure = SpoolFixture.failure(answer);
        return failure.code().number() + ":" + failure.getMessage();
    }

    private void enqueue(EnqueueRecordRequest request, String expected) throws Exception {
        assertThat(direct(spool.spool().enqueue(request))).isEqualTo(expected);
        assertThat(overBus("EnqueueRecord", request)).isEqualTo(expected);
    }

    private void flush(Priority priority, String expected) throws Exception {
        assertThat(direct(spool.spool().flush(priority))).isEqualTo(expected);
        FlushPriorityRequest request =
                FlushPriorityRequest.newBuilder().setPriority(priority).build();
        assertThat(overBus("FlushPriority", request)).isEqualTo(expected);
    }

    private void confirm(SequenceInformation at, String expected) throws Exception {
        confirm(
                ConfirmRecordUploadRequest.newBuilder().setSequenceInformation(at).build(),
                expected);
    }

    private void confirm(ConfirmRecordUploadRequest request, String expected) throws Exception {
        assertThat(direct(spool.spool().confirm(request))).isEqualTo(expected);
        assertThat(overBus("ConfirmRecordUpload", request)).isEqualTo(expected);
    }

    private void key(SignedEncryptionInfo key, String expected) throws Exception {
        assertThat(direct(spool.spool().updateKey(key))).isEqualTo(expected);
        assertThat(overBus("UpdateEncryptionKey", keyRequest(key))).isEqualTo(expected);
    }

    private static UpdateEncryptionKeyRequest keyRequest(SignedEncryptionInfo key) {
        return UpdateEncryptionKeyRequest.newBuilder().setSignedEncryptionInfo(key).build();
    }

    private static UpdateConfigInMissiveRequest listRequest(ListOfBlockedDestinations list) {
        return UpdateConfigInMissiveRequest.newBuilder().setListOfBlockedDestinations(list).build();
    }

    private static EnqueueRecordRequest of(Record.Builder record) {
        return EnqueueRecordRequest.newBuilder().setPriority(PRIORITY).setRecord(record).build();
    }

    @Test
    void everyErrorOfARecordIsTheServices() throws Exception {
        EnqueueRecordRequest good = SpoolFixture.request(PRIORITY, "x");
        Record.Builder record = good.getRecord().toBuilder();
        assertThat(overBus("EnqueueRecord", good)).isEqualTo("0:");
        enqueue(good.toBuilder().clearRecord().build(), "3:Request had no Record");
        enqueue(good.toBuilder().clearPriority().build(), "3:Request had no Priority");
        enqueue(
                good.toBuilder().setPriority(Priority.UNDEFINED_PRIORITY).build(),
                "3:Priority must be defined");
        enqueue(of(record.clone().clearDestination()), "9:Malformed record: missing destination");
        enqueue(
                SpoolFixture.request(PRIORITY, "x".repeat((1 << 20) + 1)),
                "11:Too much data to be recorded at once");
        enqueue(
                of(record.clone().setReservedSpace(1L << 40)),
                "8:The space that the record wants to keep free is not there");
        ListOfBlockedDestinations list =
                ListOfBlockedDestinations.newBuilder()
                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                        .build();
        assertThat(overBus("UpdateConfigInMissive", listRequest(list))).isEqualTo("0:");
        enqueue(good, "1:Record blocked by destination.");
    }

    @Test
    void everyErrorOfTheOtherMethodsIsTheServices() throws Exception {
        Enqueued stored = spool.store(PRIORITY, "x");
        SequenceInformation at = SpoolFixture.confirmation(stored).getSequenceInformation();
        flush(Priority.UNDEFINED_PRIORITY, "3:Priority must be defined");
        flush(PRIORITY, "14:No uploader is there; records stay and go out when one appears");
        confirm(
                ConfirmRecordUploadRequest.getDefaultInstance(),
                "3:Request had no SequenceInformation");
        confirm(at.toBuilder().clearPriority().build(), "3:Priority must be defined");
        confirm(
                at.toBuilder().setPriority(Priority.SECURITY).build(),
                "5:No queue SECURITY " + at.getGenerationGuid());
        confirm(
                at.toBuilder().setGenerationId(7).build(),
                "9:Generation mismatch - 7, queue has " + at.getGenerationId());
        key(SignedEncryptionInfo.getDefaultInstance(), "3:Verification failed");
        assertThat(overBus("ConfirmRecordUpload", SpoolFixture.confirmation(stored).build()))
                .isEqualTo("0:");
        assertThat(overBus("UpdateEncryptionKey", keyRequest(GOOD_KEY))).isEqualTo("0:");
    }

    @Test
    void whereTheServerHasDisabledReportingEveryMethodSaysSo() throws Exception {
        Enqueued stored = spool.store(Priority.IMMEDIATE, "x");
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                RecordingUploader.ok().toBuilder().setDisable(true).build()));
        int timers = spool.clock.pending();
        spool.connect();
        spool.uploader.next();
        // The retry's: the reply was heeded before.
        spool.clock.awaitPending(timers + 1);
        String disabled = "9:Reporting is disabled";
        enqueue(SpoolFixture.request(PRIORITY, "y"), disabled);
        flush(PRIORITY, disabled);
        confirm(SpoolFixture.confirmation(stored).build(), disabled);
        key(GOOD_KEY, disabled);
        assertThat(direct(spool.spool().updateConfiguration(NO_LIST))).isEqualTo(disabled);
        assertThat(overBus("UpdateConfigInMissive", listRequest(NO_LIST))).isEqualTo(disabled);
    }

    @Test
    void recordsThatWaitForAKeyBlockNeitherItsDeliveryNorAnybodyElse() throws Exception {
        spool.stop().sealing(PlainSealing.withoutKey()).start();
        CountDownLatch taken = new CountDownLatch(MOST);
        fixture.present.set(Optional.of(counted(spool.spool(), taken)));
        try (BusClient sender = new BusClient(fixture.bus, "sender")) {
            byte[] record = SpoolFixture.request(PRIORITY, "x").toByteArray();
            for (int i = 0; i < MOST; i++) {
                sender.call("r" + i, "EnqueueRecord", record);
            }
            assertThat(taken.await(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(overBus("UpdateConfigInMissive", listRequest(NO_LIST))).isEqualTo("0:");
            assertThat(
                            overBus(
                                    "ConfirmRecordUpload",
                                    ConfirmRecordUploadRequest.getDefaultInstance()))
                    .startsWith("3:");
            assertThat(sender.unread()).as("all wait").isZero();
            assertThat(overBus("UpdateEncryptionKey", keyRequest(GOOD_KEY))).isEqualTo("0:");
            for (int i = 0; i < MOST; i++) {
                assertThat(sender.next()).startsWith("reply r").endsWith(" ay 0a020800");
            }
        }
        assertThat(spool.store(PRIORITY, "behind them").sequencingId()).isEqualTo(MOST);
    }

    /** The spool; the latch goes down with each record that it was given. */
    private static Reporting counted(Reporting spool, CountDownLatch taken) {
        return (Reporting)
                Proxy.newProxyInstance(
                        Reporting.class.getClassLoader(),
                        new Class<?>[] {Reporting.class},
                        (proxy, method, arguments) -> {
                            try {
                                Object answer = method.invoke(spool, arguments);
                                if (method.getName().equals("enqueue")) {
                                    taken.countDown();
                                }
                                return answer;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
