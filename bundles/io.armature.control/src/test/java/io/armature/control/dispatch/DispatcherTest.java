package io.armature.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.server.ControlServer;
import io.armature.control.server.Farewell;
import io.armature.control.server.Limits;
import io.armature.control.server.PeerRule;
import io.armature.control.server.RawClient;
import io.armature.control.server.SocketFile;
import io.armature.platform.api.testing.PlainFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DispatcherTest {

    @TempDir Path folder;
    private CommandTable table = new CommandTable(List.of());
    private final Map<String, String> stopped = new ConcurrentHashMap<>();
    private ControlServer server;

    private void serve(Duration patience) throws IOException {
        CommandMemory memory = new CommandMemory(folder.resolve("commands"), new PlainFiles());
        table = new CommandTable(memory.load());
        SocketFile file = SocketFile.bind(folder.resolve("s"), "");
        server =
                new ControlServer(
                        file,
                        new PeerRule(file.owner(), "", Path.of("/none")),
                        new Limits(
                                8,
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(9)),
                        new Dispatcher(
                                table,
                                patience,
                                memory,
                                name -> Optional.ofNullable(stopped.get(name))));
    }

    @AfterEach
    void close() {
        table.close();
        server.close(Duration.ZERO, Farewell.REPLACED);
    }

    private RawClient.Answer call(String... arguments) throws IOException {
        try (RawClient client = new RawClient(folder.resolve("s")).call(arguments)) {
            return client.answer();
        }
    }

    private void addEcho() {
        table.add("echo", TestCommands.entry(TestCommands.Echo::new));
    }

    @Test
    void failureIsOneLineAndItsCode() throws Exception {
        serve(Duration.ofSeconds(5));
        addEcho();
        RawClient.Answer answer = call("echo", "--fail", "disk is full");
        assertThat(answer.err()).isEqualTo("armature: disk is full\n");
        assertThat(answer.exit()).isEqualTo(1);
    }

    @Test
    void unexpectedExceptionIsOneLineAndOne() throws Exception {
        serve(Duration.ofSeconds(5));
        addEcho();
        RawClient.Answer answer = call("echo", "--break");
        assertThat(answer.err()).hasLineCount(1).contains("IllegalStateException", "boom second");
        assertThat(answer.exit()).isEqualTo(1);
    }

    @Test
    void wrongFlagIsOneLineAndTwo() throws Exception {
        serve(Duration.ofSeconds(5));
        addEcho();
        RawClient.Answer answer = call("echo", "--cod", "3");
        assertThat(answer.err()).hasLineCount(1).contains("--cod").contains("--code");
        assertThat(answer.exit()).isEqualTo(2);
        assertThat(call("echo", "--code", "many").exit()).isEqualTo(2);
    }

    @Test
    void helpNeedsNoDeclaration() throws Exception {
        serve(Duration.ofSeconds(5));
        addEcho();
        RawClient.Answer answer = call("echo", "--help");
        assertThat(answer.out()).contains("Usage: armature echo", "--help", "Exit code.");
        assertThat(answer.exit()).isZero();
        assertThat(call().out()).contains("echo", "Prints what it is given.");
    }

    @Test
    void unknownCommandNamesNearWords() throws Exception {
        serve(Duration.ofSeconds(5));
        addEcho();
        RawClient.Answer answer = call("ecko");
        assertThat(answer.err())
                .isEqualTo("armature: unknown command 'ecko'; did you mean echo?\n");
        assertThat(answer.exit()).isEqualTo(2);
    }

    @Test
    void commandThatIsAwayIsWaitedFor() throws Exception {
        serve(Duration.ofSeconds(20));
        CommandEntry old = TestCommands.entry(TestCommands.Echo::new);
        table.add("echo", old);
        table.remove("echo", old);
        try (RawClient client = new RawClient(folder.resolve("s")).call("echo", "back")) {
            addEcho();
            assertThat(client.answer().out()).isEqualTo("back @/\n");
        }
    }

    @Test
    void commandThatStaysAwayIsARetryableFailure() throws Exception {
        serve(Duration.ofMillis(50));
        CommandEntry old = TestCommands.entry(TestCommands.Echo::new);
        table.add("echo", old);
        table.remove("echo", old);
        RawClient.Answer answer = call("echo");
        assertThat(answer.err()).hasLineCount(1).contains("is away", "try again");
        assertThat(answer.exit()).isEqualTo(1);
    }

    @Test
    void commandOfAStoppedBundleFailsAtOnceAndIsNotForgotten() throws Exception {
        serve(Duration.ofHours(1));
        CommandEntry old = TestCommands.entry(TestCommands.Echo::new);
        table.add("echo", old);
        table.remove("echo", old);
        stopped.put("echo", "com.example.echo");
        RawClient.Answer answer = call("echo");
        assertThat(answer.err())
                .isEqualTo(
                        "armature: command 'echo' is away: its bundle com.example.echo is stopped;"
                                + " start it with 'armature bundle start com.example.echo'\n");
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(call().out()).contains("(com.example.echo is stopped)");
        stopped.clear();
        addEcho();
        assertThat(call("echo", "back").out()).isEqualTo("back @/\n");
    }

    @Test
    void callerWhoWaitsIsToldWhenTheBundleIsStopped() throws Exception {
        serve(Duration.ofHours(1));
        CommandEntry old = TestCommands.entry(TestCommands.Echo::new);
        table.add("echo", old);
        table.remove("echo", old);
        try (RawClient client = new RawClient(folder.resolve("s")).call("echo")) {
            stopped.put("echo", "com.example.echo");
            assertThat(client.answer().err()).contains("com.example.echo is stopped");
        }
    }

    @Test
    void commandsOfEarlierRunsAreRememberedUntilTheyStayAway() throws Exception {
        serve(Duration.ofMillis(50));
        addEcho();
        call("echo");
        close();
        serve(Duration.ofMillis(50));
        assertThat(call("echo").exit()).as("known, waited for").isEqualTo(1);
        assertThat(call("echo").exit()).as("forgotten").isEqualTo(2);
        assertThat(Files.readString(folder.resolve("commands"))).doesNotContain("echo");
    }

    @Test
    void damagedMemoryIsIgnored() throws Exception {
        Files.write(
                folder.resolve("commands"), new byte[] {1, 2, (byte) 0xFF, '\n', 'o', 'k', '\n'});
        serve(Duration.ofMillis(50));
        assertThat(table.names()).containsExactly("ok");
    }

    @Test
    void callerOfCommandThatIsAwayComesAgainWhenTheSocketGoes() throws Exception {
        serve(Duration.ofSeconds(20));
        CommandEntry old = TestCommands.entry(TestCommands.Echo::new);
        table.add("echo", old);
        table.remove("echo", old);
        try (RawClient client = new RawClient(folder.resolve("s")).call("echo")) {
            table.close();
            assertThat(client.answer().refusal().charAt(0)).isEqualTo((char) 1);
        }
    }
}
