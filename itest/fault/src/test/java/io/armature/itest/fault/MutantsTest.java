package io.armature.itest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.itest.fault.Injection.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each defect turns the campaign red, so a campaign that is green says something. */
class MutantsTest {

    private static final int ROUNDS = 3;

    /** Luck may hide a defect from one campaign. */
    private static final int CAMPAIGNS = 40;

    private static final long SEED = Long.getLong("armature.seed", System.nanoTime());

    /** Where a new segment may end up with its header and zeros behind it. */
    private static final List<FaultPoint> FIRST_FORCES =
            List.of(
                    FaultPoint.SEGMENT_FORCE_LENGTH,
                    FaultPoint.SEGMENT_FORCE,
                    FaultPoint.SEGMENT_SECTOR);

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(value = Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyMutantTurnsTheCampaignRed(Mutant mutant) throws Exception {
        Optional<Path> changed = changed(mutant);
        CampaignResult result = null;
        for (int i = 0; i < CAMPAIGNS && (result == null || !result.broken()); i++) {
            Random random = new Random(SEED + i);
            result =
                    new Campaign(
                                    SEED + i,
                                    mutant,
                                    changed,
                                    Room.AMPLE,
                                    folder.resolve("campaign" + i))
                            .run(plans(mutant, random));
            System.out.println(
                    "MutantsTest: " + mutant + ": " + result.summary() + " " + result.kinds());
        }
        assertThat(result.broken()).as(mutant + ": " + result.summary()).isTrue();
        assertThat(result.kinds().keySet()).as("%s", mutant).doesNotContain("CRASHED");
    }

    /** Where such a defect shows, nothing is wrong without it. */
    @Test
    void theSameRoundsWithoutADefectBreakNothing() throws Exception {
        List<RoundPlan> plans = new ArrayList<>();
        for (Mutant mutant : Mutant.values()) {
            plans.add(plans(mutant, new Random(SEED)).get(0));
        }
        CampaignResult result =
                new Campaign(SEED, Mutant.NONE, Optional.empty(), Room.AMPLE, folder).run(plans);
        assertThat(result.complaints()).as("seed %d", SEED).isEmpty();
    }

    /** Where the defect is one of the spool's own code. */
    private Optional<Path> changed(Mutant mutant) throws IOException {
        if (mutant != Mutant.ZERO_SIZE_FRAME_ACCEPTED) {
            return Optional.empty();
        }
        return Optional.of(
                ChangedClass.compile(
                        "io.armature.reporting.segment.FrameFormat",
                        Map.of(
                                "return possible ? length",
                                "return possible || length == 0 ? length",
                                "if (buffer.getInt(offset + CRC_AT) !=",
                                "if (payloadLength > 0 && buffer.getInt(offset + CRC_AT) !="),
                        folder.resolve("classes")));
    }

    private static List<RoundPlan> plans(Mutant mutant, Random random) {
        List<RoundPlan> plans = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            plans.add(plan(mutant, random));
        }
        return plans;
    }

    private static RoundPlan plan(Mutant mutant, Random random) {
        return switch (mutant) {
            case OK_BEFORE_FORCE ->
                    RoundPlan.of(
                            List.of(new Target(FaultPoint.SEGMENT_FORCE, Harm.KILL)),
                            false,
                            random);
            case ZERO_SIZE_FRAME_ACCEPTED ->
                    RoundPlan.of(
                            List.of(new Target(oneOf(FIRST_FORCES, random), Harm.KILL)),
                            random.nextBoolean(),
                            random);
            case FAILED_FORCE_RETRIED -> failedForces(random);
            default -> RoundPlan.answered(60 + random.nextInt(60), random);
        };
    }

    private static FaultPoint oneOf(List<FaultPoint> points, Random random) {
        return points.get(random.nextInt(points.size()));
    }

    /** Forces fail now and then, and a kill follows. */
    private static RoundPlan failedForces(Random random) {
        List<Injection> failures = new ArrayList<>();
        for (int nth = 2; nth < 60; nth += 2 + random.nextInt(6)) {
            failures.add(new Injection(FaultPoint.SEGMENT_FORCE, Harm.ERROR, nth));
        }
        return new RoundPlan(RoundPlan.End.ANSWERED, 100, failures, 0, 0, false, random.nextLong());
    }
}
