package io.armature.services.commands;

import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.Terminal;
import io.armature.services.Reload;
import io.armature.services.Services;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.hooks.HiddenLookUps;
import io.armature.services.policy.Explanation;
import io.armature.services.policy.Finding;
import io.armature.services.policy.Printable;
import io.armature.services.policy.Rule;
import io.armature.services.registry.Mode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The words after {@code armature services}. */
@Command(
        description = "Shows and checks who owns, requests and may use which named service.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Flags of the original manager are taken in place of a COMMAND: --check_policy,",
            "--permissive, --log_level, --help; they end with 0 or 1, 64 for an unknown flag,",
            "65 for a malformed value."
        })
final class ServicesWord {

    private final Services services;
    private final Supplier<List<Path>> directories;
    private final Printers printers;
    private final Terminal terminal;

    /**
     * @param directories where this device's policy files stand; asked only where they are read
     */
    ServicesWord(
            Services services,
            Supplier<List<Path>> directories,
            Printers printers,
            Terminal terminal) {
        this.printers = printers;
        this.services = services;
        this.directories = directories;
        this.terminal = terminal;
    }

    @Command(description = "Lists all services: owner, requests that wait and were handed over.")
    int list(@Option(names = "--json", description = "One JSON object a line.") boolean json) {
        List<Overview.Row> rows = Overview.rows(services);
        PrintStream out = terminal.out();
        if (json) {
            rows.forEach(row -> out.println(Json.object(o -> row.write(o, Integer.MAX_VALUE))));
            return 0;
        }
        int name = width("NAME", rows.stream().map(row -> name(row)).toList());
        int owner = width("OWNER", rows.stream().map(Overview.Row::owner).toList());
        String format = "%-" + name + "s  %-" + owner + "s  %7s  %11s  %s%n";
        out.printf(format, "NAME", "OWNER", "WAITING", "HANDED OVER", "POLICY");
        for (Overview.Row row : rows) {
            out.printf(
                    format,
                    name(row),
                    row.owner(),
                    row.view().waiting().size(),
                    row.view().handedOver(),
                    row.place().orElse("-"));
        }
        hidden(rows);
        return 0;
    }

    private void hidden(List<Overview.Row> rows) {
        for (Overview.Row row : rows) {
            for (HiddenLookUps.Line line : row.hidden()) {
                terminal.out()
                        .println(
                                "hidden: "
                                        + Printable.of(line.service())
                                        + " from bundle "
                                        + Printable.of(line.bundle())
                                        + ", "
                                        + times(line));
            }
        }
    }

