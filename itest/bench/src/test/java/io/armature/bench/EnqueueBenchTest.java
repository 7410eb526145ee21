package io.armature.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short round of every row; what it measures says nothing. */
@Timeout(300)
class EnqueueBenchTest {

    private static final long NANOS = 50_000_000;

    @TempDir Path work;

    @Test
    void everyRowIsMeasuredAndNothingIsLeftBehind() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new EnqueueBench(work, 1, NANOS).run(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        String number = "[\\d,]+";
        assertThat(
                        bytes.toString(StandardCharsets.UTF_8)
                                .lines()
                                .filter(l -> l.matches("\\| .* \\| " + number + " \\| .* \\|"))
                                .map(l -> l.split(" \\| ", -1)[0].substring(2)))
                .containsExactly(
                        "append + force, preallocated file, 1 caller",
                        "spool, plain, 1 caller",
                        "spool, sealed, 1 caller",
                        "RocksDB sync, 1 caller",
                        "SQLite WAL FULL, 1 caller",
                        "SQLite rollback journal, 1 caller",
                        "spool, plain, 64 callers",
                        "spool, sealed, 64 callers",
                        "RocksDB sync, 64 callers",
                        "SQLite WAL FULL, 64 callers",
                        "spool, plain, asynchronous",
                        "spool, sealed, asynchronous, sustained",
                        "spool, sealed, burst of 4,096, agreements ready",
                        "X25519 key pair + agreement + HKDF, one thread, no disk");
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains("| ≥ ")))
                .hasSize(5)
                .noneMatch(l -> l.contains("NaN") || l.contains("Infinity"));
        assertThat(work).isEmptyDirectory();
    }
}
