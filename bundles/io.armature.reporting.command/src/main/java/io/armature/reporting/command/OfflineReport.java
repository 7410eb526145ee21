package io.armature.reporting.command;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.api.ProcessTerminal;
import io.armature.control.api.Terminal;
import io.armature.reporting.api.SpoolDoctor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;

/** {@code armature report doctor}, in a process of the caller's own. */
public final class OfflineReport {

    private final Terminal terminal;
    private final SpoolDoctor doctor;

    OfflineReport(Terminal terminal, SpoolDoctor doctor) {
        this.terminal = terminal;
        this.doctor = doctor;
    }

    /**
     * Ends with the command's exit code.
     *
     * @param arguments the device's root, and the words after {@code report doctor}
     */
    public static void main(String[] arguments) {
        Terminal terminal = new ProcessTerminal();
        SpoolDoctor doctor = ServiceLoader.load(SpoolDoctor.class).findFirst().orElseThrow();
        int code =
                new OfflineReport(terminal, doctor)
                        .run(
                                Path.of(arguments[0]),
                                Arrays.asList(arguments).subList(1, arguments.length));
        terminal.out().flush();
        System.exit(code);
    }

    /** Does what the words say. */
    int run(Path root, List<String> words) {
        Path spool = root.resolve("var/spool/reporting");
        return new CommandLine(new DoctorCommand(new DoctorCommand.Place(terminal, doctor, spool)))
                .setParameterExceptionHandler(
                        (e, all) ->
                                failed(
                                        CommandFailure.usage(
                                                e.getMessage()
                                                        + "; see 'armature report doctor --help'")))
                .setExecutionExceptionHandler((e, line, all) -> failed(e))
                .execute(words.toArray(String[]::new));
    }

    private int failed(Exception e) {
        String sentence =
                e instanceof IOException && e.getMessage() == null ? e.toString() : e.getMessage();
        terminal.err().println("armature: " + sentence);
        return e instanceof CommandFailure failure
                ? failure.exitCode().code()
                : ExitCode.FAILED.code();
    }
}
