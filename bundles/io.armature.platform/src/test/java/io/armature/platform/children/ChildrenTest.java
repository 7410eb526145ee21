package io.armature.platform.children;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.ProcessLauncher.Child;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.children.Registrations.Registration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes: {@code cat} on a pipe that never ends, a shell that traps signals. */
@Timeout(60)
class ChildrenTest {

    private static final ProcessTable TABLE = new ProcessTable(Path.of("/proc"));

    @TempDir private Path directory;
    private final List<Process> foreign = new ArrayList<>();
    private final HandClock clock = new HandClock();
    private final Random random = new Random(1);
    private Children children;

    private Children children() {
        if (children == null) {
            children = anotherInstance();
        }
        return children;
    }

    private Children anotherInstance() {
        return new Children(
                new Registrations(directory.resolve("children")), TABLE, clock, random::nextBytes);
    }

    @AfterEach
    void end() {
        if (children != null) {
            children.endAll();
        }
        foreign.forEach(Process::destroyForcibly);
    }

    private Child sleeper() throws IOException {
        return children().start(List.of("sleep", "3600"), Map.of(), directory.resolve("log"));
    }

    /** A process that this JVM's children know nothing about. */
    private Process foreign(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        foreign.add(process);
        return process;
    }

    private Path record(long pid) {
        return directory.resolve("children").resolve(Long.toString(pid));
    }

    private void write(long pid, long ticks, long owner, long ownerTicks) throws IOException {
        Files.createDirectories(directory.resolve("children"));
        new Registrations(directory.resolve("children"))
                .add(new Registration(pid, ticks, owner, ownerTicks));
    }

    private static int status(Child child) throws Exception {
        return child.exit().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void childIsRecordedBeforeStartReturnsAndForgottenAtItsEnd() throws Exception {
        Child child = sleeper();
        assertThat(record(child.pid())).exists();
        assertThat(children().running(child.pid())).isPresent();
        child.stop();
        assertThat(status(child)).isEqualTo(143);
        assertThat(record(child.pid())).doesNotExist();
        assertThat(directory.resolve("children")).isEmptyDirectory();
        assertThat(children().running(child.pid())).isEmpty();
    }

    @Test
    void environmentIsMinimalAndOutputIsAppended() throws Exception {
        Path log = Files.writeString(directory.resolve("log"), "before\n");
        Child child =
                children()
                        .start(
                                List.of("sh", "-c", "cat; echo \"$A\"; env | sort; exit 7"),
                                Map.of("A", "b c"),
                                log);
        assertThat(status(child)).isEqualTo(7);
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).startsWith("before", "b c");
        assertThat(lines.subList(2, lines.size()))
                .allMatch(line -> line.matches("(A|ARMATURE_CHILD|PATH|HOME|LANG|PWD|SHLVL|_)=.*"));
    }

    @Test
    void programThatIsNotThereLeavesNothingBehind() {
        assertThatThrownBy(
                        () ->
                                children()
                                        .start(
                                                List.of("/no/such/program"),
                                                Map.of(),
                                                directory.resolve("log")))
                .isInstanceOf(IOException.class);
        assertThat(directory.resolve("children")).isEmptyDirectory();
    }

    @Test
    void childThatIgnoresSigtermIsKilledAfterTheGraceTime() throws Exception {
        Path ready = directory.resolve("ready");
        Child child =
                children()
                        .start(
                                List.of("sh", "-c", "trap '' TERM; echo up; exec sleep 3600"),
                                Map.of(),
                                ready);
        awaitText(ready);
        child.stop();
        assertThat(child.exit().toCompletableFuture()).isNotDone();
        clock.advance(Children.GRACE);
        assertThat(status(child)).isEqualTo(137);
    }

