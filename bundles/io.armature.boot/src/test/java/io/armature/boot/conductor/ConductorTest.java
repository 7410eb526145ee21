package io.armature.boot.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.api.Phase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConductorTest {

    private static final String[] HEALTHY = {
        "level 10",
        "armature.startup",
        "level 20",
        "level 25",
        "armature.boot-services",
        "armature.boot-complete",
        "level 30",
        "armature.failsafe",
        "level 40",
        "armature.system-services"
    };

    private final FakeDevice device = new FakeDevice();

    @Test
    void bootPassesAllPhasesInOrderAndEachMilestoneOnce() {
        Conductor conductor = device.conductor(false);
        conductor.start();
        device.settle();
        conductor.announce("app");
        device.settle();
        assertThat(device.course()).containsExactly(HEALTHY);
        device.advance(Duration.ofMinutes(5));
        conductor.announce("app");
        device.settle();
        assertThat(device.course()).containsExactly(HEALTHY);
    }

    @Test
    void headlessDeviceAnnouncesItselfAtTheEndOfTheApplicationsLevel() {
        device.conductor(true).start();
        device.settle();
        assertThat(device.course()).containsExactly(HEALTHY);
        assertThat(device.record.announcedBy()).isEqualTo("conductor");
    }

    @Test
    void headlessDeviceWaitsForTheApplicationsLevel() {
        device.stuckLevels.add(25);
        device.conductor(true).start();
        device.settle();
        device.advance(Duration.ofSeconds(5));
        assertThat(device.record.announcedBy()).isNull();
        device.finishLevel(25);
        assertThat(device.course()).endsWith("level 40", "armature.system-services");
    }

    @Test
    void announcementWhileItsLevelStartsIsNotLost() {
        device.stuckLevels.add(25);
        Conductor conductor = device.conductor(false);
        conductor.start();
        device.settle();
        conductor.announce("app");
        device.settle();
        assertThat(device.course()).doesNotContain("armature.boot-complete");
        device.finishLevel(25);
        assertThat(device.course()).containsExactly(HEALTHY);
    }

    @Test
    void announcementFromWithinThePublicationOfBootServicesCounts() {
        Conductor conductor = device.conductor(false);
        device.onPublish.put("armature.boot-services", () -> conductor.announce("app"));
        conductor.start();
        device.settle();
        assertThat(device.course()).containsExactly(HEALTHY);
    }

    @Test
    void silentApplicationGivesFailsafeAfterThirtySecondsAndNeverSystemServices() {
        Conductor conductor = device.conductor(false);
        conductor.start();
        device.settle();
        device.advance(Duration.ofMillis(29_990));
        assertThat(device.course()).endsWith("level 25", "armature.boot-services");
        device.advance(Duration.ofMillis(20));
        assertThat(device.course()).endsWith("level 30", "armature.failsafe");
        device.advance(Duration.ofHours(24));
        assertThat(device.course()).endsWith("level 30", "armature.failsafe");
        assertThat(conductor.isReached(Phase.SYSTEM_SERVICES)).isFalse();
        assertThat(device.log).contains("late application");
    }

    @Test
    void lateAnnouncementGoesOnWithoutRepeatingFailsafe() {
        Conductor conductor = device.conductor(false);
        conductor.start();
        device.advance(Duration.ofSeconds(31));
        conductor.announce("app");
        device.settle();
        assertThat(device.course())
                .containsExactly(
                        "level 10",
                        "armature.startup",
                        "level 20",
                        "level 25",
                        "armature.boot-services",
                        "level 30",
                        "armature.failsafe",
                        "armature.boot-complete",
                        "level 40",
                        "armature.system-services");
    }

    @Test
    void failsafeTimerIsCancelledWhenFailsafeStarts() {
        Conductor conductor = device.conductor(false);
        conductor.start();
        device.settle();
        assertThat(device.pendingTimers(Conductor.FAILSAFE_DELAY)).isPositive();
        conductor.announce("app");
        device.advance(Conductor.LATE.plusSeconds(1));
        assertThat(device.pendingTimers(Duration.ofDays(1))).isZero();
    }

    @Test
    void shutdownWithinThirtySecondsDoesNotTriggerFailsafe() {
        Conductor conductor = device.conductor(false);
        conductor.start();
        device.advance(Duration.ofSeconds(12));
        conductor.stop();
        device.advance(Duration.ofMinutes(2));
        assertThat(device.course()).endsWith("level 25", "armature.boot-services");
        conductor.announce("app");
        device.settle();
        assertThat(device.course()).doesNotContain("level 30", "armature.boot-complete");
    }

    @Test
    void milestoneWaitsForEveryTaskOfItsPhase() {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        device.task(Phase.BOOT_SERVICES, "fast", CompletableFuture.completedFuture(null));
        device.task(Phase.BOOT_SERVICES, "slow", slow);
        Conductor conductor = device.conductor(true);
        conductor.start();
        device.advance(Duration.ofSeconds(11));
        assertThat(device.course()).endsWith("level 20");
        assertThat(conductor.progress(Phase.BOOT_SERVICES).openTasks()).containsExactly("slow");
        assertThat(device.log).contains("late boot-services");
        slow.complete(null);
        device.settle();
        assertThat(device.course()).containsExactly(HEALTHY);
        assertThat(device.log).containsOnlyOnce("task fast", "task slow");
    }

    @Test
    void failingTaskIsNotedAndDoesNotHoldUpTheBoot() {
        device.task(
                Phase.STARTUP,
                "broken",
                CompletableFuture.failedFuture(new IllegalStateException("no disk")));
        device.conductor(true).start();
        device.settle();
        assertThat(device.course()).containsExactly(HEALTHY);
        assertThat(device.record.failures().get("task broken of phase startup"))
                .contains("no disk");
    }

    @Test
    void slowFailsafeTaskDelaysFailsafeAndSystemServices() {
        CompletableFuture<Void> replay = new CompletableFuture<>();
        device.task(Phase.FAILSAFE, "replay", replay);
        device.conductor(true).start();
        device.settle();
        assertThat(device.course()).endsWith("level 30");
        replay.complete(null);
        device.settle();
        assertThat(device.course()).containsExactly(HEALTHY);
    }

    @Test
    void bootTimeIsStampedBeforeBootCompleteIsPublished() {
        device.conductor(true).start();
        device.settle();
        assertThat(device.log)
                .containsSubsequence("stamp application", "armature.boot-complete", "level 30");
        assertThat(device.log).containsOnlyOnce("application started");
    }

    @Test
    void phasesAreToldInOrder() {
        device.conductor(true).start();
        device.settle();
        assertThat(device.log)
                .containsSubsequence(
                        "reached failsafe",
                        "level 40",
                        "armature.system-services",
                        "reached system-services");
    }

    @Test
    void hangingApplicationComponentDoesNotKeepFailsafeAway() {
        device.stuckConditions.add("armature.boot-services");
        device.conductor(false).start();
        device.settleHanging();
        device.advance(Duration.ofSeconds(31));
        assertThat(device.course()).endsWith("level 30", "armature.failsafe");
    }

    @Test
    void hangingApplicationBundleDoesNotKeepBootServicesAway() {
        device.stuckLevels.add(25);
        Conductor conductor = device.conductor(false);
        conductor.start();
        device.advance(Duration.ofSeconds(3));
        assertThat(device.course()).endsWith("level 25", "armature.boot-services");
        assertThat(conductor.isReached(Phase.BOOT_SERVICES)).isTrue();
    }

    @Test
    void hangingWaiterOfAMilestoneDelaysTheNextLevelByTwoSecondsOnly() {
        device.stuckConditions.add("armature.startup");
        device.conductor(true).start();
        device.settleHanging();
        assertThat(device.course()).endsWith("armature.startup");
        device.advance(Duration.ofSeconds(3));
        assertThat(device.course()).endsWith("armature.system-services");
    }

    @Test
    void updatedConductorGoesOnWhereTheOldOneStopped() {
        // at every point of the boot at which the old one may stop
        for (int steps = 0; steps < 40; steps++) {
            FakeDevice other = new FakeDevice();
            Conductor first = other.conductor(false);
            first.start();
            other.settle(steps);
            first.stop();
            Conductor second = other.conductor(false);
            second.start();
            other.settle();
            second.announce("app");
            other.settle();
            assertThat(other.course().stream().distinct().toList())
                    .as("stopped after %d steps", steps)
                    .containsExactly(HEALTHY);
            assertThat(other.course().stream().filter(line -> line.startsWith("armature.")))
                    .as("stopped after %d steps", steps)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void updatedConductorKeepsTheFailsafeDeadline() {
        Conductor first = device.conductor(false);
        first.start();
        device.advance(Duration.ofSeconds(20));
        first.stop();
        device.settle();
        device.conductor(false).start();
        device.advance(Duration.ofSeconds(9));
        assertThat(device.course()).doesNotContain("level 30");
        device.advance(Duration.ofSeconds(2));
        assertThat(device.course()).endsWith("level 30", "armature.failsafe");
    }

    @Test
    void updatedConductorRemembersTheAnnouncementAndRunsNoTaskTwice() {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        device.task(Phase.APPLICATION, "report", slow);
        Conductor first = device.conductor(false);
        first.start();
        first.announce("app");
        device.settle();
        first.stop();
        device.settle();
        device.conductor(false).start();
        device.settle();
        assertThat(device.course()).doesNotContain("armature.boot-complete");
        slow.complete(null);
        device.settle();
        assertThat(device.course()).containsExactly(HEALTHY);
        assertThat(device.log).containsOnlyOnce("task report");
    }

    @Test
    void updatedConductorOfAFinishedBootChangesNothing() {
        Conductor first = device.conductor(true);
        first.start();
        device.settle();
        first.stop();
        device.settle();
        Conductor second = device.conductor(true);
        second.start();
        device.advance(Duration.ofMinutes(2));
        assertThat(device.course()).containsExactly(HEALTHY);
        assertThat(second.isReached(Phase.SYSTEM_SERVICES)).isTrue();
    }
}
