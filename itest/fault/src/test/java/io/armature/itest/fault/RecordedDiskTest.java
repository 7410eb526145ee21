package io.armature.itest.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Statement 50 on a real kernel's file system: ext4 in a guest whose power is cut. */
@Tag("long")
class RecordedDiskTest {

    private static final int BATCHES = Integer.getInteger("armature.rounds", 40);
    private static final int MUTANT_BATCHES = 12;
    private static final int CUTS = 2;
    private static final long SEED = Long.getLong("armature.seed", System.nanoTime());

    @TempDir Path folder;

    @BeforeEach
    void possible() {
        Optional<String> hindrance = RecordedGuest.hindrance();
        assumeTrue(hindrance.isEmpty(), () -> hindrance.orElse(""));
        // Each disk that is looked at has a spool that tells of its opening.
        ((Logger) LoggerFactory.getLogger("io.armature")).setLevel(Level.ERROR);
    }

    @Test
    void everyRecordAnsweredOkIsOnTheDiskThatAPowerCutLeaves() throws Exception {
        Verdict verdict = verdict(Mutant.NONE, BATCHES, CUTS);
        assertThat(verdict.complaints()).as("seed %d", SEED).isEmpty();
        assertThat(verdict.cuts()).isPositive();
        assertThat(verdict.checked()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"FORCE_IGNORED", "OK_BEFORE_FORCE"})
    void aMutantLosesRecords(Mutant mutant) throws Exception {
        assertThat(verdict(mutant, MUTANT_BATCHES, 0).complaints())
                .as("%s, seed %d", mutant, SEED)
                .anyMatch(complaint -> complaint.startsWith("LOST "));
    }

    /**
     * @param cuts disks with some of what was not flushed
     * @param checked promises, each for each disk that must keep it
     */
    private record Verdict(int cuts, long checked, List<String> complaints) {}

    private Verdict verdict(Mutant mutant, int batches, int cuts) throws Exception {
        System.out.println("RecordedDiskTest: -Darmature.seed=" + SEED);
        RecordedGuest guest = new RecordedGuest(folder, SEED);
        ServerKeys secrets = ServerKeys.make();
        secrets.provision(guest.keys());
        long start = System.nanoTime();
        guest.run(mutant, batches);
        long recorded = System.nanoTime();
        LeftDisk disk = new LeftDisk(secrets, guest.keys(), SEED);
        List<String> complaints = new ArrayList<>();
        long[] checked = new long[1];
        BlockLog log = BlockLog.open(guest.log());
        try (Replay replay = new Replay(log, guest.before(), folder, SEED)) {
            replay.run(
                    guest.opened(),
                    cuts,
                    (image, durable, end) -> {
                        List<Promise> bound =
                                guest.promises().stream()
                                        .filter(promise -> promise.binds(durable, end))
                                        .toList();
                        checked[0] += bound.size();
                        Path files = folder.resolve("files-" + end);
                        for (String complaint : disk.complaints(image, files, bound)) {
                            complaints.add(complaint + " in " + durable + "/" + end);
                        }
                        remove(files);
                    });
            System.out.printf(
                    "RecordedDiskTest: %s, seed %d: %d OK, %d confirmed, %d entries in %d s;"
                            + " %d flushes, %d cuts between them, %d records checked in %d s,"
                            + " %d complaints%n",
                    mutant,
                    SEED,
                    guest.promises().size(),
                    guest.promises().stream().filter(p -> p.until() != Long.MAX_VALUE).count(),
                    log.entries().size(),
                    (recorded - start) / 1_000_000_000,
                    replay.marks(),
                    replay.cuts(),
                    checked[0],
                    (System.nanoTime() - recorded) / 1_000_000_000,
                    complaints.size());
            return new Verdict(replay.cuts(), checked[0], complaints);
        }
    }

    private static void remove(Path folder) throws Exception {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
