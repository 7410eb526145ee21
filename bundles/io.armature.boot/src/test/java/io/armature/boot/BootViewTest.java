package io.armature.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.api.Phase;
import io.armature.boot.timeline.Span.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootViewTest {

    private static final int CONSOLE_LIMIT = 256 * 1024;

    private final RecordedBoot boot = new RecordedBoot();

    @Test
    void everyEntryHasItsTimesSinceTheJvmAndSinceTheKernelStarted() {
        boot.phase(Phase.STARTUP, 300_250, 412_900);
        boot.span(Kind.STUB, "stub", -40_000, 0);
        boot.span(Kind.COMPONENT, "spool", 310_000, 320_500);
        assertThat(boot.view().json())
                .contains(
                        "\"jvm_start_kernel_ms\":10000.000,",
                        "{\"name\":\"startup\",\"start_ms\":300.250,\"start_kernel_ms\":10300.250,"
                                + "\"end_ms\":412.900,\"end_kernel_ms\":10412.900,\"waiting\":[]}",
                        "{\"name\":\"stub\",\"kind\":\"stub\",\"start_ms\":-40.000,"
                                + "\"start_kernel_ms\":9960.000,\"end_ms\":0.000,"
                                + "\"end_kernel_ms\":10000.000}",
                        "{\"name\":\"spool\",\"kind\":\"component\",\"start_ms\":310.000,"
                                + "\"start_kernel_ms\":10310.000,\"end_ms\":320.500,"
                                + "\"end_kernel_ms\":10320.500}");
    }

    @Test
    void whatIsNotOverHasNoEnd() {
        boot.phase(Phase.STARTUP, 300_000, -1);
        boot.span(Kind.TASK, "mount", 310_000, -1);
        assertThat(boot.view().json())
                .contains(
                        "\"start_kernel_ms\":10300.000,\"waiting\":[\"task mount is running\"]}",
                        "\"start_kernel_ms\":10310.000}")
                .doesNotContain("end_ms", "end_kernel_ms");
    }

    @Test
    void whatComponentsOfAFinishedPhaseLackIsLookedForOnlyWhenTheViewIsAskedFor() {
        boot.phase(Phase.STARTUP, 300_000, 400_000);
        BootView view = boot.view(List.of("component Knob failed: disk"));
        assertThat(view.json()).contains("\"waiting\":[\"component Knob failed: disk\"]}");
        assertThat(view.jsonOfTheBoot()).contains("\"waiting\":[]}").doesNotContain("Knob");
    }

    @Test
    void fullRecordFitsTheConsole() {
        int last = 0;
        for (int i = 0; i < 3_000; i++) {
            String name = "io.armature.reporting.mqtt.BridgeComponent";
            last = boot.span(Kind.MILESTONE, name, 99_000_000, 99_000_000, last);
        }
        assertThat(boot.view().json()).hasSizeLessThan(CONSOLE_LIMIT);
    }
}
