package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.ProcessLauncher.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every {@link ProcessLauncher} keeps, with real programs. */
public abstract class ProcessLauncherContract extends ChildContract {

    @Test
    public void exitIsTheProgramsStatusOr128PlusTheSignal() throws Exception {
        assertThat(status(start("sh", "-c", "exit 7"))).isEqualTo(7);
        assertThat(status(start("true"))).isZero();
        assertThat(status(start("sh", "-c", "kill -KILL $$"))).isEqualTo(137);
    }

    @Test
    public void argumentsReachTheProgramAsTheyAre() throws Exception {
        status(start("printf", "%s\n", "a b", "$HOME", "*", ";", "ä"));
        assertThat(Files.readAllLines(log())).containsExactly("a b", "$HOME", "*", ";", "ä");
    }

    @Test
    public void inputIsAtItsEndAndBothOutputsAreAppendedToTheLog() throws Exception {
        Files.writeString(log(), "before\n");
        assertThat(status(start("sh", "-c", "cat; echo out; echo err >&2"))).isZero();
        assertThat(Files.readAllLines(log())).containsExactly("before", "out", "err");
    }

    @Test
    public void environmentIsMinimalAndWhatIsGivenIsAddedOrReplaced() throws Exception {
        Child child =
                launcher()
                        .start(
                                List.of("sh", "-c", "echo \"$A\"; echo \"$HOME\"; env"),
                                Map.of("A", "b c", "HOME", "/nowhere"),
                                log());
        assertThat(status(child)).isZero();
        List<String> lines = Files.readAllLines(log());
        assertThat(lines).startsWith("b c", "/nowhere");
        assertThat(lines.stream().map(line -> line.replaceAll("=.*", "")))
                .contains("PATH", "LANG")
                .doesNotContain("JAVA_HOME", "USER", "MAVEN_OPTS");
    }

    @Test
    public void programThatCannotBeRunIsAnErrorAndNothingRuns() {
        long before = ProcessHandle.current().children().count();
        assertThatThrownBy(() -> start("/no/such/program")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> start(directory.toString())).isInstanceOf(IOException.class);
        assertThat(ProcessHandle.current().children().count()).isEqualTo(before);
    }
}
