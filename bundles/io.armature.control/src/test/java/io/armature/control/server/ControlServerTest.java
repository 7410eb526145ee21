package io.armature.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.dispatch.CommandMemory;
import io.armature.control.dispatch.CommandTable;
import io.armature.control.dispatch.Dispatcher;
import io.armature.control.dispatch.TestCommands;
import io.armature.control.wire.FrameType;
import io.armature.control.wire.Request;
import io.armature.platform.api.testing.PlainFiles;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ControlServerTest {

    private static final int CONNECTIONS = 4;

    @TempDir Path folder;
    private final CommandTable table = new CommandTable(List.of());
    private final CountDownLatch release = new CountDownLatch(1);
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Path path;
    private ControlServer server;
    private Duration requestLimit = Duration.ofSeconds(20);
    private PeerRule peers;

    @BeforeEach
    void serve() throws IOException {
        path = folder.resolve("control.sock");
        table.add("echo", TestCommands.entry(TestCommands.Echo::new));
        table.add("cat", TestCommands.entry(TestCommands.Cat::new));
        table.add("flood", TestCommands.entry(TestCommands.Flood::new));
        table.add(
                "hold",
                TestCommands.entry(
                        terminal -> {
                            terminal.onGone(() -> told.add("gone"));
                            return new TestCommands.Hold(terminal, release);
                        }));
        open();
    }

    private void open() throws IOException {
        SocketFile file = SocketFile.bind(path, "");
        PeerRule rule = peers == null ? new PeerRule(file.owner(), "", Path.of("/none")) : peers;
        server =
                new ControlServer(
                        file,
                        rule,
                        new Limits(
                                CONNECTIONS, requestLimit, Duration.ZERO, Duration.ofMillis(100)),
                        new Dispatcher(
                                table,
                                Duration.ofSeconds(5),
                                new CommandMemory(folder.resolve("commands"), new PlainFiles()),
                                name -> Optional.empty()));
    }

    @AfterEach
    void nothingIsLeftBehind() {
        release.countDown();
        server.close(Duration.ZERO, Farewell.REPLACED);
        await("no thread is left", () -> threads().isEmpty());
        assertThat(path).doesNotExist();
        assertThat(folder.resolve(".control")).doesNotExist();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("control-"))
                .toList();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what + " " + threads()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private RawClient client() throws IOException {
        return new RawClient(path);
    }

    private void stillServes() throws IOException {
        try (RawClient client = client().call("echo", "still")) {
            RawClient.Answer answer = client.answer();
            assertThat(answer.refusal()).isEmpty();
            assertThat(answer.out()).isEqualTo("still @/\n");
            assertThat(answer.exit()).isZero();
        }
    }

    @Test
    void socketIsForOwnerAndGroupOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-rw----");
    }

    @Test
    void socketOfKilledRunIsReplaced() throws Exception {
        server.close(Duration.ZERO, Farewell.REPLACED);
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        open();
        stillServes();
    }

    @Test
    void startedComesBeforeOutputAndExitLast() throws Exception {
        try (RawClient client = client().call("echo", "a")) {
            assertThat(client.answer().types())
                    .containsExactly(
                            FrameType.STARTED.number(),
                            FrameType.STDOUT.number(),
                            FrameType.EXIT.number());
        }
    }

    @Test
    void garbageIsRefusedAndTheNextClientServed() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[1 + random.nextInt(3000)];
            random.nextBytes(bytes);
            try (RawClient client = client()) {
                client.raw(bytes);
                if (bytes.length >= 4) {
                    assertThat(client.answer().types()).containsExactly(FrameType.REFUSED.number());
                }
            } catch (IOException e) {
                assertThat(e).as("refused before all was sent").hasMessageContaining("ipe");
            }
        }
        stillServes();
    }

    @Test
    void oversizedFrameIsRefusedWithOneLine() throws Exception {
        try (RawClient client = client().preamble()) {
            client.raw(new byte[] {1, 0x7F, 0, 0, 0});
            assertThat(client.answer().refusal())
                    .contains("REQUEST frame of 2130706432 bytes")
                    .doesNotContain("\n");
        }
        stillServes();
    }

    @Test
    void clientsThatVanishAnywhereLeaveNothing() throws Exception {
        byte[] request = RawClient.request("echo", "x");
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(new byte[] {'A', 'R', 'M', 'C', 0, 1, 0, 0, 1, 0, 0, 0});
        whole.write(request.length);
        whole.write(request);
        long before = descriptors();
        for (int length = 0; length <= whole.size(); length++) {
            try (RawClient client = client()) {
                client.raw(Arrays.copyOf(whole.toByteArray(), length));
            }
        }
        await("all connections are over", () -> server.connections() == 0);
        stillServes();
        await("descriptors are back", () -> descriptors() <= before + 1);
    }

    private static long descriptors() {
        String[] names = new File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }

    @Test
    void nothingIsLookedAtWhileACommandRunsForAClientThatIsThere() throws Exception {
        try (RawClient silent = client().preamble()) {
            await("a silent client has a deadline", () -> server.tickMillis() > 0);
            silent.frame(FrameType.REQUEST, RawClient.request("hold"));
            await("a running command has none", () -> server.tickMillis() == 0);
            assertThat(server.connections()).isEqualTo(1);
        }
        await(
                "one whose client has gone is interrupted",
                () -> server.connections() == 0 && server.tickMillis() == 0);
    }

    @Test
    void silentClientIsTurnedAwayAfterTheDeadline() throws Exception {
        server.close(Duration.ZERO, Farewell.REPLACED);
        requestLimit = Duration.ofMillis(50);
        open();
        try (RawClient client = client().preamble()) {
            assertThat(client.answer().refusal()).contains("no whole request within 50 ms");
        }
    }

    @Test
    void vanishedClientsCommandIsToldAndInterrupted() throws Exception {
        try (RawClient client = client().call("hold")) {
            client.next(new ByteArrayOutputStream());
            client.next(new ByteArrayOutputStream());
        }
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("gone");
        await("command was interrupted", () -> server.connections() == 0);
    }

    @Test
    void slowReaderHoldsUpNobodyElse() throws Exception {
        try (RawClient slow = client().call("flood")) {
            for (int i = 0; i < 20; i++) {
                stillServes();
            }
            slow.next(new ByteArrayOutputStream());
        }
        await("flood has ended", () -> server.connections() == 0);
    }

    @Test
    void clientsBeyondTheLimitAreToldAndReadersThatStallMakePlace() throws Exception {
        List<RawClient> held = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            held.add(client().call("hold"));
            held.get(i).next(new ByteArrayOutputStream());
        }
        try (RawClient client = client()) {
            assertThat(client.answer().refusal()).contains("4 commands at once");
        }
        held.get(0).close();
        await("place is free", () -> server.connections() < CONNECTIONS);
        RawClient flood = client().call("flood");
        flood.next(new ByteArrayOutputStream());
        await("flood stalls", () -> servedInstead());
        flood.close();
        for (RawClient client : held) {
            client.close();
        }
    }

    private boolean servedInstead() {
        try (RawClient client = client().call("echo", "in")) {
            return client.answer().exit() == 0;
        } catch (IOException e) {
            return false; // turned away while it was sending
        }
    }

    @Test
    void standardInputIsAskedForOnlyByCommandsThatRead() throws Exception {
        try (RawClient client = client().call("cat")) {
            ByteArrayOutputStream credit = new ByteArrayOutputStream();
            assertThat(client.next(new ByteArrayOutputStream()))
                    .isEqualTo(FrameType.STARTED.number());
            assertThat(client.next(credit)).isEqualTo(FrameType.STDIN_CREDIT.number());
            assertThat(credit.toByteArray()).containsExactly(0, 1, 0, 0);
            client.frame(FrameType.STDIN, "a\nb".getBytes(StandardCharsets.UTF_8));
            client.frame(FrameType.STDIN_END, new byte[0]);
            RawClient.Answer answer = client.answer();
            assertThat(answer.out()).isEqualTo("a\nb\n");
            assertThat(answer.exit()).isZero();
        }
    }

    @Test
    void inputThatNobodyAskedForEndsTheConnection() throws Exception {
        try (RawClient client = client().call("hold")) {
            client.next(new ByteArrayOutputStream());
            client.next(new ByteArrayOutputStream());
            client.frame(FrameType.STDIN, new byte[10]);
            assertThat(client.answer().exit()).isEqualTo(-1);
        }
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("gone");
    }

    @Test
    void peersWithoutLeaveAreRefused() throws Exception {
        server.close(Duration.ZERO, Farewell.REPLACED);
        peers = new PeerRule("somebody", "", Path.of("/none"));
        open();
        if (System.getProperty("user.name").equals("root")) {
            stillServes(); // root always may; the rule itself has its own test
        } else {
            try (RawClient client = client()) {
                assertThat(client.answer().refusal()).contains("may not control");
            }
        }
    }

    @Test
    void waitingClientsAreToldToComeAgainWhenTheSocketGoes() throws Exception {
        try (RawClient silent = client();
                RawClient held = client().call("hold")) {
            held.next(new ByteArrayOutputStream());
            await("both are in", () -> server.connections() == 2);
            server.close(Duration.ZERO, Farewell.REPLACED);
            assertThat(silent.answer().refusal().charAt(0)).isEqualTo((char) 1);
            RawClient.Answer cut = held.answer();
            assertThat(cut.err()).contains("being replaced").hasLineCount(1);
            assertThat(cut.exit()).isEqualTo(1);
        }
    }

    @Test
    void commandThatEndsWithinTheGraceIsNotCut() throws Exception {
        try (RawClient held = client().call("hold")) {
            held.next(new ByteArrayOutputStream());
            held.next(new ByteArrayOutputStream());
            release.countDown();
            server.close(Duration.ofSeconds(10), Farewell.REPLACED);
            assertThat(held.answer().exit()).isZero();
        }
    }

    @Test
    void continuationCarriesTheCallersCircumstances() throws Exception {
        table.add(
                "again",
                TestCommands.entry(
                        terminal -> {
                            ((SocketTerminal) terminal).continueWith(List.of("echo", "more"));
                            return new TestCommands.Echo(terminal);
                        }));
        try (RawClient client = client().preamble()) {
            Request request = new Request(99, "/d", List.of("again"), Map.of("ARMATURE_A", "b"));
            client.frame(FrameType.REQUEST, request.encode());
            ByteArrayOutputStream last = new ByteArrayOutputStream();
            int type = 0;
            while (type != FrameType.CONTINUE.number()) {
                last.reset();
                type = client.next(last);
            }
            assertThat(Request.decode(last.toByteArray()))
                    .isEqualTo(request.with(List.of("echo", "more")));
        }
    }
}
