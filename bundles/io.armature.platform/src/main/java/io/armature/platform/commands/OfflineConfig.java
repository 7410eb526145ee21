package io.armature.platform.commands;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.api.ProcessTerminal;
import io.armature.control.api.Terminal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** {@code armature config} where no device runs, in a process of the caller's own. */
public final class OfflineConfig {

    private final Terminal terminal;

    OfflineConfig(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Ends with the command's exit code.
     *
     * @param arguments the device's root, its slot, and the words after {@code config}
     */
    public static void main(String[] arguments) {
        Terminal terminal = new ProcessTerminal();
        int code =
                new OfflineConfig(terminal)
                        .run(
                                Path.of(arguments[0]),
                                Path.of(arguments[1]),
                                Arrays.asList(arguments).subList(2, arguments.length));
        terminal.out().flush();
        System.exit(code);
    }

    /** Does what the words say. */
    int run(Path root, Path slot, List<String> words) {
        ConfigWord word =
                new ConfigWord(
                        slot.resolve("settings"),
                        root.resolve("etc/armature"),
                        Optional.empty(),
                        terminal);
        return new CommandLine(word)
                .setParameterExceptionHandler(
                        (e, all) ->
                                failed(
                                        CommandFailure.usage(
                                                e.getMessage() + "; see 'armature config --help'")))
                .setExecutionExceptionHandler((e, line, all) -> failed(e))
                .execute(words.toArray(String[]::new));
    }

    private int failed(Exception e) {
        String sentence = e.getMessage() == null ? e.toString() : e.getMessage();
        terminal.err().println("armature: " + sentence);
        return e instanceof CommandFailure failure
                ? failure.exitCode().code()
                : ExitCode.FAILED.code();
    }
}
