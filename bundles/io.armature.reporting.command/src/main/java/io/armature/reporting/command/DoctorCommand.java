package io.armature.reporting.command;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.Terminal;
import io.armature.reporting.api.SpoolDoctor;
import io.armature.reporting.api.SpoolExamination;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code armature report doctor}: in the caller's own process, with or without a device. */
@Command(
        name = "doctor",
        description = {
            "Examines the files of a spool, this device's or any other's.",
            "Ends with 1 if something is damaged, missing or shed."
        })
final class DoctorCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The spool; default: var/spool/reporting of the device.")
    private Path directory;

    @Option(
            names = "--repair",
            description = {
                "Puts segments back where they belong and writes damaged ones anew;",
                "what is replaced stays in lost+found. The device must be stopped."
            })
    private boolean repair;

    @Option(names = "--json", description = "Prints a JSON object.")
    private boolean json;

    /** Who examines, for whom and what by default. */
    record Place(Terminal terminal, SpoolDoctor doctor, Path spool) {}

    private final Optional<Place> place;

    /** Within a device, which is not where this runs: for help only. */
    DoctorCommand() {
        place = Optional.empty();
    }

    DoctorCommand(Place place) {
        this.place = Optional.of(place);
    }

    @Override
    public Integer call() throws IOException {
        Place here =
                place.orElseThrow(
                        () ->
                                CommandFailure.failed(
                                        "the program 'armature' examines spools, not the device"));
        Path spool =
                directory == null ? here.spool() : here.terminal().directory().resolve(directory);
        ExaminationText text = new ExaminationText(here.terminal().out(), json);
        if (repair) {
            text.repaired(here.doctor().repair(spool));
        }
        SpoolExamination examination = here.doctor().examine(spool);
        text.print(spool, examination);
        here.terminal().out().flush();
        return examination.whole() ? 0 : 1;
    }
}
