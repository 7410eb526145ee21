package io.armature.reporting.dbus.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls to a browser that answers, does not, goes and comes back. */
@Tag("server")
class BrowserUploaderTest {

    private static UploadEncryptedRecordRequest batch(long id, int bytes) {
        return UploadEncryptedRecordRequest.newBuilder()
                .addEncryptedRecord(
                        EncryptedRecord.newBuilder()
                                .setSequenceInformation(
                                        SequenceInformation.newBuilder().setSequencingId(id))
                                .setEncryptedWrappedRecord(ByteString.copyFrom(new byte[bytes])))
                .build();
    }

    private static long id(Browser.Arrival arrival) {
        return arrival.batch().getEncryptedRecord(0).getSequenceInformation().getSequencingId();
    }

    private static CompletableFuture<UploadEncryptedRecordResponse> upload(
            UploaderFixture fixture, long id) {
        return fixture.uploader.upload(batch(id, 10)).toCompletableFuture();
    }

    private static UploadEncryptedRecordResponse reply(
            CompletableFuture<UploadEncryptedRecordResponse> answer) throws Exception {
        return answer.get(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private static ReportingException failure(CompletableFuture<?> answer) throws Exception {
        try {
            throw new AssertionError(
                    "did not fail: " + answer.get(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return (ReportingException) e.getCause();
        }
    }

    @Test
    void replyOfTheBrowserIsHandedOnWhole() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of()).started();
                Browser browser = new Browser(fixture.bus).named()) {
            fixture.await(true);
            CompletableFuture<UploadEncryptedRecordResponse> answer = upload(fixture, 3);
            // status {UNAVAILABLE}, disable, health on, cached ids 3 and 300
            browser.answer(browser.arrived(), "0a02080e" + "1001" + "1801" + "2003" + "20ac02");
            UploadEncryptedRecordResponse reply = reply(answer);
            assertThat(reply.getStatus().getCode()).isEqualTo(14);
            assertThat(reply.getDisable()).isTrue();
            assertThat(reply.getHealthDataLoggingEnabled()).isTrue();
            assertThat(reply.getCachedEventsSeqIdsList()).containsExactly(3L, 300L);
        }
    }

    @Test
    void localCopyGoesToTheBrowserOfThisDevice() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of()).started();
                Browser browser = new Browser(fixture.bus).answering("0a020800").named()) {
            fixture.await(true);
            UploadEncryptedRecordRequest batch =
                    UploadEncryptedRecordRequest.newBuilder()
                            .addEncryptedRecord(
                                    EncryptedRecord.newBuilder()
                                            .setRecordCopy(
                                                    Record.newBuilder()
                                                            .setDestination(
                                                                    Destination.CRD_EVENTS)))
                            .setRemainingStorageCapacity(5)
                            .build();
            reply(fixture.uploader.upload(batch).toCompletableFuture());
            assertThat(browser.arrived().batch()).isEqualTo(batch);
        }
    }

    @Test
    void tenCallsRunAndTheOthersWaitInTheirOrder() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of("max_waiting", 5)).started();
                Browser browser = new Browser(fixture.bus).named()) {
            fixture.await(true);
            List<CompletableFuture<UploadEncryptedRecordResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                answers.add(upload(fixture, i));
            }
            assertThat(failure(answers.get(15)).code()).isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
            List<Browser.Arrival> arrivals = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                arrivals.add(browser.arrived());
                assertThat(id(arrivals.get(i))).isEqualTo(i);
            }
            for (int i = 10; i < 15; i++) {
                assertThat(browser.unread()).as("no more than ten").isZero();
                browser.answer(arrivals.get(i - 10), "0a020800");
                arrivals.add(browser.arrived());
                assertThat(id(arrivals.get(i))).isEqualTo(i);
                reply(answers.get(i - 10));
            }
        }
    }

    @Test
    void browserThatIsNotThereIsUnavailable() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of()).started()) {
            ReportingException refused = failure(upload(fixture, 1));
            assertThat(refused.code()).isEqualTo(StatusCode.UNAVAILABLE);
            assertThat(refused.getMessage()).isEqualTo("Service is unavailable");
            assertThat(fixture.uploader.faults()).hasSize(1);
        }
    }

    @Test
    void whenTheBrowserGoesAllFailAlikeAndItsReturnIsSeen() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of()).started()) {
            List<CompletableFuture<UploadEncryptedRecordResponse>> answers = new ArrayList<>();
            try (Browser browser = new Browser(fixture.bus).named()) {
                fixture.await(true);
                for (int i = 0; i < 15; i++) {
                    answers.add(upload(fixture, i));
                }
                browser.arrived();
            }
            for (CompletableFuture<?> answer : answers) {
                assertThat(failure(answer)).hasToString("UNAVAILABLE:Service is unavailable");
            }
            fixture.await(false);
            try (Browser browser = new Browser(fixture.bus).answering("0a020800").named()) {
                fixture.await(true);
                assertThat(fixture.uploader.faults()).isEmpty();
                reply(upload(fixture, 99));
                assertThat(id(browser.arrived())).isEqualTo(99);
                browser.unnamed();
                fixture.await(false);
                assertThat(failure(upload(fixture, 100)).code()).isEqualTo(StatusCode.UNAVAILABLE);
            }
        }
    }

    @Test
    void browserThatIsSlowIsGivenUpAndItsLateReplyIgnored() throws Exception {
        Map<String, Object> settings = Map.of("reply_timeout_ms", 200L, "max_running", 1);
        try (UploaderFixture fixture = new UploaderFixture(settings).started();
                Browser browser = new Browser(fixture.bus).named()) {
            fixture.await(true);
            CompletableFuture<UploadEncryptedRecordResponse> first = upload(fixture, 1);
            CompletableFuture<UploadEncryptedRecordResponse> second = upload(fixture, 2);
            Browser.Arrival late = browser.arrived();
            ReportingException refused = failure(first);
            assertThat(refused.code()).isEqualTo(StatusCode.UNAVAILABLE);
            Browser.Arrival next = browser.arrived();
            assertThat(id(next)).isEqualTo(2);
            browser.answer(late, "0a02080e");
            browser.answer(next, "0a020800");
            assertThat(reply(second).getStatus().getCode()).isZero();
        }
    }

    @Test
    void repliesThatCannotBeReadAreFailures() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of()).started();
                Browser browser = new Browser(fixture.bus).named()) {
            fixture.await(true);
            CompletableFuture<UploadEncryptedRecordResponse> answer = upload(fixture, 1);
            browser.answer(browser.arrived(), "0aff");
            assertThat(failure(answer).code()).isEqualTo(StatusCode.UNAVAILABLE);
        }
    }

    @Test
    void busThatGoesFailsWhatRunsAndComesBack() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of()).started()) {
            try (Browser browser = new Browser(fixture.bus).named()) {
                fixture.await(true);
                CompletableFuture<UploadEncryptedRecordResponse> answer = upload(fixture, 1);
                browser.arrived();
                fixture.bus.end();
                assertThat(failure(answer).code()).isEqualTo(StatusCode.UNAVAILABLE);
                fixture.await(false);
            }
            fixture.bus.run();
            try (Browser browser = new Browser(fixture.bus).answering("0a020800").named()) {
                fixture.await(true);
                reply(upload(fixture, 2));
                assertThat(id(browser.arrived())).isEqualTo(2);
            }
        }
    }

    @Test
    void batchOfTenMegabytesGoesThroughBesideOthers() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of()).started();
                Browser browser = new Browser(fixture.bus).answering("0a020800").named()) {
            fixture.await(true);
            List<CompletableFuture<UploadEncryptedRecordResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(fixture.uploader.upload(batch(i, 10 << 20)).toCompletableFuture());
            }
            for (int i = 0; i < 3; i++) {
                reply(answers.get(i));
                assertThat(id(browser.arrived())).isEqualTo(i);
            }
        }
    }

    @Test
    void closingFailsWhatRunsWithinItsTime() throws Exception {
        try (UploaderFixture fixture = new UploaderFixture(Map.of()).started();
                Browser browser = new Browser(fixture.bus).named()) {
            fixture.await(true);
            CompletableFuture<UploadEncryptedRecordResponse> answer = upload(fixture, 1);
            browser.arrived();
            fixture.uploader.close();
            assertThat(failure(answer).code()).isEqualTo(StatusCode.UNAVAILABLE);
            fixture.await(false);
            assertThat(failure(upload(fixture, 2)).code()).isEqualTo(StatusCode.UNAVAILABLE);
        }
    }

    /** A bus that delivers answers which nobody asked for. */
    private static final String LAX =
            """
            <policy context="mandatory">
              <allow send_requested_reply="false" send_type="method_return"/>
              <allow receive_requested_reply="false" receive_type="method_return"/>
            </policy>
            """;

    @Test
    void strangerCannotAnswerForTheBrowser() throws Exception {
        try (UploaderFixture fixture =
                        new UploaderFixture(PrivateBus.start(LAX), Map.of()).started();
                Browser browser = new Browser(fixture.bus).named();
                BusClient stranger = new BusClient(fixture.bus, "stranger")) {
            fixture.await(true);
            CompletableFuture<UploadEncryptedRecordResponse> answer = upload(fixture, 1);
            Browser.Arrival arrival = browser.arrived();
            stranger.say("forge " + arrival.serial() + " " + arrival.sender() + " 0a02080e");
            stranger.say("name");
            assertThat(stranger.next()).startsWith("name ");
            browser.answer(arrival, "0a020800");
            assertThat(reply(answer).getStatus().getCode()).isZero();
        }
    }
}
