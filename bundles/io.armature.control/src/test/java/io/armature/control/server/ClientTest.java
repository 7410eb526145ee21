package io.armature.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.dispatch.CommandMemory;
import io.armature.control.dispatch.CommandTable;
import io.armature.control.dispatch.Dispatcher;
import io.armature.control.dispatch.TestCommands;
import io.armature.control.wire.Frame;
import io.armature.control.wire.FrameType;
import io.armature.platform.api.testing.PlainFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client as a process of its own against a real socket. */
class ClientTest {

    private static final String CLIENT = System.getProperty("armature.cli.classes");

    @TempDir Path root;
    private final CommandTable table = new CommandTable(List.of());
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Process> started = new ArrayList<>();
    private ControlServer server;

    @BeforeEach
    void serve() throws IOException {
        table.add("echo", TestCommands.entry(TestCommands.Echo::new));
        table.add("cat", TestCommands.entry(TestCommands.Cat::new));
        table.add("hold", TestCommands.entry(terminal -> new TestCommands.Hold(terminal, release)));
        Files.createDirectories(root.resolve("run/armature"));
        server = open();
    }

    private ControlServer open() throws IOException {
        SocketFile file = SocketFile.bind(root.resolve("run/armature/control.sock"), "");
        return new ControlServer(
                file,
                new PeerRule(file.owner(), "", Path.of("/nowhere")),
                new Limits(8, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(1)),
                new Dispatcher(
                        table,
                        Duration.ofSeconds(5),
                        new CommandMemory(root.resolve("commands"), new PlainFiles()),
                        name -> Optional.empty()));
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
        release.countDown();
        server.close(Duration.ZERO, Farewell.REPLACED);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                CLIENT,
                                "io.armature.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment().put("ARMATURE_DIRECTORY", "/somewhere");
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static int exit(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("client ended").isTrue();
        return process.exitValue();
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void argumentsDirectoryAndExitCodeTravel() throws Exception {
        Process process = start("echo", "--code", "7", "grüße", "");
        assertThat(text(process.getInputStream())).isEqualTo("grüße  @/somewhere\n");
        assertThat(text(process.getErrorStream())).isEmpty();
        assertThat(exit(process)).isEqualTo(7);
    }

    @Test
    void standardInputGoesThroughUnchanged() throws Exception {
        Process process = start("cat");
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            sent.append("line ").append(i).append('\n');
        }
        Thread writer =
                new Thread(
                        () -> {
                            try (OutputStream in = process.getOutputStream()) {
                                in.write(sent.toString().getBytes(StandardCharsets.UTF_8));
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        writer.start();
        assertThat(text(process.getInputStream())).isEqualTo(sent.toString());
        assertThat(exit(process)).isZero();
        writer.join();
    }

    @Test
    void deviceThatIsDownGivesOneLineAndThree() throws Exception {
        server.close(Duration.ZERO, Farewell.REPLACED);
        Process process = start("echo");
        assertThat(text(process.getErrorStream()))
                .isEqualTo("armature: no device is running at " + root + "\n");
        assertThat(exit(process)).isEqualTo(3);
    }

    @Test
    void backendThatIsDownIsNamedSo() throws Exception {
        server.close(Duration.ZERO, Farewell.REPLACED);
        Process process = start("backend", "stats");
        assertThat(text(process.getErrorStream()))
                .isEqualTo("armature: no backend is running at " + root + "\n");
        assertThat(exit(process)).isEqualTo(3);
    }

    @Test
    void clientWaitsForSocketThatIsOnlyAway() throws Exception {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        Files.writeString(
                root.resolve("run/armature/control.away"),
                ProcessHandle.current().pid() + " " + fields[19] + "\n");
        server.close(Duration.ZERO, Farewell.REPLACED);
        Process process = start("echo", "later");
        server = open();
        assertThat(text(process.getInputStream())).isEqualTo("later @/somewhere\n");
        assertThat(exit(process)).isZero();
    }

    @Test
    void markOfDeadProcessDeceivesNobody() throws Exception {
        Files.writeString(root.resolve("run/armature/control.away"), "1 99999999999\n");
        server.close(Duration.ZERO, Farewell.REPLACED);
        assertThat(exit(start("echo"))).isEqualTo(3);
    }

    @Test
    void commandCutByReplacementFailsWithOneLine() throws Exception {
        Process process = start("hold");
        assertThat(process.getInputStream().read()).isEqualTo('h');
        server.close(Duration.ZERO, Farewell.REPLACED);
        assertThat(text(process.getErrorStream()))
                .isEqualTo(
                        "armature: the control socket is being replaced;"
                                + " what is printed is done, run it again for the rest\n");
        assertThat(exit(process)).isEqualTo(1);
    }

    @Test
    void commandCutByTheDevicesEndSaysSoAndGivesThree() throws Exception {
        Process process = start("hold");
        assertThat(process.getInputStream().read()).isEqualTo('h');
        server.close(Duration.ZERO, Farewell.DEVICE_DOWN);
        assertThat(text(process.getErrorStream())).isEqualTo("armature: the device goes down\n");
        assertThat(exit(process)).isEqualTo(3);
    }

    @Test
    void deviceThatDiesDuringTheCommandGivesOneLineAndThree() throws Exception {
        server.close(Duration.ZERO, Farewell.REPLACED);
        Path path = root.resolve("run/armature/control.sock");
        try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dying.bind(UnixDomainSocketAddress.of(path));
            Process process = start("echo");
            try (SocketChannel client = dying.accept()) {
                client.write(Frame.empty(FrameType.STARTED));
            }
            assertThat(text(process.getErrorStream()))
                    .hasLineCount(1)
                    .startsWith("armature: the device went away during the command");
            assertThat(exit(process)).isEqualTo(3);
        }
    }

    @Test
    void interruptedClientLeavesNothingRunning() throws Exception {
        Process process = start("hold");
        assertThat(process.getInputStream().read()).isEqualTo('h');
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (server.connections() > 0) {
            assertThat(System.nanoTime()).as("command ends").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
