package io.armature.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One waiting caller of a sealed spool beside append and force, in turns so short that whatever
 * else the machine and its disk do meets both alike.
 */
final class LoneCaller {

    /** What the compiler needs, whatever the machine does meanwhile. */
    private static final int WARM_RECORDS = 10_000;

    private static final int WARM_TURNS = 5;

    private final Path work;
    private final int turns;
    private final long nanos;
    private final int pool;
    private final byte[] record = EnqueueBench.text(EnqueueBench.RECORD_BYTES);
    private double forced;
    private double sealed;

    /**
     * @param turns of each store
     * @param nanos length of a turn
     * @param pool agreements that are ready at the start of each turn
     */
    LoneCaller(Path work, int turns, long nanos, int pool) {
        this.work = work;
        this.turns = turns;
        this.nanos = nanos;
        this.pool = pool;
    }

    /** Takes all turns; again adds more. */
    void measure() throws IOException {
        Path folder = Files.createTempDirectory(work, "turns-");
        try (ForcedFile file = new ForcedFile();
                SpoolQueue spool = SpoolQueue.sealed(pool)) {
            file.open(Files.createDirectory(folder.resolve("file")));
            spool.open(Files.createDirectory(folder.resolve("spool")));
            Load.burst(spool, record, WARM_RECORDS);
            for (int turn = -WARM_TURNS; turn < turns; turn++) {
                spool.awaitAgreements();
                double one = Load.waiting(file, 1, record, nanos).perSecond();
                double other = Load.waiting(spool, 1, record, nanos).perSecond();
                if (turn >= 0) {
                    forced += one;
                    sealed += other;
                }
            }
        } finally {
            BootPeers.delete(folder);
        }
    }

    /** The rate of sealed records, against append and force, over all turns. */
    double sealedTimesForce() {
        return sealed / forced;
    }
}
