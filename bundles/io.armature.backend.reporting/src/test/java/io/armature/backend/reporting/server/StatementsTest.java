package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.reporting.audit.Account;
import io.armature.backend.reporting.audit.Audit;
import io.armature.backend.reporting.audit.CountersKey;
import io.armature.backend.reporting.audit.LastWords;
import io.armature.backend.reporting.audit.Statement;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.reporting.proto.DeviceCounters;
import io.armature.reporting.proto.QueueCounters;
import io.armature.reporting.proto.SignedCounters;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a device says of its queues counts only if the device signed it, and only once. */
class StatementsTest {

    @TempDir Path root;
    private ServerFixture backend;
    private final byte[] secret = {
        7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
        25, 26, 27, 28, 29, 30, 31
    };

    @BeforeEach
    void start() throws Exception {
        backend = new ServerFixture(root);
        byte[] key = new byte[32];
        Ed25519.generatePublicKey(secret, 0, key, 0);
        backend.storage().note("d", Statement.KEY_NOTE, ByteString.copyFrom(key));
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    private static DeviceCounters counters(
            FakeDevice device, long number, long accepted, long shed, long kept) {
        return counters(number, queue(device, accepted, shed, kept));
    }

    private static DeviceCounters counters(long number, QueueCounters... queues) {
        return DeviceCounters.newBuilder()
                .setStatement(number)
                .addAllQueue(List.of(queues))
                .build();
    }

    private static QueueCounters queue(FakeDevice device, long accepted, long shed, long kept) {
        return QueueCounters.newBuilder()
                .setPriority(FakeDevice.PRIORITY)
                .setGenerationGuid(device.guid)
                .setGenerationId(device.generationId)
                .setAccepted(accepted)
                .setShed(shed)
                .setFirstUnconfirmedId(kept)
                .build();
    }

    private SignedCounters signed(String device, DeviceCounters counters) {
        byte[] message = Statement.message(device, counters.toByteString());
        byte[] signature = new byte[64];
        Ed25519.sign(secret, 0, message, 0, message.length, signature, 0);
        return SignedCounters.newBuilder()
                .setCounters(counters.toByteString())
                .setSignature(ByteString.copyFrom(signature))
                .build();
    }

    /** A minute later than the last one. */
    private void say(SignedCounters counters) throws Exception {
        backend.clock.advance(Duration.ofMinutes(1));
        backend.server()
                .received(
                        "armature/v1/d/up",
                        UploadEnvelope.newBuilder()
                                .setRequest(UploadEncryptedRecordRequest.getDefaultInstance())
                                .setCounters(counters)
                                .build()
                                .toByteArray());
        backend.reply();
    }

    private Account account(FakeDevice device) throws Exception {
        return Audit.of(backend.storage(), Optional.empty()).get(name(device));
    }

    private static QueueName name(FakeDevice device) {
        return new QueueName("d", FakeDevice.PRIORITY, device.guid, device.generationId);
    }

    private LastWords words() throws Exception {
        return LastWords.of(backend.storage(), "d");
    }

    @Test
    void idsThatNeverCameAreInFlightAsLongAsTheDeviceKeepsThem() throws Exception {
        FakeDevice device = backend.device("d");
        backend.upload(device, device.next("a"), device.gap(), device.gap());
        backend.awaitConfirmed(2);
        say(signed("d", counters(device, 1, 8, 1, 3)));
        assertThat(account(device)).isEqualTo(new Account(8, 1, 0, 1, 1, 5, 0, 0, 0, 1, 0, 0));
        assertThat(account(device).whole()).isTrue();
        backend.restart();
        say(signed("d", counters(device, 2, 8, 1, 5)));
        assertThat(account(device).inFlight()).isEqualTo(3);
        assertThat(account(device).unknown()).isEqualTo(2);
        assertThat(backend.server().counts().statements()).isZero();
    }

    @Test
    void acceptedIdsOfAQueueThatHasGoneAreUnknownIfTheyNeverCame() throws Exception {
        FakeDevice lost = backend.device("d");
        FakeDevice other = backend.device("d");
        backend.upload(lost, lost.next("a"), lost.next("b"));
        backend.awaitConfirmed(1);
        say(signed("d", counters(1, queue(lost, 8, 0, 2), queue(other, 3, 0, 0))));
        assertThat(account(lost)).isEqualTo(new Account(8, 2, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0));
        say(signed("d", counters(2, queue(other, 3, 0, 0))));
        Account gone = new Account(8, 2, 0, 0, 0, 0, 0, 6, 0, 2, 0, 0);
        assertThat(account(lost)).isEqualTo(gone);
        assertThat(account(other).inFlight()).isEqualTo(3);
        backend.restart();
        say(signed("d", counters(3)));
        assertThat(account(lost)).isEqualTo(gone);
        assertThat(account(other).unknown()).isEqualTo(3);
        assertThat(backend.server().counts().statements()).isZero();
    }

    @Test
    void shedIdsOfAQueueThatHasGoneStayShed() throws Exception {
        FakeDevice device = backend.device("d");
        backend.upload(device, device.gap(), device.gap(), device.gap(), device.next("a"));
        backend.awaitConfirmed(3);
        say(signed("d", counters(1, queue(device, 4, 2, 4))));
        Account shed = new Account(4, 1, 0, 2, 1, 0, 0, 0, 0, 0, 0, 1);
        assertThat(account(device)).isEqualTo(shed);
        say(signed("d", counters(2)));
        say(signed("d", counters(3)));
        assertThat(account(device)).isEqualTo(shed);
        assertThat(account(device).whole()).isTrue();
    }

    @Test
    void queueThatIsNamedAgainKeepsWhatItSaysThen() throws Exception {
        FakeDevice device = backend.device("d");
        say(signed("d", counters(device, 1, 8, 0, 2)));
        say(signed("d", counters(2)));
        assertThat(account(device).unknown()).isEqualTo(8);
        say(signed("d", counters(device, 3, 9, 0, 2)));
        assertThat(account(device)).isEqualTo(new Account(9, 0, 0, 0, 0, 7, 0, 2, 0, 0, 0, 0));
        assertThat(words().gone()).isEmpty();
    }

    @Test
    void noteOfAnEarlierServerCounts() throws Exception {
        FakeDevice device = backend.device("d");
        SignedCounters old = signed("d", counters(device, 5, 8, 0, 2));
        backend.storage().note("d", Statement.NOTE, old.toByteString());
        assertThat(account(device)).isEqualTo(new Account(8, 0, 0, 0, 0, 6, 0, 2, 0, 0, 0, 0));
        assertThat(words().stated()).isEmpty();
        say(old);
        assertThat(backend.server().counts().statements()).isEqualTo(1);
        say(signed("d", counters(6)));
        assertThat(account(device).unknown()).isEqualTo(8);
        assertThat(words().stated()).contains(backend.clock.wall().truncatedTo(ChronoUnit.MICROS));
    }

    @Test
    void anotherEnrolmentForgetsNoQueue() throws Exception {
        FakeDevice device = backend.device("d");
        say(signed("d", counters(device, 5, 8, 0, 2)));
        Account before = account(device);
        backend.storage().note("d", Statement.NOTE, words().withoutStatement());
        backend.storage().note("d", Statement.KEY_NOTE, ByteString.EMPTY);
        assertThat(account(device)).isEqualTo(before);
        say(announced((byte) 1, counters(1)));
        assertThat(account(device).unknown()).isEqualTo(8);
    }

    @Test
    void goneQueuesThatSayNothingMoreThanWhatIsStoredAreNotNoted() throws Exception {
        FakeDevice whole = backend.device("d");
        FakeDevice empty = backend.device("d");
        backend.upload(whole, whole.next("a"), whole.next("b"));
        backend.awaitConfirmed(1);
        say(signed("d", counters(1, queue(whole, 2, 0, 2), queue(empty, 0, 0, 0))));
        Account before = account(whole);
        say(signed("d", counters(2)));
        assertThat(words().gone()).isEmpty();
        assertThat(account(whole)).isEqualTo(before);
    }

    @Test
    void noteOfManyGoneQueuesIsBoundedAndKeepsThoseThatLostSomething() throws Exception {
        FakeDevice lost = backend.device("d");
        FakeDevice shed = backend.device("d");
        say(signed("d", counters(1, queue(lost, 8, 0, 2), queue(shed, 8, 3, 8))));
        long sent = 0;
        for (int round = 0; round < 3; round++) {
            QueueCounters[] many = new QueueCounters[600];
            for (int i = 0; i < many.length; i++) {
                many[i] = queue(backend.device("d"), 5, 0, 5);
            }
            sent += many.length;
            say(signed("d", counters(2 + round, many)));
        }
        say(signed("d", counters(9)));
        assertThat(backend.server().counts().statements()).isZero();
        assertThat(backend.storage().noted("d").get(Statement.NOTE).size())
                .isBetween(63 << 10, 64 << 10);
        assertThat(words().gone().size() + words().forgotten()).isEqualTo(sent + 2);
        assertThat(words().gone()).hasSizeGreaterThan(700);
        assertThat(account(lost).unknown()).isEqualTo(8);
        assertThat(words().gone().get(name(shed)).shed()).isEqualTo(3);
    }

    @Test
    void statementsOfOthersReplayedOrAbsurdAreRefusedAndCounted() throws Exception {
        FakeDevice device = backend.device("d");
        SignedCounters first = signed("d", counters(device, 5, 8, 0, 8));
        say(first);
        Account before = account(device);
        say(first);
        say(signed("d", counters(device, 4, 100, 0, 100)));
        say(signed("e", counters(device, 6, 100, 0, 100)));
        say(first.toBuilder().setCounters(counters(device, 7, 9, 0, 9).toByteString()).build());
        say(signed("d", counters(device, 8, 3, 4, 0)));
        say(signed("d", counters(device, 8, 3, 0, 4)));
        say(signed("d", counters(device, 8, -1, 0, 0)));
        say(SignedCounters.getDefaultInstance());
        assertThat(backend.server().counts().statements()).isEqualTo(8);
        assertThat(account(device)).isEqualTo(before);
        assertThat(before.unknown()).isEqualTo(8);
    }

    @Test
    void deviceThatSaysItWithEachUploadIsHeardOnceInAWhile() throws Exception {
        FakeDevice device = backend.device("d");
        say(signed("d", counters(device, 1, 1, 0, 0)));
        for (int i = 0; i < 5; i++) {
            backend.server()
                    .received(
                            device.topic(),
                            UploadEnvelope.newBuilder()
                                    .setRequest(UploadEncryptedRecordRequest.getDefaultInstance())
                                    .setCounters(signed("d", counters(device, 2 + i, 9, 0, 0)))
                                    .build()
                                    .toByteArray());
            backend.reply();
        }
        assertThat(account(device).ids()).isEqualTo(1);
    }

    @Test
    void deviceWithoutAKeySaysNothing() throws Exception {
        backend.storage().note("d", Statement.KEY_NOTE, ByteString.EMPTY);
        FakeDevice device = backend.device("d");
        say(signed("d", counters(device, 1, 1, 0, 0)));
        assertThat(backend.server().counts().statements()).isEqualTo(1);
        assertThat(account(device)).isNull();
    }

    /** As from a device that made its key itself. */
    private static SignedCounters announced(byte seed, DeviceCounters counters) {
        byte[] own = new byte[32];
        own[0] = seed;
        byte[] open = new byte[32];
        Ed25519.generatePublicKey(own, 0, open, 0);
        byte[] message = Statement.message("d", counters.toByteString());
        byte[] signature = new byte[64];
        Ed25519.sign(own, 0, message, 0, message.length, signature, 0);
        return SignedCounters.newBuilder()
                .setCounters(counters.toByteString())
                .setSignature(ByteString.copyFrom(signature))
                .setPublicKey(ByteString.copyFrom(open))
                .build();
    }

    @Test
    void firstKeyThatADeviceBringsIsNotedWithItsTimeAndNoOtherOneIsTaken() throws Exception {
        backend.storage().note("d", Statement.KEY_NOTE, ByteString.EMPTY);
        FakeDevice device = backend.device("d");
        say(announced((byte) 1, counters(device, 3, 8, 0, 8)));
        String when = backend.clock.wall().truncatedTo(ChronoUnit.SECONDS).toString();
        assertThat(CountersKey.of(backend.storage(), Optional.empty()))
                .containsExactly(new CountersKey("d", Optional.of(when)));
        assertThat(account(device).unknown()).isEqualTo(8);
        Account before = account(device);
        say(announced((byte) 2, counters(device, 4, 9, 0, 9)));
        say(announced((byte) 2, counters(device, 5, 9, 0, 9)).toBuilder().clearPublicKey().build());
        backend.restart();
        say(announced((byte) 2, counters(device, 6, 9, 0, 9)));
        assertThat(account(device)).isEqualTo(before);
        assertThat(backend.server().counts().statements()).isEqualTo(1);
        say(announced((byte) 1, counters(device, 7, 10, 0, 10)));
        assertThat(account(device).ids()).isEqualTo(10);
        assertThat(CountersKey.of(backend.storage(), Optional.of("d")))
                .containsExactly(new CountersKey("d", Optional.of(when)));
    }

    @Test
    void keyThatDidNotSignIsNoFirstKey() throws Exception {
        backend.storage().note("d", Statement.KEY_NOTE, ByteString.EMPTY);
        FakeDevice device = backend.device("d");
        SignedCounters genuine = announced((byte) 1, counters(device, 3, 8, 0, 8));
        ByteString other = announced((byte) 2, counters(device, 3, 8, 0, 8)).getPublicKey();
        say(genuine.toBuilder().setPublicKey(other).build());
        say(genuine.toBuilder().setPublicKey(other.substring(1)).build());
        assertThat(backend.server().counts().statements()).isEqualTo(2);
        assertThat(CountersKey.of(backend.storage(), Optional.empty())).isEmpty();
        assertThat(account(device)).isNull();
    }

    @Test
    void keyOfAnEnrolmentIsNotReplacedByWhatADeviceBrings() throws Exception {
        FakeDevice device = backend.device("d");
        say(announced((byte) 1, counters(device, 3, 8, 0, 8)));
        assertThat(backend.server().counts().statements()).isEqualTo(1);
        assertThat(account(device)).isNull();
        assertThat(CountersKey.of(backend.storage(), Optional.of("d")))
                .containsExactly(new CountersKey("d", Optional.empty()));
    }
}
