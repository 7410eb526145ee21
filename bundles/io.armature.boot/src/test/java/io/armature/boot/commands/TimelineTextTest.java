package io.armature.boot.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.BootView;
import io.armature.boot.RecordedBoot;
import io.armature.boot.api.Phase;
import io.armature.boot.timeline.Span.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTextTest {

    private final RecordedBoot boot = new RecordedBoot();

    private String text(int columns, boolean criticalOnly) {
        return new TimelineText(boot.view(), columns).render(criticalOnly);
    }

    private void recordHealthyBoot() {
        boot.phase(Phase.STARTUP, 300_000, 400_000);
        boot.phase(Phase.BOOT_SERVICES, 400_000, 800_040);
        int stub = boot.span(Kind.STUB, "stub", -50_000, 0);
        int jvm = boot.span(Kind.JVM, "jvm", 0, 100_000, stub);
        int bundle = boot.span(Kind.BUNDLE, "io.armature.reporting", 400_000, 500_000, jvm);
        boot.span(Kind.COMPONENT, "io.armature.reporting.SpoolComponent", 410_000, 450_000);
        int slow =
                boot.span(
                        Kind.TASK,
                        "io.armature.reporting.queue.RecoveryOfEverything",
                        500_000,
                        800_000,
                        bundle);
        boot.span(Kind.TASK, "quick", 500_000, 600_000, bundle);
        boot.span(Kind.MILESTONE, "armature.boot-services", 800_040, 812_345, bundle, slow);
        boot.span(Kind.PHASE, "boot-services", 400_000, 800_040);
    }

    @Test
    void healthyBootAtHundredColumns() {
        recordHealthyBoot();
        assertThat(text(100, false)).isEqualTo(HEALTHY);
    }

    @Test
    void noTerminalMeansHundredColumns() {
        recordHealthyBoot();
        assertThat(text(0, false)).isEqualTo(HEALTHY);
    }

    @Test
    void onlyTheCriticalPath() {
        recordHealthyBoot();
        assertThat(text(100, true))
                .contains("* stub ", "* reporting ", "* armature.boot-services ")
                .doesNotContain("quick");
    }

    @Test
    void lateBootSaysWhatItWaitsForAndMarksWhatLasts() {
        boot.phase(Phase.STARTUP, 300_000, -1);
        boot.span(Kind.JVM, "jvm", 0, 200_000);
        boot.span(Kind.TASK, "mount", 310_000, -1);
        assertThat(text(100, false)).isEqualTo(LATE);
    }

    @Test
    void componentsThatDoNotWorkAreNamedUnderTheirFinishedPhase() {
        boot.phase(Phase.STARTUP, 300_000, 400_000);
        BootView view = boot.view(List.of("component Knob: reference 'heating' is missing"));
        assertThat(new TimelineText(view, 100).render(false))
                .contains(
                        "startup                  300.0       400.0       10300.0       10400.0\n"
                                + "    fault: component Knob: reference 'heating' is missing\n");
    }

    @Test
    void emptyRecordIsNoReasonToFail() {
        assertThat(text(100, false)).startsWith("PHASE ").contains("critical path: 0 steps");
    }

    @Test
    void linesFitTheTerminal() {
        recordHealthyBoot();
        for (int columns = 72; columns <= 200; columns++) {
            int width = columns;
            assertThat(text(width, false).lines())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
        }
    }

    @Test
    void uptimeOfAYearLeavesTheColumnsApart() {
        long year = 31_536_000_000_000L;
        boot.span(Kind.BUNDLE, "late", year, year + 1_000);
        assertThat(text(100, false)).contains("31536000000.0 31536010000.0      1.0  ");
    }

    private static final String HEALTHY =
            """
            PHASE                    START        DONE  KERNEL START   KERNEL DONE
            startup                  300.0       400.0       10300.0       10400.0
            boot-services            400.0       800.0       10400.0       10800.0

              STEP                                       START  KERNEL START     TOOK
            * stub                                       -50.0        9950.0     50.0  ##
            * jvm                                          0.0       10000.0    100.0   ####
            * reporting                                  400.0       10400.0    100.0              ####
            *   reporting.SpoolComponent                 410.0       10410.0     40.0              ##
            * reporting.queue.RecoveryOfEverything       500.0       10500.0    300.0                 #########
              quick                                      500.0       10500.0    100.0                 ====
            * armature.boot-services                     800.0       10800.0     12.3                         ##

            critical path: 5 steps; longest: reporting.queue.RecoveryOfEverything 300.0, jvm 100.0,
              reporting 100.0, stub 50.0, armature.boot-services 12.3
            class archive: used
            """;

    private static final String LATE =
            """
            PHASE                    START        DONE  KERNEL START   KERNEL DONE
            startup                  300.0           -       10300.0             -
                waits: task mount is running

              STEP                                       START  KERNEL START     TOOK
              jvm                                          0.0       10000.0    200.0  ================
              mount                                      310.0       10310.0        -                          =

            critical path: 0 steps
            class archive: used
            """;
}
