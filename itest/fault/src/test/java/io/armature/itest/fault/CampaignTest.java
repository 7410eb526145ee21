package io.armature.itest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Issue 7.3 on the spool alone, with power cuts, failing disks and a bad link. */
class CampaignTest {

    private static final int ROUNDS = Boolean.getBoolean("armature.long") ? 400 : 40;
    private static final int SHEDDING_ROUNDS = Boolean.getBoolean("armature.long") ? 400 : 25;
    private static final int MUTANT_ROUNDS = 12;
    private static final long SEED = Long.getLong("armature.seed", System.nanoTime());

    @TempDir Path folder;

    @Test
    void everyRecordAnsweredOkArrivesOnceAndUnchanged() throws Exception {
        System.out.println("CampaignTest: -Darmature.seed=" + SEED);
        CampaignResult result = new Campaign(SEED, ROUNDS, Mutant.NONE, Room.AMPLE, folder).run();
        System.out.println("CampaignTest: " + result.summary());
        assertThat(result.complaints()).as(result.summary()).isEmpty();
    }

    /** Shed records are told as gaps and by the counters, and nothing else is missing. */
    @Test
    void withoutSpaceEveryRecordAnsweredOkArrivesOrIsToldAsShed() throws Exception {
        System.out.println("CampaignTest: -Darmature.seed=" + SEED);
        CampaignResult result =
                new Campaign(SEED, SHEDDING_ROUNDS, Mutant.NONE, Room.TIGHT, folder).run();
        System.out.println("CampaignTest: shedding: " + result.summary());
        assertThat(result.complaints()).as(result.summary()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyMutantTurnsTheCampaignRed(Mutant mutant) throws Exception {
        CampaignResult result = new Campaign(SEED, MUTANT_ROUNDS, mutant, Room.AMPLE, folder).run();
        System.out.println("CampaignTest: " + mutant + ": " + result.summary());
        assertThat(result.losses()).as(mutant + ": " + result.summary()).isTrue();
    }
}
