package io.armature.platform.commands;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.api.Terminal;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import io.armature.platform.settings.SettingsCheck;
import io.armature.platform.settings.SettingsCheck.Shown;
import io.armature.platform.settings.SettingsReload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The words after {@code armature config}. */
@Command(
        description = "Checks, shows and applies the settings in etc/armature.",
        synopsisSubcommandLabel = "COMMAND")
final class ConfigWord {

    /** Has a device read its files again. */
    interface Reloading {
        SettingsReload reload() throws IOException;
    }

    private final Path slotSettings;
    private final Path etc;
    private final Optional<Reloading> device;
    private final Terminal terminal;

    /**
     * @param device none where no device runs
     */
    ConfigWord(Path slotSettings, Path etc, Optional<Reloading> device, Terminal terminal) {
        this.slotSettings = slotSettings;
        this.etc = etc;
        this.device = device;
        this.terminal = terminal;
    }

    @Command(
            description = {
                "Checks every etc/armature/*.json as the next start would read it.",
                "Names file, key, value and allowed range; exit code 1 if something is wrong."
            })
    int check(
            @Option(
                            names = "--dir",
                            paramLabel = "DIR",
                            description = "Check the files of this directory instead.")
                    Path directory,
            @Option(names = "--json", description = "One JSON array.") boolean json) {
        Path checked = directory == null ? etc : terminal.directory().resolve(directory);
        if (!Files.isDirectory(checked)) {
            throw CommandFailure.usage(checked + " is no directory");
        }
        List<Fault> faults = SettingsCheck.of(slotSettings, checked).faults();
        if (json) {
            terminal.out().println(Json.faults(faults));
        } else if (faults.isEmpty()) {
            terminal.out().println("ok");
        } else {
            faults.forEach(
                    fault -> terminal.out().println(fault.subject() + ": " + fault.reason()));
        }
        return faults.isEmpty() ? 0 : 1;
    }

    @Command(
            description = {
                "Prints every setting: value, where it comes from, what is allowed.",
                "A changed file takes effect at the next start, or with reload."
            })
    int show(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "PID",
                            description = "Only the settings of this bundle.")
                    String pid,
            @Option(names = "--json", description = "One JSON object a line.") boolean json) {
        List<Shown> settings = SettingsCheck.of(slotSettings, etc).shown();
        boolean found = false;
        String before = null;
        for (Shown setting : settings) {
            if (pid == null || pid.equals(setting.pid())) {
                found = true;
                if (json) {
                    terminal.out().println(json(setting));
                } else {
                    if (!setting.pid().equals(before)) {
                        terminal.out().println((before == null ? "" : "\n") + setting.pid());
                    }
                    before = setting.pid();
                    print(setting);
                }
            }
        }
        if (!found && pid != null) {
            throw CommandFailure.failed("no bundle of this image has settings of the name " + pid);
        }
        return 0;
    }

    @Command(
            description = {
                "Reads every etc/armature/*.json again and applies what has changed.",
                "If something is wrong with any of them nothing is changed: it names file, key,"
                        + " value and allowed range; exit code 1."
            })
    int reload(@Option(names = "--json", description = "One JSON object.") boolean json) {
        SettingsReload done;
        try {
            done =
                    device.orElseThrow(
                                    () ->
                                            new CommandFailure(
                                                    ExitCode.NOT_RUNNING,
                                                    "no device runs here; its next start reads the"
                                                            + " files"))
                            .reload();
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "not applied, or in part: " + FailureText.of(e) + "; try again");
        }
        if (json) {
            terminal.out().println(Json.reload(done));
        } else {
            done.faults()
                    .forEach(
                            fault ->
                                    terminal.out()
                                            .println(fault.subject() + ": " + fault.reason()));
            done.changes()
                    .forEach(
                            one ->
                                    terminal.out()
                                            .println(
                                                    one.pid()
                                                            + "/"
                                                            + one.key()
                                                            + ": "
                                                            + one.before()
                                                            + " -> "
                                                            + one.now()));
            if (!done.faults().isEmpty() || done.changes().isEmpty()) {
                terminal.out().println("nothing was changed");
            }
        }
        return done.faults().isEmpty() ? 0 : 1;
    }

    private void print(Shown setting) {
        terminal.out()
                .println(
                        "  "
                                + setting.key()
                                + " = "
                                + setting.value()
                                + "  ("
                                + setting.origin()
                                + "; "
                                + setting.allowed()
                                + ")");
        if (!setting.description().isEmpty()) {
            terminal.out().println("      " + setting.description());
        }
    }

    private static String json(Shown setting) {
        return "{"
                + String.join(
                        ",",
                        Json.member("pid", setting.pid()),
                        Json.member("key", setting.key()),
                        Json.member("value", setting.value()),
                        Json.member("origin", setting.origin()),
                        Json.member("allowed", setting.allowed()),
                        Json.member("description", setting.description()))
                + "}";
    }
}
