package io.armature.reporting.mqtt.configuration;

import static io.armature.reporting.mqtt.configuration.Signer.rule;
import static io.armature.reporting.proto.Destination.CRD_EVENTS;
import static io.armature.reporting.proto.Destination.HEARTBEAT_EVENTS;
import static io.armature.reporting.proto.Destination.OS_EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.platform.api.Fault;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.UploadEnvelope;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in force: signatures, replays, restarts, and what is shown. */
class ServerConfigurationTest {

    private static final ByteString ID = ByteString.copyFromUtf8("0123456789abcdef");

    @TempDir Path folder;
    private final HandClock clock = new HandClock();
    private final PlainFiles files = new PlainFiles();
    private final MemoryReporting spool = new MemoryReporting();
    private final Signer server = new Signer();
    private ServerConfiguration device;

    @BeforeEach
    void start() {
        server.provision(folder.resolve("verification-key"));
        device = started("0.1.0");
    }

    private ServerConfiguration started(String version) {
        return started(version, spool);
    }

    private ServerConfiguration started(String version, Reporting spoolOfThen) {
        ServerConfiguration made =
                new ServerConfiguration(
                        new ServerConfiguration.Home(
                                version,
                                folder.resolve("verification-key"),
                                folder.resolve(ServerConfiguration.FILE)),
                        files,
                        spoolOfThen,
                        clock,
                        Runnable::run);
        made.start();
        return made;
    }

    private List<Destination> handedOver() {
        ListOfBlockedDestinations list = spool.configurations().poll();
        return list == null ? null : list.getDestinationsList();
    }

    private String fault() {
        return device.faults().stream().map(Fault::reason).toList().toString();
    }

    private int said() throws Exception {
        device.connected();
        return UploadEnvelope.parseFrom(device.join(new byte[0])).getConfigurationVersion();
    }

    /** Nothing changes, and the refusal is told with its count. */
    private void assertRefused(byte[] payload, String text, String count) throws Exception {
        int before = said();
        device.receive(payload);
        assertThat(handedOver()).isNull();
        assertThat(said()).isEqualTo(before);
        assertThat(fault()).contains(text, count);
        assertThat(started("0.1.0").faults()).isEmpty();
        spool.configurations().clear();
    }

    @Test
    void signedConfigurationIsHandedOnForThisRelease() throws Exception {
        device.receive(server.signed(1, rule(OS_EVENTS), rule(CRD_EVENTS, 1001, 2000)));
        assertThat(handedOver()).containsExactly(OS_EVENTS);
        device.receive(server.signed(2, rule(CRD_EVENTS, 1000, 1000)));
        assertThat(handedOver()).containsExactly(CRD_EVENTS);
        device.receive(server.signed(9));
        assertThat(handedOver()).isEmpty();
        assertThat(device.faults()).isEmpty();
        assertThat(said()).isEqualTo(9);
    }

    @Test
    void whatTheServerDidNotSignIsRefused() throws Exception {
        device.receive(server.signed(1, rule(OS_EVENTS)));
        handedOver();
        assertRefused(
                new Signer().signed(2, rule(CRD_EVENTS)), "not signed", "{signature=1}; version 1");
        byte[] genuine = server.signed(2, rule(CRD_EVENTS));
        ConfigFile other =
                ConfigFile.parseFrom(genuine).toBuilder()
                        .clearBlockedEventConfigs()
                        .addBlockedEventConfigs(rule(OS_EVENTS))
                        .build();
        assertRefused(other.toByteArray(), "not signed", "{signature=2}");
        assertRefused(
                other.toBuilder().clearConfigFileSignature().build().toByteArray(),
                "64 bytes",
                "{signature=3}");
    }

    @Test
    void replayedOlderVersionsAreRefusedAlsoAfterARestart() throws Exception {
        byte[] old = server.signed(1, rule(CRD_EVENTS));
        device.receive(old);
        device.receive(server.signed(5, rule(OS_EVENTS)));
        spool.configurations().clear();
        assertRefused(old, "version 1 came after 5", "{older version=1}; version 5 stays");
        device = started("0.1.0");
        assertThat(handedOver()).containsExactly(OS_EVENTS);
        assertRefused(old, "version 1 came after 5", "{older version=1}; version 5 stays");
        assertRefused(
                server.signed(5, rule(CRD_EVENTS)), "version 5 came after 5", "{older version=2}");
    }

