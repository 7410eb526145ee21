package io.armature.control.dispatch;

import io.armature.control.api.Command;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.api.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** One call of a command: a command line of its own with the caller's streams. */
final class CommandCall {

    private static final Logger LOG = LoggerFactory.getLogger(CommandCall.class);
    private static final int DEFAULT_COLUMNS = 80;
    private static final int MIN_COLUMNS = 55;

    private CommandCall() {}

    /** Runs it on this thread and returns its exit code; never throws. */
    static int run(String name, List<String> arguments, Command command, Terminal terminal) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(command.getClass().getClassLoader());
        try {
            CommandLine line = line(name, command, terminal);
            int code = line.execute(arguments.toArray(String[]::new));
            return code & 0xFF;
        } catch (CommandFailure e) {
            return fail(terminal, e);
        } catch (RuntimeException | LinkageError e) {
            return unexpected(terminal, name, e);
        } finally {
            terminal.out().flush();
            terminal.err().flush();
            thread.setContextClassLoader(before);
        }
    }

    private static CommandLine line(String name, Command command, Terminal terminal) {
        CommandLine line = new CommandLine(command.create(terminal));
        dress(line, name, terminal.width());
        line.registerConverter(long.class, text -> number(text, Long::valueOf, "a whole number"));
        line.registerConverter(int.class, text -> number(text, Integer::valueOf, "a whole number"));
        line.registerConverter(double.class, text -> number(text, Double::valueOf, "a number"));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((e, words) -> usage(e, terminal));
        line.setExecutionExceptionHandler((e, used, result) -> executed(e, name, terminal));
        return line;
    }

    /**
     * Gives a command line its name and the form of its help.
     *
     * @param width columns of the caller's terminal, 0 if it has none
     */
    static void dress(CommandLine line, String name, int width) {
        line.setCommandName("armature " + name);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        int columns = width == 0 ? DEFAULT_COLUMNS : width;
        line.setUsageHelpWidth(Math.max(MIN_COLUMNS, columns));
        withHelp(line);
    }

    /** Every command and sub-command knows {@code --help}, whether it says so or not. */
    private static void withHelp(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        boolean has = spec.options().stream().anyMatch(OptionSpec::usageHelp);
        if (!has && spec.findOption("--help") == null) {
            OptionSpec.Builder help =
                    spec.findOption("-h") == null
                            ? OptionSpec.builder("-h", "--help")
                            : OptionSpec.builder("--help");
            spec.addOption(
                    help.usageHelp(true)
                            .type(boolean.class)
                            .arity("0")
                            .description("Says what this command does.")
                            .build());
        }
        line.getSubcommands().values().forEach(CommandCall::withHelp);
    }

    private static <N extends Number> N number(
            String text, Function<String, N> read, String expected) {
        try {
            return read.apply(text);
        } catch (NumberFormatException e) {
            throw new CommandLine.TypeConversionException("'" + text + "' is not " + expected);
        }
    }

    private static int usage(CommandLine.ParameterException e, Terminal terminal) {
        String where = e.getCommandLine().getCommandSpec().qualifiedName();
        String hint = "; see '" + where + " --help'";
        List<String> near =
                e instanceof CommandLine.UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions()
                        : List.of();
        if (!near.isEmpty()) {
            hint = "; did you mean " + String.join(" or ", near) + "?";
        }
        terminal.out().flush();
        terminal.err().println(oneLine(where + ": " + e.getMessage() + hint));
        return ExitCode.USAGE.code();
    }

    private static int executed(Exception e, String name, Terminal terminal) {
        if (e instanceof CommandFailure failure) {
            return fail(terminal, failure);
        }
        if (e instanceof InterruptedException) {
            LOG.debug("command interrupted name={}", name, e);
            return fail(terminal, CommandFailure.failed("interrupted"));
        }
        if (e instanceof IOException && terminal.gone()) {
            LOG.debug("the caller of a command has gone name={}", name, e);
            return fail(terminal, CommandFailure.failed("the caller has gone"));
        }
        return unexpected(terminal, name, e);
    }

    private static int unexpected(Terminal terminal, String name, Throwable e) {
        LOG.error("command failed unexpectedly name={}", name, e);
        return fail(
                terminal,
                CommandFailure.failed(
                        "unexpected "
                                + e.getClass().getSimpleName()
                                + " in '"
                                + name
                                + "' (see the device's log): "
                                + e.getMessage()));
    }

    /** Says one line and returns the code. */
    static int fail(Terminal terminal, CommandFailure failure) {
        terminal.out().flush();
        terminal.err().println(oneLine("armature: " + failure.getMessage()));
        return failure.exitCode().code();
    }

    /** The first line of a command's description. */
    static String summary(Command command, Terminal terminal) {
        try {
            String[] description =
                    new CommandLine(command.create(terminal))
                            .getCommandSpec()
                            .usageMessage()
                            .description();
            return description.length == 0 ? "" : description[0];
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("command cannot say what it does", e);
            return "(broken, see the device's log)";
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
