package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.itest.fault.Mutant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The appliance killed at random moments while four writers write. */
class KillTest {

    private static final int ROUNDS =
            Integer.getInteger("armature.rounds", Boolean.getBoolean("armature.long") ? 200 : 20);
    private static final long SEED = Long.getLong("armature.seed", System.nanoTime());

    @Test
    void everyRecordAnsweredOkArrivesOnceAlthoughTheApplianceIsKilled() throws Exception {
        System.out.println("KillTest: -Darmature.seed=" + SEED + " rounds " + ROUNDS);
        try (Machine machine = Machine.install().backendUp();
                KillCampaign campaign = new KillCampaign(machine, SEED)) {
            KillCampaign.Verdict verdict = campaign.run(ROUNDS);
            System.out.printf(
                    "KillTest: seed %d, %d rounds, %s%n", SEED, ROUNDS, verdict.figures());
            assertThat(verdict.broken()).as("seed %d", SEED).isEmpty();
            assertThat(verdict.weak()).as("seed %d", SEED).isEmpty();
        }
    }

    /** The same check on a spool bundle, or a reporting server, with a defect. */
    @ParameterizedTest
    @CsvSource({
        "FORCE_IGNORED, 2",
        "OK_BEFORE_FORCE, 2",
        "DELETE_BEFORE_CONFIRM, 4",
        "CONFIRM_BEFORE_STORAGE, 4"
    })
    void aMutantLosesRecords(Mutant mutant, int rounds) throws Exception {
        assertThat(verdict(mutant, rounds).broken())
                .as("%s, seed %d", mutant, SEED)
                .anyMatch(complaint -> complaint.startsWith("LOST "));
    }

    /** What the mutants are built from loses nothing by itself. */
    @Test
    void theModelledDiskWithoutADefectLosesNothing() throws Exception {
        assertThat(verdict(Mutant.NONE, 2).broken()).as("seed %d", SEED).isEmpty();
    }

    private static KillCampaign.Verdict verdict(Mutant mutant, int rounds) throws Exception {
        try (Machine machine = Machine.install()) {
            MutantSlot.put(machine, mutant);
            try (KillCampaign campaign = new KillCampaign(machine.backendUp(), SEED)) {
                KillCampaign.Verdict verdict = campaign.run(rounds);
                System.out.printf(
                        "KillTest: %s: seed %d, %d rounds, %s, %d complaints%n",
                        mutant, SEED, rounds, verdict.figures(), verdict.broken().size());
                return verdict;
            }
        }
    }

    @Test
    void theStubStartsAKilledApplianceAgain() throws Exception {
        try (Machine machine = Machine.install().up()) {
            machine.device().killJvm();
            machine.device().awaitPhase("system-services");
            assertThat(machine.device().run("status").ok().text())
                    .contains("restarts 1, the JVM before this one ended with status 137");
        }
    }
}
