package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.services.socket.server.Client.Got;
import io.armature.services.socket.server.Client.Inlet;
import io.armature.services.wire.EventLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A manager in a process whose kernel allows few open files, and a process that wants them all. */
@Timeout(120)
class ScarceFilesTest {

    private static final int LIMIT = 256;

    /** 80 % of the limit, in tens. */
    private static final int ALLOWED = 200;

    private static final int WANTED = 400;

    @TempDir private Path folder;
    private final List<Process> processes = new ArrayList<>();
    private EventLoop loop;

    @BeforeEach
    void start() throws IOException {
        loop = new EventLoop("client-loop");
    }

    @AfterEach
    void stop() throws InterruptedException {
        loop.close();
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process java(String limited, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", limited + "exec \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectError(folder.resolve(main.getSimpleName() + ".log").toFile())
                        .start();
        processes.add(process);
        return process;
    }

    /** The process that serves; the kernel's limit is all it knows. */
    static final class ServedProcess {
        private ServedProcess() {}

        /** Takes the folder of its socket; says how many files it has open when it is asked. */
        public static void main(String[] arguments) throws IOException {
            try (ServerFixture fixture =
                            new ServerFixture(Path.of(arguments[0]), Optional.empty());
                    BufferedReader in =
                            new BufferedReader(
                                    new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
                System.out.println("socket " + fixture.socket);
                while (in.readLine() != null) {
                    System.out.println("files " + ServerFixture.openFiles());
                }
            }
        }
    }

    /** The process that connects until it is stopped; says why it was. */
    static final class Greedy {
        private Greedy() {}

        /** Takes the socket and how many connections it wants. */
        public static void main(String[] arguments) throws Exception {
            Path socket = Path.of(arguments[0]);
            try (EventLoop loop = new EventLoop("greedy-loop")) {
                Client first = new Client(loop, socket);
                List<Client> all = new ArrayList<>();
                while (all.size() < Integer.parseInt(arguments[1]) && first.manager.got.isEmpty()) {
                    all.add(new Client(loop, socket));
                }
                Got end = first.manager.next();
                System.out.println("end " + end.code() + " " + end.text());
            }
        }
    }

    @Test
    void whoHoldsMostIsClosedWithAReasonAndOthersAreServed() throws Exception {
        Process manager = java("ulimit -n " + LIMIT + "; ", ServedProcess.class, folder.toString());
        BufferedReader said = manager.inputReader(StandardCharsets.US_ASCII);
        Path socket = Path.of(said(said, "socket "));
        Client modest = new Client(loop, socket);
        Inlet provider = modest.register("Echo");
        Inlet before = modest.request("Echo");
        Inlet asked = modest.asked(provider).pipe();

        int files = files(manager, said);
        Process greedy = java("", Greedy.class, socket.toString(), Integer.toString(WANTED));
        String end = said(greedy.inputReader(StandardCharsets.US_ASCII), "end ");
        Matcher told =
                Pattern.compile("1 this process held most descriptors, (\\d+), when .* scarce")
                        .matcher(end);
        assertThat(told.matches()).as(end).isTrue();
        assertThat(files + Integer.parseInt(told.group(1)))
                .as("before the kernel refused one")
                .isBetween(ALLOWED - 20, ALLOWED + 5);

        before.send("through a pipe that was there");
        assertThat(asked.message().words()).isEqualTo("through a pipe that was there");
        Client next = new Client(loop, socket);
        Inlet after = next.request("Echo");
        modest.asked(provider).pipe().send("to one who came later");
        assertThat(after.message().words()).isEqualTo("to one who came later");
        assertThat(next.query("Echo").getQueryReply().hasRegistered()).isTrue();

        assertThat(files(manager, said)).isLessThanOrEqualTo(ALLOWED);
        assertThat(greedy.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(manager.isAlive()).isTrue();
    }

    private static int files(Process manager, BufferedReader said) throws IOException {
        manager.outputWriter(StandardCharsets.US_ASCII).append("files\n").flush();
        return Integer.parseInt(said(said, "files "));
    }

    /** The rest of the next line that begins so; what is logged is passed over. */
    private static String said(BufferedReader out, String beginning) throws IOException {
        String line = out.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = out.readLine();
        }
        assertThat(line).as("a line '%s…'", beginning).isNotNull();
        return line.substring(beginning.length());
    }
}
