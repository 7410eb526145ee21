package io.armature.reporting.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.testing.MemoryTerminal;
import io.armature.reporting.api.SpoolDoctor;
import io.armature.reporting.api.SpoolExamination;
import io.armature.reporting.api.SpoolExamination.Cause;
import io.armature.reporting.api.SpoolExamination.Foreign;
import io.armature.reporting.api.SpoolExamination.Gap;
import io.armature.reporting.api.SpoolExamination.Queue;
import io.armature.reporting.api.SpoolExamination.Segment;
import io.armature.reporting.proto.Priority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OfflineReportTest {

    private static final String FILE = "Security/P_Security.7.3";

    private final MemoryTerminal terminal = new MemoryTerminal("", Path.of("/home"));
    private final List<Path> examined = new ArrayList<>();
    private final List<Path> repaired = new ArrayList<>();

    private int run(SpoolExamination found, String... words) {
        SpoolDoctor doctor =
                new SpoolDoctor() {
                    @Override
                    public SpoolExamination examine(Path root) {
                        examined.add(root);
                        return found;
                    }

                    @Override
                    public List<String> repair(Path root) throws IOException {
                        repaired.add(root);
                        if (found.inUse()) {
                            throw new IOException(root + " is in use: stop its device first");
                        }
                        return List.of("wrote " + FILE + " anew");
                    }
                };
        return new OfflineReport(terminal, doctor).run(Path.of("/device"), List.of(words));
    }

    private static SpoolExamination spool(boolean inUse, List<String> problems, Gap... gaps) {
        Segment segment = new Segment(FILE, 3, 4, 4096, 600, problems);
        Queue queue =
                new Queue(
                        "Security",
                        Priority.SECURITY,
                        "",
                        7,
                        List.of(segment),
                        5,
                        9,
                        3,
                        List.of(gaps));
        return new SpoolExamination(inUse, List.of(), List.of(queue), List.of(), List.of());
    }

    @Test
    void wholeSpoolOfTheDeviceEndsWithZero() {
        assertThat(run(spool(false, List.of()))).isZero();
        assertThat(examined).containsExactly(Path.of("/device/var/spool/reporting"));
        assertThat(terminal.printed())
                .isEqualTo(
                        """
                        /device/var/spool/reporting
                        Security generation 7: next id 9, unconfirmed 3 from 5, files 1: whole
                        whole
                        """);
    }

    @Test
    void damageIsToldByFileAndIdsAndEndsWithOne() {
        SpoolExamination found =
                spool(
                        true,
                        List.of("bytes between records are damaged"),
                        new Gap(3, 4, Cause.SHED),
                        new Gap(6, 8, Cause.DAMAGED));
        assertThat(run(found, "copy")).isEqualTo(1);
        assertThat(examined).containsExactly(Path.of("/home/copy"));
        assertThat(terminal.printed())
                .isEqualTo(
                        """
                        /home/copy (in use: as of this moment)
                        Security generation 7: next id 9, unconfirmed 3 from 5, files 1: NOT WHOLE
                          id 3 shed or removed, confirmed
                          ids 6 to 7 damaged
                          Security/P_Security.7.3: bytes between records are damaged
                        not whole
                        """);
    }

    @Test
    void damageOfWhatQueuesShareIsToldAndEndsWithOne() {
        SpoolExamination found =
                new SpoolExamination(
                        false,
                        List.of("shed is damaged: check the disk"),
                        List.of(),
                        List.of(),
                        List.of());
        assertThat(run(found, "copy")).isEqualTo(1);
        assertThat(terminal.printed())
                .isEqualTo(
                        """
                        /home/copy
                        shed is damaged: check the disk
                        not whole
                        """);
    }

    @Test
    void jsonIsOneObject() {
        SpoolExamination found = spool(false, List.of(), new Gap(6, 8, Cause.MISSING));
        SpoolExamination withFiles =
                new SpoolExamination(
                        false,
                        List.of("shed is odd"),
                        found.queues(),
                        List.of(new Foreign("x", 5, Optional.of(FILE))),
                        List.of(new Foreign("lost+found/y", 6, Optional.empty())));
        assertThat(run(withFiles, "--json", "--repair")).isEqualTo(1);
        assertThat(terminal.printed())
                .isEqualTo(
                        "{\"spool\":\"/device/var/spool/reporting\",\"in_use\":false,"
                                + "\"whole\":false,"
                                + "\"repaired\":[\"wrote Security/P_Security.7.3 anew\"],"
                                + "\"problems\":[\"shed is odd\"],"
                                + "\"queues\":[{\"directory\":\"Security\",\"priority\":\"SECURITY\","
                                + "\"generation_guid\":\"\",\"generation_id\":7,"
                                + "\"first_unconfirmed_id\":5,\"next_id\":9,\"unconfirmed\":3,"
                                + "\"whole\":false,"
                                + "\"gaps\":[{\"from\":6,\"to\":8,\"cause\":\"missing\"}],"
                                + "\"segments\":[{\"path\":\"Security/P_Security.7.3\",\"first_id\":3,"
                                + "\"records\":4,\"bytes\":4096,\"used_bytes\":600,"
                                + "\"problems\":[]}]}],"
                                + "\"foreign\":[{\"path\":\"x\",\"bytes\":5,"
                                + "\"belongs\":\"Security/P_Security.7.3\"}],"
                                + "\"set_aside\":[{\"path\":\"lost+found/y\",\"bytes\":6}]}\n");
    }

    @Test
    void repairIsDoneOnlyWhenToldToAndSaysWhatItDid() {
        assertThat(run(spool(false, List.of()))).isZero();
        assertThat(repaired).isEmpty();
        assertThat(run(spool(false, List.of()), "--repair")).isZero();
        assertThat(repaired).hasSize(1);
        assertThat(terminal.printed()).contains("wrote Security/P_Security.7.3 anew\n");
    }

    @Test
    void spoolInUseIsNotRepairedAndSaysWhy() {
        assertThat(run(spool(true, List.of()), "--repair")).isEqualTo(1);
        assertThat(terminal.complained())
                .isEqualTo(
                        "armature: /device/var/spool/reporting is in use: stop its device first\n");
    }

    @Test
    void wrongFlagIsUsage() {
        assertThat(run(spool(false, List.of()), "--mend")).isEqualTo(2);
        assertThat(terminal.complained())
                .contains("--mend")
                .contains("armature report doctor --help");
    }
}