    @Test
    void sameMessageAgainChangesNothingAndIsNoFault() {
        byte[] message = server.signed(3, rule(OS_EVENTS));
        device.receive(message);
        assertThat(handedOver()).containsExactly(OS_EVENTS);
        device.receive(new byte[] {1});
        assertThat(device.faults()).hasSize(1);
        device.receive(message);
        assertThat(handedOver()).isNull();
        assertThat(device.faults()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsRefusedAndCountedByReason() throws Exception {
        assertRefused(new byte[] {1, 2, 3}, "none stays", "{malformed=1}");
        assertRefused(new byte[9_000], "more than 8192", "{too long=1, malformed=1}");
        byte[] unknown = server.signed(1, rule(OS_EVENTS));
        unknown[3] = 41;
        assertRefused(unknown, "unknown to this release", "unknown destination=1}");
    }

    @Test
    void withoutTheServersKeyNothingIsTaken() throws Exception {
        for (String content : new String[] {"", "00\n", "x".repeat(64) + "\n", "0".repeat(9_999)}) {
            Files.writeString(folder.resolve("verification-key"), content);
            device.receive(server.signed(1, rule(OS_EVENTS)));
            assertThat(fault()).contains("no key of Ed25519");
        }
        Files.delete(folder.resolve("verification-key"));
        device.receive(server.signed(1, rule(OS_EVENTS)));
        assertThat(fault()).contains("no such file", "no verification key=5", "none stays");
        assertThat(handedOver()).isNull();
        server.provision(folder.resolve("verification-key"));
        device.receive(server.signed(1, rule(OS_EVENTS)));
        assertThat(handedOver()).containsExactly(OS_EVENTS);
        assertThat(device.faults()).isEmpty();
    }

    @Test
    void restartHandsItOnAgainForTheReleaseThatRunsThen() {
        device.receive(server.signed(4, rule(OS_EVENTS, 0, 1000), rule(CRD_EVENTS, 1001, 9000)));
        assertThat(handedOver()).containsExactly(OS_EVENTS);
        device = started("0.1.0");
        assertThat(handedOver()).containsExactly(OS_EVENTS);
        device = started("0.2.0");
        assertThat(handedOver()).containsExactly(CRD_EVENTS);
        device = started("9.9.9");
        assertThat(handedOver()).isEmpty();
        assertThat(device.faults()).isEmpty();
    }

    @Test
    void diskThatTakesNothingLeavesTheOldOneInForce() throws Exception {
        device.receive(server.signed(1, rule(OS_EVENTS)));
        handedOver();
        byte[] next = server.signed(2, rule(CRD_EVENTS));
        files.failing(true);
        assertRefused(next, "disk on fire", "{not kept=1}; version 1 stays");
        files.failing(false);
        device.receive(next);
        assertThat(handedOver()).containsExactly(CRD_EVENTS);
        assertThat(device.faults()).isEmpty();
    }

    @Test
    void damagedOrForeignFileIsAFaultUntilTheServerSendsAnother() throws Exception {
        device.receive(server.signed(6, rule(OS_EVENTS)));
        Path kept = folder.resolve(ServerConfiguration.FILE);
        byte[] whole = Files.readAllBytes(kept);
        byte[] flipped = whole.clone();
        flipped[5] ^= 1;
        spool.configurations().clear();
        for (byte[] bad :
                List.of(
                        new byte[0],
                        new byte[100_000],
                        flipped,
                        new Signer().signed(6, rule(OS_EVENTS)))) {
            Files.write(kept, bad);
            device = started("0.1.0");
            assertThat(handedOver()).isNull();
            assertThat(fault()).contains(kept.toString(), "none stays in force");
            assertThat(said()).isZero();
        }
        device.receive(server.signed(1, rule(HEARTBEAT_EVENTS)));
        assertThat(handedOver()).containsExactly(HEARTBEAT_EVENTS);
        assertThat(device.faults()).isEmpty();
    }

    @Test
    void spoolThatDoesNotTakeItIsAskedAgain() {
        spool.failing(StatusCode.UNAVAILABLE);
        device.receive(server.signed(1, rule(OS_EVENTS)));
        assertThat(fault()).contains("version 1 is not in force yet");
        clock.advance(ServerConfiguration.AGAIN);
        assertThat(handedOver()).isNull();
        device.receive(server.signed(2, rule(CRD_EVENTS)));
        spool.failing(StatusCode.OK);
        clock.advance(ServerConfiguration.AGAIN);
        assertThat(handedOver()).containsExactly(CRD_EVENTS);
        assertThat(handedOver()).isNull();
        assertThat(device.faults()).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    /** The answer about one that was replaced meanwhile comes last, and is of no interest. */
    @Test
    void lateRefusalOfAReplacedOneIsNoFaultAndAsksNoMore() {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        Reporting slow =
                (Reporting)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {Reporting.class},
                                (proxy, method, arguments) -> {
                                    answers.add(new CompletableFuture<>());
                                    return answers.get(answers.size() - 1);
                                });
        device = started("0.1.0", slow);
        device.receive(server.signed(1, rule(OS_EVENTS)));
        device.receive(server.signed(2, rule(CRD_EVENTS)));
        assertThat(answers).hasSize(2);
        answers.get(1).complete(null);
        answers.get(0)
                .completeExceptionally(new ReportingException(StatusCode.UNAVAILABLE, "late"));
        assertThat(device.faults()).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void keptFileThatIsTooLongIsNotEvenRead() throws Exception {
        Files.write(folder.resolve(ServerConfiguration.FILE), new byte[8_193]);
        device = started("0.1.0");
        assertThat(fault()).contains("cannot be read: longer than 8192 bytes");
        assertThat(handedOver()).isNull();
    }

    @Test
    void closedOneAsksNoMore() {
        spool.failing(StatusCode.UNAVAILABLE);
        device.receive(server.signed(1, rule(OS_EVENTS)));
        device.close();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void versionIsSaidOncePerConnectionMinuteAndChange() throws Exception {
        byte[] upload = UploadEnvelope.newBuilder().setBatchId(ID).build().toByteArray();
        UploadEnvelope first = UploadEnvelope.parseFrom(device.join(upload));
        assertThat(first.getBatchId()).isEqualTo(ID);
        assertThat(first.hasConfigurationVersion()).isTrue();
        assertThat(first.getConfigurationVersion()).isZero();
        assertThat(device.join(upload)).isSameAs(upload);
        device.receive(server.signed(Integer.MAX_VALUE, rule(OS_EVENTS)));
        assertThat(device.join(upload)).hasSize(upload.length + 6);
        assertThat(device.join(upload)).isSameAs(upload);
        clock.advance(Duration.ofMinutes(1));
        assertThat(device.join(upload)).hasSize(upload.length + 6);
        assertThat(device.join(upload)).isSameAs(upload);
        device.connected();
        assertThat(device.join(upload)).hasSize(upload.length + 6);
    }
}
