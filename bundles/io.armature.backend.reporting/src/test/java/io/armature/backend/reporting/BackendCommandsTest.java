package io.armature.backend.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.testing.MemoryAccounts;
import io.armature.backend.reporting.audit.LastWords;
import io.armature.backend.reporting.audit.Statement;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.testing.MemoryTerminal;
import io.armature.platform.api.testing.FolderPaths;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.proto.DeviceCounters;
import io.armature.reporting.proto.NotedCounters;
import io.armature.reporting.proto.SignedCounters;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BackendCommandsTest extends CommandContract {

    @TempDir Path root;

    private final HandClock clock = new HandClock(Instant.parse("2026-03-04T23:59:00Z"), 0);
    private final AtomicReference<CommandFailure> failure = new AtomicReference<>();
    private ReportingBackend component;

    @BeforeEach
    void start() {
        component =
                new ReportingBackend(
                        new FolderPaths(root),
                        new PlainFiles(),
                        clock,
                        new SecureRandom()::nextBytes,
                        null,
                        defaults());
    }

    @Override
    protected Command command() {
        return component;
    }

    @AfterEach
    void stop() {
        component.stop();
    }

    @Test
    void enrolmentWritesKeysAddressAndPassword() throws Exception {
        component.bindAccounts(new MemoryAccounts());
        MemoryTerminal caller = new MemoryTerminal("", root);

        assertThat(run(caller, "enroll", "dev-1", "--out", "out", "--json")).isZero();

        Path out = root.resolve("out");
        assertThat(caller.printed())
                .isEqualTo("{\"device\":\"dev-1\",\"directory\":\"" + out + "\"}\n");
        assertThat(Files.readString(out.resolve("reporting/verification-key")))
                .matches("[0-9a-f]{64}\n");
        assertThat(
                        SignedEncryptionInfo.parseFrom(
                                        Files.readAllBytes(out.resolve("reporting/encryption-key")))
                                .getPublicAsymmetricKey()
                                .size())
                .isEqualTo(32);
        Path countersKey = out.resolve("reporting/counters-key");
        assertThat(Files.readString(countersKey)).matches("[0-9a-f]{64}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(countersKey)))
                .isEqualTo("rw-------");
        assertThat(component.backend().storage().noted("dev-1").get("counters-key").size())
                .isEqualTo(32);
        Path password = out.resolve("reporting/mqtt-password");
        assertThat(Files.readString(password)).isEqualTo("secret-of-dev-1\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(out.resolve("io.armature.reporting.mqtt.json")))
                .isEqualToIgnoringWhitespace(
                        "{\"io.armature.reporting.mqtt\": {"
                                + "\"server_uri\": \"tcp://127.0.0.1:1\", \"user\": \"dev-1\","
                                + "\"password_file\": \"etc/armature/reporting/mqtt-password\"}}");
        assertThat(caller.printed()).doesNotContain("secret");
        // A second enrolment replaces the first.
        assertThat(run(new MemoryTerminal("", root), "enroll", "dev-1", "--out", "out")).isZero();
    }

    @Test
    void enrolmentGoesToStandardOutputForACallerWhoWritesWhereTheServerCannot() throws Exception {
        component.bindAccounts(new MemoryAccounts());
        MemoryTerminal caller = new MemoryTerminal("", root);
        assertThat(run(caller, "enroll", "dev-1", "--out", "-")).isZero();
        assertThat(caller.printed())
                .startsWith("reporting/\0")
                .contains("ustar", "reporting/mqtt-password\0", "secret-of-dev-1\n")
                .doesNotContain("enrolled");
        assertThat(component.backend().storage().noted("dev-1")).containsKey("counters-key");
        assertThat(run(caller, "enroll", "dev-1", "--out", "-", "--json")).isEqualTo(2);
    }

    @Test
    void enrolmentSaysWhatToDoWhereItCannotWrite() throws Exception {
        component.bindAccounts(new MemoryAccounts());
        Files.writeString(root.resolve("file"), "");
        assertThat(run(new MemoryTerminal("", root), "enroll", "dev-1", "--out", "file"))
                .isEqualTo(1);
        assertThat(failure.get())
                .hasMessageStartingWith("not enrolled: ")
                .hasMessageEndingWith("'--out -' writes a tar archive to standard output instead");
        assertThat(component.backend().storage().noted("dev-1")).isEmpty();
    }

    @Test
    void enrolmentNeedsTheBrokerAndAGoodId() {
        MemoryTerminal caller = new MemoryTerminal("", root);
        assertThat(run(caller, "enroll", "dev-1", "--out", "out")).isEqualTo(1);
        assertThat(failure.get()).hasMessage("the broker is away");
        assertThat(run(caller, "enroll", "../up", "--out", "out")).isEqualTo(2);
        assertThat(root.resolve("out")).doesNotExist();
    }

    @Test
    void auditAccountsForEveryIdAndFailsForThoseUnknown() throws Exception {
        FakeDevice device = device("d");
        store(device, "a", "b");
        MemoryTerminal whole = new MemoryTerminal("", root);
        assertThat(run(whole, "audit", "--device", "d")).isZero();
        assertThat(whole.printed())
                .containsPattern(
                        "(?m)^d +FAST_BATCH +" + device.guid + " +4711 +2 +2 +0 +0 +0 +0 +0 ")
                .containsPattern("(?m)^total +2 +2 ");
        device.next("never sent");
        store(device, "above");
        MemoryTerminal json = new MemoryTerminal("", root);
        assertThat(run(json, "audit", "--json")).isEqualTo(1);
        assertThat(failure.get())
                .hasMessage("1 ids unknown, 0 stored more than once, 0 chain breaks");
        assertThat(json.printed())
                .startsWith("{\"whole\":false,\"ids\":4,\"confirmed\":3,\"refused\":0,")
                .contains("\"missing\":1,\"unknown\":1,")
                .contains("\"linked\":2,\"chain_breaks\":0,\"unlinked\":1");
    }

    @Test
    void auditSaysHowOldTheStatementsAreThatItCounts() throws Exception {
        RecordStorage storage = component.backend().storage();
        byte[] key = new byte[32];
        Ed25519.generatePublicKey(new byte[32], 0, key, 0);
        storage.note("d", Statement.KEY_NOTE, ByteString.copyFrom(key));
        assertThat(audited()).contains("counters of d: none stated yet\n");
        state(7);
        clock.advance(Duration.ofSeconds(42));
        assertThat(audited())
                .contains("counters of d: stated 42 s ago, at 2026-03-04T23:59:00Z\n")
                .doesNotContain("gone");
        clock.advance(Duration.ofMinutes(3));
        assertThat(audited()).contains("counters of d: stated 3 min ago, at ");
        clock.advance(Duration.ofHours(5));
        assertThat(audited()).contains("counters of d: stated 5 h ago, at ");
        clock.advance(Duration.ofHours(60));
        assertThat(audited()).contains("counters of d: stated 2 days ago, at ");
        MemoryTerminal json = new MemoryTerminal("", root);
        assertThat(run(json, "audit", "--json")).isZero();
        assertThat(json.printed())
                .contains(
                        "{\"device\":\"d\",\"enrolled\":true,"
                                + "\"stated\":\"2026-03-04T23:59:00Z\",\"gone_queues\":0,"
                                + "\"forgotten_queues\":0}");
        ByteString old = storage.noted("d").get(Statement.NOTE);
        storage.note(
                "d",
                Statement.NOTE,
                NotedCounters.parseFrom(old).toBuilder().clearStatedUs().build().toByteString());
        assertThat(audited()).contains("counters of d: stated nobody noted when\n");
    }

    @Test
    void auditsHelpSaysThatStatementsCount() {
        MemoryTerminal help = new MemoryTerminal("", root);
        CommandLine line = new CommandLine(component.create(help));
        assertThat(line.getSubcommands().get("audit").getUsageMessage())
                .contains("by what devices last stated")
                .doesNotContain("nothing else");
    }

    private String audited() {
        MemoryTerminal caller = new MemoryTerminal("", root);
        assertThat(run(caller, "audit")).isZero();
        return caller.printed();
    }

    /** As a device of an all-zero key. */
    private void state(long number) throws Exception {
        ByteString counters =
                DeviceCounters.newBuilder().setStatement(number).build().toByteString();
        byte[] message = Statement.message("d", counters);
        byte[] signature = new byte[64];
        Ed25519.sign(new byte[32], 0, message, 0, message.length, signature, 0);
        SignedCounters signed =
                SignedCounters.newBuilder()
                        .setCounters(counters)
                        .setSignature(ByteString.copyFrom(signature))
                        .build();
        Statement said =
                Statement.of(
                                "d",
                                component.backend().storage().noted("d").get(Statement.KEY_NOTE),
                                signed)
                        .orElseThrow();
        RecordStorage storage = component.backend().storage();
        storage.note(
                "d",
                Statement.NOTE,
                LastWords.of(storage, "d").with(signed, said, clock.wall(), storage::passed));
    }

    @Test
    void keysAreListedAndMadeAnew() throws Exception {
        int first = component.backend().keys().id();
        MemoryTerminal rotated = new MemoryTerminal("", root);
        assertThat(run(rotated, "keys", "rotate")).isZero();
        int second = component.backend().keys().id();
        assertThat(second).isNotEqualTo(first);
        assertThat(rotated.printed()).isEqualTo("old     " + first + "\ncurrent " + second + "\n");
        MemoryTerminal listed = new MemoryTerminal("", root);
        assertThat(run(listed, "keys", "--json")).isZero();
        assertThat(listed.printed())
                .isEqualTo("{\"current\":" + second + ",\"old\":[" + first + "]}\n");
        assertThat(run(new MemoryTerminal("", root), "keys", "melt")).isEqualTo(2);
    }

    @Test
    void configurationIsSetShownAndClearedWithVersionsThatCountUp() throws Exception {
        MemoryTerminal none = new MemoryTerminal("", root);
        assertThat(run(none, "config")).isZero();
        assertThat(none.printed()).isEqualTo("no configuration was ever set\n");
        MemoryTerminal set = new MemoryTerminal("", root);
        assertThat(
                        run(
                                set,
                                "config",
                                "set",
                                "HEARTBEAT_EVENTS",
                                "CRD_EVENTS=0.1.0..0.2.5",
                                "OS_EVENTS=..0.3.0"))
                .isZero();
        assertThat(set.printed())
                .isEqualTo(
                        "version 1\nblocked HEARTBEAT_EVENTS\nblocked CRD_EVENTS 0.1.0..0.2.5\n"
                                + "blocked OS_EVENTS ..0.3.0\n");
        MemoryTerminal shown = new MemoryTerminal("", root);
        assertThat(run(shown, "config", "show")).isZero();
        assertThat(shown.printed()).isEqualTo(set.printed());
        MemoryTerminal cleared = new MemoryTerminal("", root);
        assertThat(run(cleared, "config", "clear", "--version", "12", "--json")).isZero();
        assertThat(cleared.printed()).isEqualTo("{\"version\":12,\"blocked\":[]}\n");
        MemoryTerminal json = new MemoryTerminal("", root);
        assertThat(run(json, "config", "set", "CRD_EVENTS=1.0.0..", "--json")).isZero();
        assertThat(json.printed())
                .isEqualTo(
                        "{\"version\":13,\"blocked\":[{\"destination\":\"CRD_EVENTS\","
                                + "\"minimum\":\"1.0.0\",\"maximum\":\"\"}]}\n");
    }

    @Test
    void configurationThatDevicesWouldRefuseIsWrongUsage() {
        for (String[] words :
                List.of(
                        new String[] {"config", "set"},
                        new String[] {"config", "clear", "CRD_EVENTS"},
                        new String[] {"config", "show", "--version", "3"},
                        new String[] {"config", "set", "NIX"},
                        new String[] {"config", "set", "UNDEFINED_DESTINATION"},
                        new String[] {"config", "set", "CRD_EVENTS=1.0.0"},
                        new String[] {"config", "set", "CRD_EVENTS=1.0..2.0.0"},
                        new String[] {"config", "set", "CRD_EVENTS=2.0.0..1.0.0"},
                        new String[] {"config", "set", "CRD_EVENTS", "--version", "0"},
                        new String[] {"config", "melt"})) {
            assertThat(run(new MemoryTerminal("", root), words))
                    .as("%s", (Object) words)
                    .isEqualTo(2);
        }
        MemoryTerminal none = new MemoryTerminal("", root);
        run(none, "config", "--json");
        assertThat(none.printed()).isEqualTo("{\"version\":0,\"blocked\":[]}\n");
    }

    @Test
    void damagedConfigurationIsAFault() throws Exception {
        assertThat(run(new MemoryTerminal("", root), "config", "set", "CRD_EVENTS")).isZero();
        assertThat(component.faults()).isEmpty();
        Path file = new FolderPaths(root).state().resolve("backend-reporting/configuration");
        Files.write(file, new byte[] {1});
        assertThat(component.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("damaged"));
        assertThat(run(new MemoryTerminal("", root), "config")).isEqualTo(1);
        assertThat(run(new MemoryTerminal("", root), "config", "clear")).isEqualTo(1);
        assertThat(Files.readAllBytes(file)).isEqualTo(new byte[] {1});
    }

    @Test
    void statsCountPerDeviceAndInAll() throws Exception {
        FakeDevice device = device("d");
        store(device, "a", "b");
        MemoryTerminal table = new MemoryTerminal("", root);
        run(table, "stats");
        assertThat(table.printed()).containsPattern("(?m)^d +2 +0 ").containsPattern("total +2");
        MemoryTerminal json = new MemoryTerminal("", root);
        run(json, "stats", "--json");
        assertThat(json.printed())
                .startsWith("{\"records\":2,\"duplicates\":0,\"gaps\":0,\"refused\":0,")
                .contains("\"devices\":{\"d\":{\"records\":2");
    }

    @Test
    void statsShowWhatADeviceLastSaidOfItsSpool() throws Exception {
        FakeDevice device = device("d");
        store(device, "a");
        MemoryTerminal silent = new MemoryTerminal("", root);
        run(silent, "stats");
        assertThat(silent.printed()).containsPattern("(?m)^d +1 +0 +0 +0 +0 +- +-$");
        upload(device, request -> request.setRemainingStorageCapacity(1).setNewEventsRate(2));
        upload(device, request -> request.setRemainingStorageCapacity(63 << 20));
        awaitStats("\"d\":\\{\"records\":3,.*\"remaining_storage_capacity\":66060288\\}");
        upload(
                device,
                request -> request.setRemainingStorageCapacity(62 << 20).setNewEventsRate(777));
        awaitStats(
                "\"d\":\\{\"records\":4,.*\"remaining_storage_capacity\":65011712,"
                        + "\"new_events_rate\":777\\}");
        MemoryTerminal table = new MemoryTerminal("", root);
        run(table, "stats");
        assertThat(table.printed()).containsPattern("(?m)^d +4 +0 +0 +0 +0 +65011712 +777$");
        upload(device, request -> request.setRemainingStorageCapacity(-1).setNewEventsRate(-1));
        awaitStats("\"d\":\\{\"records\":5,[^}]*\"chain_breaks\":0\\}");
    }

    private void upload(FakeDevice device, UnaryOperator<UploadEncryptedRecordRequest.Builder> with)
            throws IOException {
        component
                .backend()
                .server()
                .received(
                        device.topic(),
                        UploadEnvelope.newBuilder()
                                .setRequest(
                                        with.apply(
                                                UploadEncryptedRecordRequest.newBuilder()
                                                        .addEncryptedRecord(device.next("x"))))
                                .build()
                                .toByteArray());
    }

    private void awaitStats(String pattern) {
        Pattern awaited = Pattern.compile(pattern);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        MemoryTerminal json;
        do {
            assertThat(System.nanoTime()).as(pattern).isLessThan(deadline);
            json = new MemoryTerminal("", root);
            run(json, "stats", "--json");
        } while (!awaited.matcher(json.printed()).find());
    }

    @Test
    void recordsCanBeLimitedToADevice() throws Exception {
        store(device("d1"), "one");
        store(device("d2"), "two");
        MemoryTerminal all = new MemoryTerminal("", root);
        run(all, "records");
        assertThat(all.printed().lines()).hasSize(2);
        MemoryTerminal one = new MemoryTerminal("", root);
        run(one, "records", "--device", "d2", "--json");
        assertThat(one.printed().lines())
                .singleElement()
                .asString()
                .contains("\"device\":\"d2\"")
                .endsWith("\"data\":\"two\"}");
    }

    @Test
    void deviceThatNobodyKnowsIsAFailureOfOneLine() throws Exception {
        store(device("gone"), "enrolled no more");
        for (String[] words :
                List.of(
                        new String[] {"records", "--device", "nix"},
                        new String[] {"records", "--device", "nix", "--follow"})) {
            MemoryTerminal caller = new MemoryTerminal("", root);
            assertThat(run(caller, words)).isEqualTo(1);
            assertThat(failure.get()).hasMessageStartingWith("unknown device 'nix'");
            assertThat(caller.printed()).isEmpty();
        }
        MemoryAccounts accounts = new MemoryAccounts();
        accounts.enroll("d-without-records");
        component.bindAccounts(accounts);
        MemoryTerminal silent = new MemoryTerminal("", root);
        assertThat(run(silent, "records", "--device", "d-without-records")).isZero();
        assertThat(silent.printed()).isEmpty();
        MemoryTerminal gone = new MemoryTerminal("", root);
        assertThat(run(gone, "records", "--device", "gone")).isZero();
        assertThat(gone.printed()).hasLineCount(1);
    }

    @Test
    void followGoesOnUntilTheCallerHasGone() throws Exception {
        FakeDevice device = device("d");
        store(device, "before");
        MemoryTerminal caller = new MemoryTerminal("", root);
        CountDownLatch ended = new CountDownLatch(1);
        new Thread(
                        () -> {
                            run(caller, "records", "--follow");
                            ended.countDown();
                        })
                .start();
        caller.awaitLines(1);
        store(device, "after");
        caller.awaitLines(2);
        caller.go();
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(caller.printed()).contains("before", "after");
    }

    @Test
    void followEndsWithAReasonWhenTheServerIsReplaced() throws Exception {
        FakeDevice device = device("d");
        store(device, "before");
        MemoryTerminal caller = new MemoryTerminal("", root);
        CompletableFuture<Integer> ended =
                CompletableFuture.supplyAsync(() -> run(caller, "records", "--follow"));
        caller.awaitLines(1);
        component.stop();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(failure.get())
                .hasMessage("the reporting server was stopped or replaced; start again");
    }

    private FakeDevice device(String id) throws IOException {
        component.backend().storage().note(id, KnownDevices.ENROLLED, ByteString.EMPTY);
        return new FakeDevice(id, component.backend().keys().signedKey());
    }

    private void store(FakeDevice device, String... data) throws IOException {
        long before = stored(device);
        for (String text : data) {
            component
                    .backend()
                    .server()
                    .received(device.topic(), FakeDevice.batch(device.next(text)));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (stored(device) < before + data.length && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        // Counted when taken, readable when forced: a reader sees it after the next line.
        MemoryTerminal caller = new MemoryTerminal("", root);
        while (caller.printed().lines().count() < before + data.length
                && System.nanoTime() < deadline) {
            caller = new MemoryTerminal("", root);
            run(caller, "records", "--device", device.id);
        }
    }

    private long stored(FakeDevice device) throws IOException {
        var counts = component.backend().storage().counts().get(device.id);
        return counts == null ? 0 : counts.records();
    }

    private int run(MemoryTerminal caller, String... arguments) {
        CommandLine line = new CommandLine(component.create(caller));
        line.setExecutionExceptionHandler(
                (e, used, parsed) -> {
                    if (!(e instanceof CommandFailure known)) {
                        throw e;
                    }
                    failure.set(known);
                    return known.exitCode().code();
                });
        int code = line.execute(arguments);
        caller.out().flush();
        return code;
    }

    private static ReportingBackend.Settings defaults() {
        return (ReportingBackend.Settings)
                Proxy.newProxyInstance(
                        BackendCommandsTest.class.getClassLoader(),
                        new Class<?>[] {ReportingBackend.Settings.class},
                        (proxy, method, arguments) -> method.getDefaultValue());
    }
}
