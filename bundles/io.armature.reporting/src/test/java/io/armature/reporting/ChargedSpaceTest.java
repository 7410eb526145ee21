package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.armature.reporting.api.QueueState;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pool is charged what the kernel says that the segments take. */
class ChargedSpaceTest {

    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir Path folder;

    @Test
    void onTheDisk() throws Exception {
        check(folder);
    }

    @Test
    void inMemory() throws Exception {
        assumeTrue(Files.isWritable(MEMORY), "no tmpfs at " + MEMORY);
        Path root = Files.createTempDirectory(MEMORY, "armature");
        try {
            check(root);
        } finally {
            new ProcessBuilder("rm", "-rf", root.toString()).start().waitFor();
        }
    }

    private static void check(Path root) throws Exception {
        try (SpoolFixture spool =
                new SpoolFixture(root).settings(SpoolFixture.small(100_000, 64L << 20)).start()) {
            for (Priority priority : List.of(Priority.SLOW_BATCH, Priority.FAST_BATCH)) {
                spool.store(priority, "small");
                spool.store(priority, "x".repeat(70_001));
                spool.store(priority, "x".repeat(150_003));
            }
            assertThat(charged(spool)).isEqualTo(taken(root)).isPositive();
            // The queue that only drains is cut behind its last record.
            spool.restart();
            assertThat(charged(spool)).isEqualTo(taken(root));
            spool.store(Priority.FAST_BATCH, "x".repeat(5_000));
            assertThat(charged(spool)).isEqualTo(taken(root));
        }
    }

    private static long charged(SpoolFixture spool) throws Exception {
        return SpoolFixture.await(spool.spool().queues()).stream()
                .mapToLong(QueueState::bytes)
                .sum();
    }

    private static long taken(Path root) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("stat", "-c", "%b %B"));
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.getFileName().toString().startsWith("P_"))
                    .forEach(file -> command.add(file.toString()));
        }
        Process stat = new ProcessBuilder(command).start();
        String lines = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(stat.waitFor()).isZero();
        return lines.lines()
                .map(line -> line.split(" "))
                .mapToLong(words -> Long.parseLong(words[0]) * Long.parseLong(words[1]))
                .sum();
    }
}
