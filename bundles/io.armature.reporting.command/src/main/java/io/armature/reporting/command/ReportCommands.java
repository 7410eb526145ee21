package io.armature.reporting.command;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.proto.Priority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code armature report …}: one object a call. */
@Command(
        name = "report",
        description = "Reporting: store records, send them, show and examine the queues.",
        subcommands = DoctorCommand.class)
final class ReportCommands {

    static final String DEFAULT_TIMEOUT = "60";
    private static final long SHORT_SECONDS = 60;

    private final Terminal terminal;
    private final Reporting reporting;
    private final DeviceClock clock;
    private final BooleanSupplier ending;

    ReportCommands(
            Terminal terminal, Reporting reporting, DeviceClock clock, BooleanSupplier ending) {
        this.terminal = terminal;
        this.reporting = reporting;
        this.clock = clock;
        this.ending = ending;
    }

    @Command(
            name = "enqueue",
            description = {
                "Stores records durably and prints a receipt for each.",
                "Without --data, standard input holds one record a line."
            })
    void enqueue(@Mixin EnqueueOptions given) throws InterruptedException, IOException {
        checkTimeout(given.timeoutSeconds);
        RecordInput input = given.input(clock);
        Receipts receipts = new Receipts(terminal.out(), given.json, given.timeoutSeconds);
        boolean whole = true;
        try (Intake intake = new Intake(reporting, receipts, ending)) {
            if (given.data == null) {
                whole = intake.lines(terminal.in(), input);
            } else {
                intake.record(input.record(given.data.getBytes(StandardCharsets.UTF_8)));
            }
        }
        if (!whole) {
            throw CommandFailure.failed(
                    ("'armature report' is being replaced; the first %d lines have their"
                                    + " receipts (%d not stored), give it the rest again")
                            .formatted(receipts.total(), receipts.failed()));
        }
        if (receipts.failed() > 0) {
            throw CommandFailure.failed(
                    receipts.total() == 1
                            ? "not stored: " + receipts.lastFailure()
                            : receipts.failed() + " of " + receipts.total() + " not stored");
        }
    }

    @Command(name = "flush", description = "Starts the upload of a priority's queues.")
    void flush(
            @Option(
                            names = "--priority",
                            paramLabel = "NAME",
                            defaultValue = "MANUAL_BATCH",
                            description = "Default: ${DEFAULT-VALUE}")
                    String priority,
            @Option(names = "--json", description = "Prints a JSON object.") boolean json,
            @Option(
                            names = "--timeout",
                            paramLabel = "S",
                            defaultValue = DEFAULT_TIMEOUT,
                            description = "Longest wait, seconds.")
                    long timeoutSeconds)
            throws InterruptedException {
        checkTimeout(timeoutSeconds);
        Priority which = Names.priority(priority);
        await(reporting.flush(which), timeoutSeconds);
        terminal.out().println(json ? "{\"flushed\":\"" + which + "\"}" : "OK " + which);
    }

    @Command(name = "list", description = "Shows the queues: ids, bytes, what is unconfirmed.")
    void list(
            @Option(names = "--json", description = "Prints a JSON object.") boolean json,
            @Option(
                            names = "--timeout",
                            paramLabel = "S",
                            defaultValue = DEFAULT_TIMEOUT,
                            description = "Longest wait, seconds.")
                    long timeoutSeconds)
            throws InterruptedException, IOException {
        checkTimeout(timeoutSeconds);
        List<QueueState> queues = await(reporting.queues(), timeoutSeconds);
        if (json) {
            QueueList.printJson(queues, terminal.out());
        } else {
            QueueList.printTable(queues, terminal.out());
        }
    }

    @Command(
            name = "testing-tool",
            description = {
                "Stores a record or flushes, with the flags of the original's missive_testing_tool.",
                "Tries again every second while reporting is unavailable."
            })
    int testingTool(@Mixin TestingTool tool) throws InterruptedException {
        return tool.run(terminal, reporting, clock);
    }

    @Command(
            name = "health",
            description = {
                "Shows what became of calls, uploads and queues lately, oldest first.",
                "Recorded only while it is switched on."
            })
    void health(
            @Option(names = "--on", description = "Has it be recorded from now on.") boolean on,
            @Option(names = "--off", description = "Has it be recorded no more.") boolean off,
            @Option(names = "--json", description = "Prints a JSON object.") boolean json)
            throws InterruptedException, IOException {
        if (on && off) {
            throw CommandFailure.usage("--on and --off stand together; give one of them");
        }
        if (on || off) {
            await(reporting.recordHealth(on), SHORT_SECONDS);
        }
        List<HealthDataHistory> history = await(reporting.health(), SHORT_SECONDS).getHistoryList();
        if (json) {
            HealthText.printJson(history, terminal.out());
        } else if (!on && !off) {
            HealthText.print(history, terminal.out());
        } else {
            terminal.out().println("history of calls " + (on ? "on" : "off"));
        }
    }

    @Command(
            name = "metrics",
            description = "Shows what was counted since the start and what the spool takes now.")
    void metrics(@Option(names = "--json", description = "Prints a JSON object.") boolean json)
            throws InterruptedException, IOException {
        List<Metric> metrics = await(reporting.metrics(), SHORT_SECONDS);
        if (json) {
            MetricsText.printJson(metrics, terminal.out());
        } else {
            MetricsText.print(metrics, terminal.out());
        }
    }

    private static <T> T await(CompletionStage<T> stage, long timeoutSeconds)
            throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(timeoutSeconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw CommandFailure.failed(
                    new ReportingException(
                                    StatusCode.DEADLINE_EXCEEDED,
                                    "no answer within " + timeoutSeconds + " s")
                            .toString());
        } catch (ExecutionException e) {
            throw CommandFailure.failed(Receipts.unwrap(e.getCause()).toString());
        }
    }

    private static void checkTimeout(long seconds) {
        if (seconds < 1 || seconds > 86_400) {
            throw CommandFailure.usage("--timeout must be 1 to 86400 s, was " + seconds);
        }
    }

    /** Names of the protocol's enums, in any case. */
    static final class Names {
        private Names() {}

        /** What {@code --help} lists. */
        static final class Priorities implements Iterable<String> {
            @Override
            public Iterator<String> iterator() {
                return Stream.of(Priority.values())
                        .filter(value -> value != Priority.UNDEFINED_PRIORITY)
                        .map(Priority::name)
                        .iterator();
            }
        }

        static Priority priority(String name) {
            return named("priority", name, Priority.values(), Priority.UNDEFINED_PRIORITY);
        }

        static Destination destination(String name) {
            return named(
                    "destination", name, Destination.values(), Destination.UNDEFINED_DESTINATION);
        }

        private static <E extends Enum<E>> E named(String what, String name, E[] all, E undefined) {
            StringJoiner allowed = new StringJoiner(", ");
            for (E value : all) {
                if (value == undefined) {
                    continue;
                }
                if (value.name().equalsIgnoreCase(name)) {
                    return value;
                }
                allowed.add(value.name());
            }
            throw CommandFailure.usage("Wrong " + what + ": " + name + "; one of " + allowed);
        }
    }
}