    private static void awaitText(Path file) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.exists(file) || Files.size(file) == 0) {
            assertThat(System.nanoTime()).as("nothing in " + file).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void leftOverOfAKilledRunIsEnded() throws Exception {
        Process leftOver = foreign("sleep", "3600");
        long ticks = TABLE.startTicks(leftOver.pid()).orElseThrow();
        write(leftOver.pid(), ticks, 1, 12345);
        children().recover();
        assertThat(leftOver.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(leftOver.exitValue()).isEqualTo(143);
        assertThat(record(leftOver.pid())).doesNotExist();
    }

    @Test
    void leftOverThatIgnoresSigtermIsKilledWithItsChildren() throws Exception {
        Path ready = directory.resolve("ready");
        Process leftOver =
                new ProcessBuilder(
                                "sh", "-c", "trap '' TERM; sleep 3600 & echo $!; wait; wait; wait")
                        .redirectOutput(ready.toFile())
                        .start();
        foreign.add(leftOver);
        awaitText(ready);
        ProcessHandle grandchild =
                ProcessHandle.of(Long.parseLong(Files.readString(ready).strip())).orElseThrow();
        write(leftOver.pid(), TABLE.startTicks(leftOver.pid()).orElseThrow(), 1, 12345);
        children().recover();
        clock.advance(Children.GRACE);
        assertThat(leftOver.waitFor(60, TimeUnit.SECONDS)).isTrue();
        grandchild.onExit().get(60, TimeUnit.SECONDS);
    }

    @Test
    void foreignProcessWithTheSamePidIsNotHit() throws Exception {
        Process other = foreign("sleep", "3600");
        long ticks = TABLE.startTicks(other.pid()).orElseThrow();
        write(other.pid(), ticks - 1, 1, 12345);
        children().recover();
        clock.advance(Children.GRACE);
        assertThat(other.isAlive()).isTrue();
        assertThat(record(other.pid())).doesNotExist();
    }

    @Test
    void startThatWasInterruptedBeforeItsRecordIsFoundByItsToken() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sleep", "3600");
        builder.environment().put(Children.MARK, "abc123");
        Process leftOver = builder.start();
        foreign.add(leftOver);
        Process other = foreign("sleep", "3600");
        new Registrations(directory.resolve("children")).announce("abc123");
        children().recover();
        assertThat(leftOver.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other.isAlive()).isTrue();
        assertThat(directory.resolve("children")).isEmptyDirectory();
    }

    @Test
    void childrenSurviveAnUpdateOfTheBundle() throws Exception {
        Child child = sleeper();
        Children next = anotherInstance();
        next.recover();
        clock.advance(Children.GRACE);
        Child adopted = next.running(child.pid()).orElseThrow();
        assertThat(child.exit().toCompletableFuture()).isNotDone();
        adopted.stop();
        assertThat(status(adopted)).isEqualTo(-1);
        assertThat(status(child)).isEqualTo(143);
    }

    @Test
    void foreignAndDamagedFilesAreLeftAlone() throws Exception {
        Path files = Files.createDirectories(directory.resolve("children"));
        Files.writeString(files.resolve("README"), "x");
        Files.writeString(files.resolve("12"), "rubbish");
        children().recover();
        assertThat(files.resolve("README")).exists();
        assertThat(files.resolve("12")).exists();
    }

    @Test
    void shutdownEndsEveryChildAndWaits() throws Exception {
        Child first = sleeper();
        Child second = sleeper();
        children().endAll();
        assertThat(status(first)).isEqualTo(143);
        assertThat(status(second)).isEqualTo(143);
    }

    @Test
    void startTimeOfAProcessWithAnOddNameIsRead() throws Exception {
        Path odd = directory.resolve("a) R 1 (b");
        Files.copy(Path.of("/bin/sleep").toRealPath(), odd);
        odd.toFile().setExecutable(true);
        Process process = foreign(odd.toString(), "3600");
        long own = TABLE.startTicks(ProcessHandle.current().pid()).orElseThrow();
        assertThat(TABLE.startTicks(process.pid()).orElseThrow()).isGreaterThanOrEqualTo(own);
        assertThat(TABLE.startTicks(Integer.MAX_VALUE)).isEmpty();
    }
}
