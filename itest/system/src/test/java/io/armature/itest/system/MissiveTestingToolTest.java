package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The original's testing tool, as a script finds it on a device that is installed. */
class MissiveTestingToolTest {

    private static final List<String> RECORD =
            List.of("--priority=IMMEDIATE", "--destination=HEARTBEAT_EVENTS");

    private static Running begin(Appliance device, List<String> flags, String... more)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(device.path("opt/armature/bin/missive_testing_tool").toString());
        command.addAll(flags);
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("ARMATURE_ROOT");
        Running running = new Running("missive_testing_tool", builder.start());
        running.input().close();
        return running;
    }

    private static Outcome run(Appliance device, List<String> flags, String... more)
            throws IOException {
        try (Running running = begin(device, flags, more)) {
            return running.outcome(60);
        }
    }

    @Test
    void recordsReachTheServerAndExitCodesAreHonest() throws Exception {
        try (Machine machine = Machine.install().up()) {
            Appliance device = machine.device();
            Outcome stored = run(device, RECORD, "--enqueue=Some record data...");
            assertThat(stored.ok().error()).isEqualTo("Success!\n");
            new Server(machine.backend()).await(Set.of("Some record data..."), 60);
            device.flush("MANUAL_BATCH"); // the bridge is there
            assertThat(run(device, List.of("--flush", "--priority=MANUAL_BATCH")).ok().error())
                    .isEqualTo("Success!\n");

            assertFailed(
                    run(device, List.of()), "Failed: FAILED_PRECONDITION:No request specified.\n");
            assertFailed(
                    run(device, List.of("--enqueue=x", "--priority=SLOW_BATCH")),
                    "Failed: INVALID_ARGUMENT:Wrong destination: UNDEFINED\n");
            assertFailed(
                    run(device, List.of("--flush")),
                    "Failed: INVALID_ARGUMENT:Wrong priority: UNDEFINED\n");
            assertThat(run(device, List.of("--no-such-flag")).code()).isEqualTo(2);
        }
    }

    private static void assertFailed(Outcome outcome, String said) {
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.error()).isEqualTo(said);
    }

    @Test
    void deviceThatIsNotRunningYetIsWaitedFor() throws Exception {
        try (Machine machine = Machine.install().backendUp();
                Running waiting = begin(machine.device(), RECORD, "--enqueue=patient")) {
            machine.device().up();
            Outcome outcome = waiting.outcome(60);
            assertThat(outcome.code()).isZero();
            assertThat(outcome.error()).endsWith("Success!\n");
            new Server(machine.backend()).await(Set.of("patient"), 60);
        }
    }
}
