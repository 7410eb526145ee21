package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExitStatusTest {

    private static final Path ROOT = Path.of("../..");

    @Test
    void everyStatusHasItsOwnCode() {
        Set<Integer> codes = new HashSet<>();
        for (ExitStatus status : ExitStatus.values()) {
            assertThat(codes.add(status.code())).as(status.name()).isTrue();
        }
    }

    @Test
    void theOperatorsTableNamesEveryStatus() throws IOException {
        String table = Files.readString(ROOT.resolve("docs/operations/exit-codes.md"));
        for (ExitStatus status : ExitStatus.values()) {
            assertThat(table).contains("| " + status.code() + " | `" + status.name() + "` |");
        }
    }

    @Test
    void theStubRepeatsExactlyWhatIsNotListedAsFinal() throws IOException {
        String stub = Files.readString(ROOT.resolve("armature"));
        StringBuilder pattern = new StringBuilder();
        for (ExitStatus status : ExitStatus.values()) {
            boolean ofTheJvm = status != ExitStatus.NO_JVM && status != ExitStatus.GAVE_UP;
            if (!status.repeated() && ofTheJvm) {
                pattern.append(pattern.length() == 0 ? "" : "|").append(status.code());
            }
        }
        assertThat(stub).contains(pattern + ") exit \"$code\"");
    }

    @Test
    void aWatchdogIsFedTwiceInItsTime() {
        assertThat(ServiceNotifier.intervalMillis("30000000")).isEqualTo(15_000);
        assertThat(ServiceNotifier.intervalMillis(null)).isZero();
        assertThat(ServiceNotifier.intervalMillis("soon")).isZero();
    }
}
