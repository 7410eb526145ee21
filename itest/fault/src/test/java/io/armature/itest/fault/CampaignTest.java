package io.armature.itest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statement 50 on the spool alone: power cuts, failing disks, swaps and a bad link. */
class CampaignTest {

    private static final boolean LONG = Boolean.getBoolean("armature.long");
    private static final int RANDOM_ROUNDS = Integer.getInteger("armature.rounds", LONG ? 1000 : 4);
    private static final int SHEDDING_ROUNDS =
            Integer.getInteger("armature.rounds", LONG ? 400 : 25);
    private static final int SLOW_ROUNDS = Integer.getInteger("armature.rounds", LONG ? 100 : 4);
    private static final int PARTS = 2;
    private static final long SEED = Long.getLong("armature.seed", System.nanoTime());

    @TempDir Path folder;

    @Test
    void everyRecordAnsweredOkArrivesOnceAndUnchanged() throws Exception {
        System.out.println("CampaignTest: -Darmature.seed=" + SEED);
        CampaignResult result = Campaign.whole(SEED, PARTS, RANDOM_ROUNDS, folder);
        System.out.print(result.table());
        System.out.println("CampaignTest: " + result.summary());
        assertThat(result.complaints()).as(result.summary()).isEmpty();
    }

    /** Shed records are told as gaps and by the counters, and nothing else is missing. */
    @Test
    void withoutSpaceEveryRecordAnsweredOkArrivesOrIsToldAsShed() throws Exception {
        System.out.println("CampaignTest: -Darmature.seed=" + SEED);
        CampaignResult result = Campaign.withoutSpace(SEED, SHEDDING_ROUNDS, folder);
        System.out.println("CampaignTest: shedding: " + result.summary() + " " + result.met());
        assertThat(result.complaints()).as(result.summary()).isEmpty();
    }

    /** As on an SD card: much waits for each force, and is lost with it. */
    @Test
    void withSlowForcesEveryRecordAnsweredOkArrivesOnceAndUnchanged() throws Exception {
        System.out.println("CampaignTest: -Darmature.seed=" + SEED);
        CampaignResult result = Campaign.withSlowForces(SEED, SLOW_ROUNDS, folder);
        System.out.println("CampaignTest: slow forces: " + result.summary());
        assertThat(result.complaints()).as(result.summary()).isEmpty();
    }
}
