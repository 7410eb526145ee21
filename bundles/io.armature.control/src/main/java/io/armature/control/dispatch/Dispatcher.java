package io.armature.control.dispatch;

import io.armature.control.api.Command;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.server.Calls;
import io.armature.control.server.Outcome;
import io.armature.control.server.SocketTerminal;
import io.armature.control.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a request by the command that its first word names. */
public final class Dispatcher implements Calls {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final CommandTable table;
    private final Duration patience;
    private final CommandMemory memory;
    private final Function<String, Optional<String>> stopped;

    /**
     * @param patience how long a command that is known but away is waited for
     * @param stopped the bundle of a command that is away because somebody stopped it
     */
    public Dispatcher(
            CommandTable table,
            Duration patience,
            CommandMemory memory,
            Function<String, Optional<String>> stopped) {
        this.table = table;
        this.patience = patience;
        this.memory = memory;
        this.stopped = stopped;
    }

    @Override
    public Outcome call(Request request, SocketTerminal terminal, Runnable started) {
        try {
            List<String> words = request.arguments();
            if (words.isEmpty() || List.of("help", "--help", "-h").contains(words.get(0))) {
                started.run();
                return exit(help(terminal));
            }
            return dispatch(words, terminal, started);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return exit(fail(terminal, "interrupted", ExitCode.FAILED));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("command failed arguments={}", request.arguments().size(), e);
            return exit(
                    fail(
                            terminal,
                            "unexpected "
                                    + e.getClass().getSimpleName()
                                    + " (see the log): "
                                    + e.getMessage(),
                            ExitCode.FAILED));
        } finally {
            memory.save(table);
        }
    }

    private Outcome dispatch(List<String> words, SocketTerminal terminal, Runnable started)
            throws InterruptedException {
        String name = words.get(0);
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            CommandTable.Found found =
                    table.find(
                            name, left, () -> terminal.gone() || stopped.apply(name).isPresent());
            if (found instanceof CommandTable.Found.Present present) {
                Optional<Command> command = present.entry().acquire();
                if (command.isPresent()) {
                    try {
                        return run(name, words, command.get(), terminal, started);
                    } finally {
                        present.entry().release();
                    }
                }
                table.remove(name, present.entry()); // gone between the two
            } else if (found instanceof CommandTable.Found.Closed) {
                return new Outcome.NotStarted();
            } else if (found instanceof CommandTable.Found.Away) {
                return exit(away(name, terminal));
            } else {
                return exit(unknown(name, terminal));
            }
        }
    }

    private Outcome run(
            String name,
            List<String> words,
            Command command,
            SocketTerminal terminal,
            Runnable started) {
        started.run();
        int code = CommandCall.run(name, words.subList(1, words.size()), command, terminal);
        Optional<Request> more = terminal.continuation();
        if (code != 0 || more.isEmpty()) {
            return exit(code);
        }
        table.close(); // whoever comes now, the caller first, is to be served by the new server
        return new Outcome.Continue(more.get());
    }

    private int away(String name, SocketTerminal terminal) {
        Optional<String> bundle = stopped.apply(name);
        if (bundle.isPresent()) {
            String line = "command '%s' is away: its bundle %s is stopped; start it with '%s'";
            String start = "armature bundle start " + bundle.get();
            return fail(terminal, line.formatted(name, bundle.get(), start), ExitCode.FAILED);
        }
        table.forgetUnseen(name);
        return fail(
                terminal,
                "command '"
                        + name
                        + "' is away: its bundle did not come back within "
                        + patience.toSeconds()
                        + " s; try again",
                ExitCode.FAILED);
    }

    private int unknown(String name, SocketTerminal terminal) {
        List<String> near = NearWords.of(name, table.names());
        String hint =
                near.isEmpty()
                        ? "'armature help' lists them"
                        : "did you mean " + String.join(" or ", near) + "?";
        return fail(terminal, "unknown command '" + name + "'; " + hint, ExitCode.USAGE);
    }

    private int help(SocketTerminal terminal) throws InterruptedException {
        terminal.out().println("Usage: armature COMMAND [--help] [--json] …");
        terminal.out().println();
        terminal.out().println("Commands of this device:");
        for (String name : table.names()) {
            terminal.out().printf("  %-12s %s%n", name, summary(name, terminal));
        }
        return 0;
    }

    private String summary(String name, SocketTerminal terminal) throws InterruptedException {
        if (table.find(name, Duration.ZERO, () -> true)
                instanceof CommandTable.Found.Present present) {
            Optional<Command> command = present.entry().acquire();
            if (command.isPresent()) {
                try {
                    return CommandCall.summary(command.get(), terminal);
                } finally {
                    present.entry().release();
                }
            }
        }
        return stopped.apply(name).map(bundle -> "(" + bundle + " is stopped)").orElse("(away)");
    }

    private static int fail(SocketTerminal terminal, String line, ExitCode code) {
        return CommandCall.fail(terminal, new CommandFailure(code, line));
    }

    private static Outcome exit(int code) {
        return new Outcome.Exit(code);
    }
}
