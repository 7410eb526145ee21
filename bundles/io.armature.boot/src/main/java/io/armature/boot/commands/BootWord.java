package io.armature.boot.commands;

import io.armature.boot.BootConductor;
import io.armature.boot.BootView;
import io.armature.boot.api.Phase;
import io.armature.boot.application.ApplicationToken;
import io.armature.boot.conductor.PhaseProgress;
import io.armature.boot.timeline.BootstatFiles;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.JsonText;
import io.armature.control.api.Terminal;
import io.armature.platform.api.Fault;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The words after {@code armature boot}. */
@Command(
        description = "Shows how the device boots and what it waits for.",
        synopsisSubcommandLabel = "COMMAND")
final class BootWord {

    private final BootConductor boot;
    private final BootstatFiles bootstat;
    private final Terminal terminal;

    BootWord(BootConductor boot, BootstatFiles bootstat, Terminal terminal) {
        this.boot = boot;
        this.bootstat = bootstat;
        this.terminal = terminal;
    }

    @Command(
            description = {
                "Shows phases, bundles, components and tasks of this boot.",
                "Times are milliseconds since the JVM started, those under KERNEL since the kernel did.",
                "* marks the critical path."
            })
    int timeline(
            @Option(names = "--json", description = "One JSON object.") boolean json,
            @Option(names = "--critical", description = "Only the critical path.")
                    boolean criticalOnly) {
        BootView view = boot.view();
        if (json) {
            terminal.out().println(view.json());
            return 0;
        }
        terminal.out().print(new TimelineText(view, terminal.width()).render(criticalOnly));
        return 0;
    }

    @Command(description = "Says which phase is done and what the next one waits for.")
    int status(@Option(names = "--json", description = "One JSON object.") boolean json) {
        BootView view = boot.view();
        if (json) {
            terminal.out().println(statusJson(view));
            return 0;
        }
        terminal.out().println("phase      " + view.done().label());
        terminal.out()
                .println(
                        "announced  "
                                + (view.announcedBy() == null ? "no" : "by " + view.announcedBy()));
        for (PhaseProgress progress : view.phases()) {
            if (progress.endNanos() < 0) {
                for (String reason : view.waiting(progress)) {
                    terminal.out()
                            .println("waiting    " + progress.phase().label() + ": " + reason);
                }
            }
        }
        for (Fault fault : boot.faults()) {
            terminal.out().println("fault      " + fault.subject() + ": " + fault.reason());
        }
        return 0;
    }

    private String statusJson(BootView view) {
        JsonText json = new JsonText().open('{').name("phase").value(view.done().label());
        json.name("announced_by").value(view.announcedBy()).name("waiting").open('[');
        for (PhaseProgress progress : view.phases()) {
            if (progress.endNanos() < 0) {
                for (String reason : view.waiting(progress)) {
                    json.open('{').name("phase").value(progress.phase().label());
                    json.name("for").value(reason).close('}');
                }
            }
        }
        json.close(']').name("faults").open('[');
        for (Fault fault : boot.faults()) {
            json.open('{').name("subject").value(fault.subject());
            json.name("reason").value(fault.reason()).close('}');
        }
        return json.close(']').close('}').toString();
    }

    @Command(
            description = {
                "Announces that the application's process gives service.",
                "The token is taken from the environment that the process was started with."
            })
    int announce(@Option(names = "--json", description = "One JSON object.") boolean json) {
        String token =
                terminal.environment(ApplicationToken.VARIABLE)
                        .orElseThrow(
                                () ->
                                        CommandFailure.failed(
                                                "no token in "
                                                        + ApplicationToken.VARIABLE
                                                        + "; only the application's process may"
                                                        + " announce"));
        if (!boot.announce(token)) {
            throw CommandFailure.failed("the token is not valid or was used before");
        }
        if (json) {
            say(new JsonText().open('{').name("announced").value(true));
        }
        return 0;
    }

    @Command(name = "wait", description = "Waits until a phase is done.")
    int await(
            @Parameters(
                            paramLabel = "PHASE",
                            description =
                                    "startup, boot-services, application (or boot-complete),"
                                            + " failsafe or system-services.")
                    String label,
            @Option(
                            names = "--timeout",
                            paramLabel = "SECONDS",
                            description = "Longest wait, default 60.",
                            defaultValue = "60")
                    double seconds,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws InterruptedException {
        if (!(seconds >= 0 && seconds <= 86_400)) {
            throw CommandFailure.usage("--timeout must be 0 to 86400 seconds, was " + seconds);
        }
        Phase phase = phase(label);
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        boot.conductor().reached(phase).thenRun(() -> done.complete(true));
        terminal.onGone(() -> done.complete(false));
        try {
            boolean reached = done.get(Math.round(seconds * 1000), TimeUnit.MILLISECONDS);
            if (reached && json) {
                say(new JsonText().open('{').name("phase").value(label).name("done").value(true));
            }
            return reached ? 0 : 1;
        } catch (TimeoutException e) {
            PhaseProgress progress = boot.conductor().progress(phase);
            throw CommandFailure.failed(
                    "phase " + label + " is not done after " + seconds + " s" + reasons(progress));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // the stage never fails
        }
    }

    private void say(JsonText object) {
        terminal.out().println(object.close('}'));
    }

    private String reasons(PhaseProgress progress) {
        String reasons = String.join("; ", boot.view().waiting(progress));
        return reasons.isEmpty() ? "" : ": " + reasons;
    }

    /** The phase of that name, or the one whose milestone is called so. */
    static Phase phase(String name) {
        for (Phase phase : Phase.values()) {
            String milestone = phase.milestone().orElse("");
            if (name.equals(phase.label())
                    || name.equals(milestone)
                    || ("armature." + name).equals(milestone)) {
                return phase;
            }
        }
        throw CommandFailure.usage(
                "unknown phase '"
                        + name
                        + "'; one of startup, boot-services, application (or boot-complete),"
                        + " failsafe, system-services");
    }

    @Command(description = "Prints the last record of a boot event; nothing if there is none.")
    int stat(
            @Parameters(paramLabel = "EVENT", description = "For example boot-complete.")
                    String event,
            @Option(
                            names = "--stat",
                            paramLabel = "STAT",
                            description = "time, time-ms, read-sectors or write-sectors.",
                            defaultValue = "time")
                    String stat,
            @Option(
                            names = "--before",
                            paramLabel = "VALUE",
                            description = "The last record strictly below this value.")
                    String before,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws IOException {
        BootstatFiles.Stat what =
                BootstatFiles.Stat.named(stat.toLowerCase(Locale.ROOT))
                        .orElseThrow(
                                () ->
                                        CommandFailure.usage(
                                                "unknown stat '"
                                                        + stat
                                                        + "'; one of time, time-ms, read-sectors,"
                                                        + " write-sectors"));
        try {
            Optional<String> last = bootstat.last(event, what, Optional.ofNullable(before));
            if (json) {
                JsonText text = new JsonText().open('{').name("event").value(event);
                text.name("stat").value(stat.toLowerCase(Locale.ROOT));
                say(text.name("value").value(last.orElse(null)));
            } else {
                last.ifPresent(terminal.out()::println);
            }
        } catch (NumberFormatException e) {
            throw CommandFailure.usage("--before must be a number, was '" + before + "'");
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
        return 0;
    }
}
