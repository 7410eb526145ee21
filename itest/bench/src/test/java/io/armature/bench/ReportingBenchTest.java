package io.armature.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ReportingBenchTest {

    private static final double SECONDS = 0.02;
    private static final int POOL = 16;
    private static final List<String> STORES =
            List.of(
                    "append + force, preallocated file",
                    "spool, plain",
                    "spool, sealed",
                    "SQLite WAL FULL",
                    "SQLite rollback journal",
                    "H2 MVStore, commit + sync",
                    "RocksDB sync",
                    "Paho file persistence (name not forced)",
                    "Chronicle Queue (not durable)");

    @TempDir Path work;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private List<String> firstColumn() {
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.matches("\\| .* \\| [\\d,]+ \\| .*"))
                .map(line -> line.split(" \\| ", -1)[0].substring(2))
                .toList();
    }

    @Test
    void everyStoreIsUnderEveryLoadAndLeavesNothingBehind() throws Exception {
        new ReportingBench(work, 1, SECONDS, List.of(4096), POOL).matrices(out);
        List<String> rows = new ArrayList<>();
        for (String load : List.of("1 caller", "8 callers", "64 callers")) {
            STORES.forEach(store -> rows.add(store + ", " + load));
        }
        rows.add("spool, plain, asynchronous");
        rows.add("spool, sealed, asynchronous");
        assertThat(firstColumn()).isEqualTo(rows);
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void limitsOfTheMachineArePrinted() throws Exception {
        new ReportingBench(work, 1, SECONDS, List.of(128, 4096), POOL).limits(out);
        assertThat(firstColumn())
                .containsExactly(
                        "X25519 key pair + agreement + HKDF",
                        "ChaCha20-Poly1305, 128 B",
                        "ChaCha20-Poly1305, 4,096 B");
    }

    @Test
    @Tag("long")
    void slowDiskHoldsUpEveryStoreThatForces() throws Exception {
        Optional<String> hindrance = TracedThreads.hindrance();
        assumeTrue(hindrance.isEmpty(), () -> "skipped, " + hindrance.get());
        new SlowDisk(work, 30, 0.2, POOL).run(out);
        Pattern median = Pattern.compile("\\| (.*), 1 caller \\|[^|]*\\|[^|]*\\| ([\\d,]+) \\|.*");
        List<String> slow = new ArrayList<>();
        for (String line : bytes.toString(StandardCharsets.UTF_8).lines().toList()) {
            Matcher row = median.matcher(line);
            if (row.matches() && Long.parseLong(row.group(2).replace(",", "")) >= 30_000) {
                slow.add(row.group(1));
            }
        }
        assertThat(slow).containsExactlyElementsOf(STORES.subList(0, STORES.size() - 1));
    }
}
