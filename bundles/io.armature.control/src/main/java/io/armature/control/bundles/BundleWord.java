package io.armature.control.bundles;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.JsonText;
import io.armature.control.api.Terminal;
import io.armature.control.server.SocketTerminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The words after {@code armature bundle}. */
@Command(
        description = "Lists, updates, stops and starts bundles; lasts until the next boot.",
        synopsisSubcommandLabel = "COMMAND")
final class BundleWord {

    private final BundleOperations operations;
    private final Terminal terminal;

    BundleWord(BundleOperations operations, Terminal terminal) {
        this.operations = operations;
        this.terminal = terminal;
    }

    @Command(description = "Lists all bundles.")
    int list(@Option(names = "--json", description = "One JSON object a line.") boolean json) {
        List<BundleList.Row> rows = operations.list();
        if (json) {
            rows.forEach(row -> terminal.out().println(row.json()));
            return 0;
        }
        int width = rows.stream().mapToInt(row -> row.version().length()).max().orElse(7);
        String format = "%4s  %5s  %-11s  %-" + width + "s  %s%n";
        terminal.out().printf(format, "ID", "LEVEL", "STATE", "VERSION", "NAME");
        for (BundleList.Row row : rows) {
            terminal.out()
                    .printf(
                            format,
                            row.id(),
                            row.level(),
                            row.state(),
                            row.version(),
                            row.replaced() ? row.name() + " (replaced)" : row.name());
        }
        return 0;
    }

    @Command(
            description = {
                "Replaces a running bundle by a jar of the same name.",
                "Stop, update, refresh only what must be, start; waits until its components work again."
            })
    int update(
            @Parameters(paramLabel = "BSN", description = "Symbolic name.") String name,
            @Parameters(
                            paramLabel = "JAR",
                            description = "The new bundle; - reads it from standard input.")
                    String file,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws InterruptedException {
        Bundle bundle = operations.named(name);
        if (!file.equals("-")) {
            return update(bundle, terminal.directory().resolve(file).normalize(), json);
        }
        boolean outlives = operations.carriesThis(bundle);
        Path given = operations.given().keep(terminal.in());
        try {
            return update(bundle, given, json);
        } finally {
            if (!outlives) {
                operations.given().drop(given);
            }
        }
    }

    private int update(Bundle bundle, Path jar, boolean json) throws InterruptedException {
        JarName.of(jar, bundle.getSymbolicName());
        if (operations.carriesThis(bundle)) {
            return replaceThis(bundle, jar, json);
        }
        return updated(operations.update(bundle, jar), json);
    }

    /** The client asks the new server how it went. */
    private int replaceThis(Bundle bundle, Path jar, boolean json) {
        if (!(terminal instanceof SocketTerminal caller)) {
            throw CommandFailure.failed("only a client of the control socket can update this");
        }
        List<String> question =
                new ArrayList<>(
                        List.of(
                                "bundle",
                                "await",
                                bundle.getSymbolicName(),
                                "--from=" + bundle.getVersion(),
                                "--since-nanos=" + System.nanoTime(),
                                "--expect=" + String.join(",", operations.working(bundle))));
        if (json) {
            question.add("--json");
        }
        caller.continueWith(question);
        operations.replaceThis(bundle, jar);
        return 0;
    }

    @Command(hidden = true, description = "Says how an update went that replaced this command.")
    int await(
            @Parameters(paramLabel = "BSN") String name,
            @Option(names = "--from") String from,
            @Option(names = "--since-nanos") long since,
            @Option(names = "--expect", split = ",") List<String> expected,
            @Option(names = "--json") boolean json)
            throws InterruptedException, IOException {
        Bundle bundle = operations.named(name);
        BundleOperations.Result result =
                operations.finished(bundle, from, expected == null ? List.of() : expected, since);
        Optional<String> failure = operations.replacementFailure();
        if (failure.isPresent()) {
            throw CommandFailure.failed(name + ": " + failure.get());
        }
        return updated(result, json);
    }

    @Command(description = "Stops a bundle until the next boot.")
    int stop(
            @Parameters(paramLabel = "BSN", description = "Symbolic name.") String name,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws InterruptedException {
        Bundle bundle = operations.named(name);
        if (operations.carriesThis(bundle)) {
            throw CommandFailure.usage(
                    "without " + name + " this command line is gone; use 'bundle update'");
        }
        boolean ran = BundleOperations.runs(bundle);
        BundleOperations.Result result = operations.stop(bundle);
        say(
                result,
                json,
                ran
                        ? "stopped until 'armature bundle start " + name + "' or the next boot"
                        : "was stopped already",
                "");
        return 0;
    }

    @Command(description = "Starts a bundle that was stopped.")
    int start(
            @Parameters(paramLabel = "BSN", description = "Symbolic name.") String name,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws InterruptedException {
        Bundle bundle = operations.named(name);
        boolean ran = BundleOperations.runs(bundle);
        BundleOperations.Result result = operations.start(bundle);
        String took = millis(result.awayNanos());
        say(
                result,
                json,
                ran ? "runs already" : "started in " + took + " ms, " + result.state(),
                ",\"took_ms\":" + took);
        return working(result);
    }

    @Command(description = "Restarts a bundle and what is wired to it.")
    int refresh(
            @Parameters(paramLabel = "BSN", description = "Symbolic name.") String name,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws InterruptedException {
        Bundle bundle = operations.named(name);
        if (operations.carriesThis(bundle)) {
            throw CommandFailure.usage(
                    "refreshing " + name + " cuts this command line; use 'bundle update'");
        }
        BundleOperations.Result result = operations.refresh(bundle);
        String away = millis(result.awayNanos());
        say(
                result,
                json,
                result.state() + " after a refresh, away " + away + " ms",
                ",\"away_ms\":" + away);
        return working(result);
    }

    /** What any change but an update has to say: the bundle, its version, its state. */
    private void say(BundleOperations.Result result, boolean json, String sentence, String more) {
        if (json) {
            terminal.out()
                    .println(
                            "{\"bundle\":"
                                    + JsonText.quoted(result.name())
                                    + ",\"version\":"
                                    + JsonText.quoted(result.to())
                                    + ",\"state\":"
                                    + JsonText.quoted(result.state())
                                    + more
                                    + ",\"missing\":"
                                    + missing(result)
                                    + "}");
        } else {
            terminal.out().println(result.name() + " " + result.to() + ": " + sentence);
        }
    }

    private int updated(BundleOperations.Result result, boolean json) {
        String away = millis(result.awayNanos());
        if (json) {
            terminal.out()
                    .println(
                            String.format(
                                    Locale.ROOT,
                                    "{\"bundle\":%s,\"from\":%s,\"to\":%s,\"state\":%s,"
                                            + "\"away_ms\":%s,\"missing\":%s}",
                                    JsonText.quoted(result.name()),
                                    JsonText.quoted(result.from()),
                                    JsonText.quoted(result.to()),
                                    JsonText.quoted(result.state()),
                                    away,
                                    missing(result)));
        } else {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s %s -> %s: %s, away %s ms%n",
                            result.name(),
                            result.from(),
                            result.to(),
                            result.state(),
                            away);
        }
        return working(result);
    }

    private static int working(BundleOperations.Result result) {
        if (!result.missing().isEmpty()) {
            throw CommandFailure.failed(
                    result.name() + " does not work again: " + String.join("; ", result.missing()));
        }
        return 0;
    }

    private static String missing(BundleOperations.Result result) {
        return result.missing().stream()
                .map(JsonText::quoted)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }
}
