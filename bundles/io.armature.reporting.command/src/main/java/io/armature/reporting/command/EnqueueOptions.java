package io.armature.reporting.command;

import io.armature.control.api.CommandFailure;
import io.armature.platform.api.DeviceClock;
import picocli.CommandLine.Option;

/** What a caller of {@code enqueue} gives. */
final class EnqueueOptions {

    @Option(names = "--data", paramLabel = "TEXT", description = "The only record.")
    String data;

    @Option(
            names = "--priority",
            paramLabel = "NAME",
            completionCandidates = ReportCommands.Names.Priorities.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    String priority;

    @Option(
            names = "--destination",
            paramLabel = "NAME",
            description = "For example HEARTBEAT_EVENTS; a wrong name lists all.")
    String destination;

    @Option(
            names = "--json",
            description = {
                "Receipts are JSON; so are lines of standard input:",
                "data or data_base64, priority and destination if not given here."
            })
    boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = ReportCommands.DEFAULT_TIMEOUT,
            description = "Longest wait for one receipt, seconds.")
    long timeoutSeconds;

    /**
     * How to make records of what comes.
     *
     * @throws CommandFailure if a name is wrong or missing
     */
    RecordInput input(DeviceClock clock) {
        RecordInput input =
                new RecordInput(
                        priority == null ? null : ReportCommands.Names.priority(priority),
                        destination == null ? null : ReportCommands.Names.destination(destination),
                        json,
                        clock);
        if (!(json && data == null)) {
            require(priority, "--priority");
            require(destination, "--destination");
        }
        return input;
    }

    private static void require(String value, String option) {
        if (value == null) {
            throw CommandFailure.usage(
                    "missing " + option + "; see 'armature report enqueue --help'");
        }
    }
}