    private static String times(HiddenLookUps.Line line) {
        return line.count()
                + (line.count() == 1 ? " look-up" : " look-ups")
                + ", last at "
                + line.last().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String name(Overview.Row row) {
        return Printable.of(row.view().name());
    }

    private static int width(String title, List<String> cells) {
        return Math.max(title.length(), cells.stream().mapToInt(String::length).max().orElse(0));
    }

    @Command(
            description = {
                "Says who owns a service now.",
                "Everybody who may use this command line may ask for every service; with --as, the"
                        + " answer is what policy lets that caller know."
            })
    int query(
            @Parameters(paramLabel = "NAME", description = "Name of the service.") String name,
            @Option(
                            names = "--as",
                            paramLabel = "WHO",
                            description = "Symbolic name, user or label, as in a policy file.")
                    String who,
            @Option(names = "--json", description = "One JSON object.") boolean json) {
        Optional<Overview.Row> row =
                Overview.rows(services).stream()
                        .filter(found -> found.view().name().equals(name))
                        .findFirst();
        ErrorCode refused = row.isEmpty() ? ErrorCode.SERVICE_NOT_FOUND : refusal(who, name);
        if (refused != null) {
            return refuse(refused, who, name, json);
        }
        Optional<Identity> owner = row.get().view().owner();
        if (json) {
            terminal.out()
                    .println(
                            Json.object(
                                    o -> {
                                        o.writeStringField("service", name);
                                        o.writeBooleanField("registered", owner.isPresent());
                                        if (owner.isPresent()) {
                                            o.writeFieldName("owner");
                                            Json.identity(o, owner.get());
                                        }
                                    }));
        } else {
            terminal.out()
                    .println(
                            Printable.of(name)
                                    + owner.map(found -> ": registered by " + found)
                                            .orElse(": not registered"));
        }
        return 0;
    }

    /** Null if that caller may ask. */
    private ErrorCode refusal(String who, String name) {
        boolean may =
                who == null
                        || services.mode() == Mode.PERMISSIVE
                        || Explanation.of(services.loaded(), who, name).requests().isPresent();
        return may ? null : ErrorCode.PERMISSION_DENIED;
    }

    private int refuse(ErrorCode code, String who, String name, boolean json) {
        String reason =
                code == ErrorCode.SERVICE_NOT_FOUND
                        ? "no policy file names " + Printable.of(name)
                        : "no rule lets " + Printable.of(who) + " request it";
        if (json) {
            terminal.out()
                    .println(
                            Json.object(
                                    o -> {
                                        o.writeStringField("service", name);
                                        o.writeNumberField("code", code.number());
                                        o.writeStringField("error", reason);
                                    }));
            return 1;
        }
        throw CommandFailure.failed(reason + " (code " + code.number() + ")");
    }

    @Command(description = "Says which rule of which file decides what somebody may do.")
    int explain(
            @Parameters(
                            paramLabel = "WHO",
                            description =
                                    "Symbolic name of a bundle, user or label, as in a policy file.")
                    String who,
            @Parameters(paramLabel = "NAME", description = "Name of the service.") String name,
            @Option(names = "--json", description = "One JSON object.") boolean json) {
        boolean permissive = services.mode() == Mode.PERMISSIVE;
        Explanation why = Explanation.of(services.loaded(), who, name);
        Optional<HiddenLookUps.Line> hidden =
                services.hidden().list().stream()
                        .filter(line -> line.bundle().equals(who) && line.service().equals(name))
                        .findFirst();
        if (!json) {
            if (permissive) {
                terminal.out().println("permissive mode allows everything; without it:");
            }
            why.sentences().forEach(terminal.out()::println);
            hidden.ifPresent(line -> terminal.out().println("it was hidden: " + times(line)));
            return 0;
        }
        terminal.out()
                .println(
                        Json.object(
                                o -> {
                                    o.writeStringField("who", who);
                                    o.writeStringField("service", name);
                                    o.writeBooleanField("permissive", permissive);
                                    right(o, "own", why.owns());
                                    right(o, "request", why.requests());
                                    o.writeArrayFieldStart("sentences");
                                    for (String sentence : why.sentences()) {
                                        o.writeString(sentence);
                                    }
                                    o.writeEndArray();
                                    if (hidden.isPresent()) {
                                        o.writeNumberField("hidden_look_ups", hidden.get().count());
                                        Json.time(o, "last_hidden_us", hidden.get().last());
                                    }
                                }));
        return 0;
    }

    private static void right(JsonGenerator json, String name, Optional<Rule> rule)
            throws IOException {
        json.writeBooleanField("may_" + name, rule.isPresent());
        if (rule.isPresent()) {
            json.writeFieldName(name + "_rule");
            Json.rule(json, rule.get());
        }
    }

    @Command(
            name = "check-policy",
            description = {
                "Reads policy files as a boot would and prints file:line:column: reason.",
                "Ends with 1 if a file is rejected or a service has two owners. Needs no device;"
                        + " users are those of the machine it runs on."
            })
    int checkPolicy(
            @Parameters(
                            paramLabel = "DIR",
                            arity = "0..*",
                            description = "In this order; else the directories of the device.")
                    List<Path> given,
            @Option(names = "--json", description = "One JSON array.") boolean json) {
        boolean named = given != null && !given.isEmpty();
        List<Path> read =
                named
                        ? given.stream().map(terminal.directory()::resolve).toList()
                        : directories.get();
        return PolicyCheck.ofThisMachine().run(read, named, json, terminal.out()) ? 0 : 1;
    }

    @Command(
            description = {
                "Reads the policy files again and puts them in force, whole or not at all.",
                "Prints first what ends with it: owners, waiting requests and bundles that use a",
                "service, if they lose their right."
            })
    int reload(
            @Option(names = "--dry-run", description = "Prints only; changes nothing.") boolean dry,
            @Option(names = "--json", description = "One JSON object.") boolean json) {
        Reload reload = Answers.of(services.prepare());
        if (!json) {
            reload.next().findings().forEach(finding -> terminal.err().println(finding));
            reload.ending().forEach(sentence -> terminal.out().println(Printable.of(sentence)));
            terminal.out().flush();
        }
        if (!dry && reload.obstacles().isEmpty()) {
            reload = Answers.of(services.reload(reload));
        }
        if (json) {
            terminal.out().println(json(reload));
        }
        return reloaded(reload, dry, json);
    }

    private int reloaded(Reload reload, boolean dry, boolean json) {
        int obstacles = reload.obstacles().size();
        if (obstacles > 0) {
            throw CommandFailure.failed(
                    "policies stay as they are: "
                            + (obstacles == 1 ? "1 finding" : obstacles + " findings")
                            + " must be mended first");
        }
        if (!json) {
            int count = reload.next().policies().services().size();
            terminal.out()
                    .println(
                            (reload.done() ? "in force: " : "would be in force: ")
                                    + count
                                    + (count == 1 ? " service" : " services"));
        }
        if (!dry && !reload.done()) {
            throw CommandFailure.failed(
                    "somebody else has put other policies in force meanwhile; start again");
        }
        return 0;
    }

    private static String json(Reload reload) {
        return Json.object(
                o -> {
                    o.writeBooleanField("done", reload.done());
                    o.writeNumberField("services", reload.next().policies().services().size());
                    o.writeArrayFieldStart("ending");
                    for (String sentence : reload.ending()) {
                        o.writeString(sentence);
                    }
                    o.writeEndArray();
                    o.writeArrayFieldStart("obstacles");
                    for (Finding finding : reload.obstacles()) {
                        o.writeString(finding.toString());
                    }
                    o.writeEndArray();
                });
    }

    @Command(
            description = {
                "Prints a line each time an owner comes or goes, of every service.",
                "What is there already is not told: see 'list'."
            })
    int observe(
            @Option(
                            names = "--count",
                            paramLabel = "N",
                            description = "Ends after so many events; else with Ctrl-C.",
                            defaultValue = "0")
                    long count,
            @Option(names = "--json", description = "One JSON object a line.") boolean json)
            throws InterruptedException {
        if (count < 0) {
            throw CommandFailure.usage("--count must not be negative");
        }
        new EventPrinter(terminal, json).run(services.registry(), printers, count);
        return 0;
    }
}
