package io.armature.services.commands;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.api.ProcessTerminal;
import io.armature.control.api.Terminal;
import io.armature.services.policy.PolicyDirectories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * {@code armature services check-policy} and the original manager's flags where no device runs:
 * from the same classes, in a process of the caller's own.
 */
public final class OfflineServices {

    private final Terminal terminal;

    OfflineServices(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Ends with the command's exit code.
     *
     * @param arguments root, slot, and the words after {@code services}
     */
    public static void main(String[] arguments) {
        Terminal terminal = new ProcessTerminal();
        int code =
                new OfflineServices(terminal)
                        .run(
                                Path.of(arguments[0]),
                                Path.of(arguments[1]),
                                Arrays.asList(arguments).subList(2, arguments.length));
        terminal.out().flush();
        System.exit(code);
    }

    /**
     * Does what the words say.
     *
     * @param slot of the device whose directories are read where the words name none
     */
    int run(Path root, Path slot, List<String> words) {
        try {
            if (words.get(0).startsWith("-")) {
                return new OriginalFlags(terminal).run(words, () -> present(root, slot));
            }
            ServicesWord model =
                    new ServicesWord(null, () -> present(root, slot), new Printers(), terminal);
            return new CommandLine(model)
                    .setParameterExceptionHandler((e, all) -> usage(e.getMessage()))
                    .setExecutionExceptionHandler((e, line, all) -> failed(e))
                    .execute(words.toArray(String[]::new));
        } catch (CommandFailure e) {
            return failed(e);
        }
    }

    /** The directories of a device that is there. */
    private static List<Path> present(Path root, Path slot) {
        if (!Files.isRegularFile(slot.resolve("lock"))) {
            throw new CommandFailure(
                    ExitCode.NOT_RUNNING,
                    "no device in " + root + "; name the directories, or a device with --root");
        }
        return PolicyDirectories.of(root, slot);
    }

    private int usage(String message) {
        return failed(
                CommandFailure.usage(message + "; see 'armature services check-policy --help'"));
    }

    private int failed(Exception e) {
        terminal.err().println("armature: " + e.getMessage());
        return e instanceof CommandFailure failure
                ? failure.exitCode().code()
                : ExitCode.FAILED.code();
    }
}
