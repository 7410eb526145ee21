package io.armature.boot.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of design.md section 5, which other parts rely on. */
class PhaseTest {

    @Test
    void phasesAreInTheOrderOfTheirLevels() {
        assertThat(Arrays.stream(Phase.values()).map(Phase::level))
                .containsExactly(1, 10, 20, 25, 30, 40);
    }

    @Test
    void everyMilestoneHasTheFilterThatComponentsName() {
        List<String> filters =
                List.of(
                        Milestone.STARTUP,
                        Milestone.BOOT_SERVICES,
                        Milestone.BOOT_COMPLETE,
                        Milestone.FAILSAFE,
                        Milestone.SYSTEM_SERVICES);
        assertThat(
                        Arrays.stream(Phase.values())
                                .flatMap(phase -> phase.milestone().stream())
                                .map(id -> "(osgi.condition.id=" + id + ")"))
                .containsExactlyElementsOf(filters);
    }
}
