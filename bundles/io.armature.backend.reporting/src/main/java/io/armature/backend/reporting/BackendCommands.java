package io.armature.backend.reporting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordSink;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.reporting.audit.Audit;
import io.armature.backend.reporting.audit.CountersKey;
import io.armature.backend.reporting.audit.LastWords;
import io.armature.backend.reporting.audit.Statement;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.Terminal;
import io.armature.platform.api.FailureText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code armature backend …}: one object a call. */
@Command(name = "backend", description = "Reporting server: records, counters, enrolment.")
final class BackendCommands {

    private final Terminal terminal;
    private final ReportingBackend component;

    BackendCommands(Terminal terminal, ReportingBackend component) {
        this.terminal = terminal;
        this.component = component;
    }

    @Command(
            name = "records",
            description = "Prints stored records, one JSON object a line, by device and day.")
    void records(
            @Option(names = "--follow", description = "Goes on with new records.") boolean follow,
            @Option(names = "--json", description = "For symmetry: the output is always JSON.")
                    boolean json,
            @Option(names = "--device", paramLabel = "ID", description = "Only this device's.")
                    String device)
            throws IOException {
        requireKnown(device);
        RecordStorage storage = component.backend().storage();
        PrintStream out = terminal.out();
        RecordSink sink =
                (line, length) -> {
                    out.write(line, 0, length);
                    out.write('\n');
                    return !terminal.gone();
                };
        try {
            if (follow) {
                terminal.onGone(storage::wake);
                RecordSink flushed =
                        (line, length) -> {
                            boolean more = sink.record(line, length);
                            out.flush();
                            return more;
                        };
                storage.follow(
                        Optional.ofNullable(device),
                        flushed,
                        () -> terminal.gone() || component.stopped());
                endIfStopped();
            } else {
                storage.read(Optional.ofNullable(device), sink);
            }
            out.flush();
        } catch (IOException e) {
            throw CommandFailure.failed("records cannot be read: " + FailureText.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endIfStopped() {
        if (component.stopped() && !terminal.gone()) {
            throw CommandFailure.failed(
                    "the reporting server was stopped or replaced; start again");
        }
    }

    private void requireKnown(String device) throws IOException {
        if (device != null && !knows(device)) {
            throw CommandFailure.failed(
                    "unknown device '"
                            + device
                            + "': it has no account and no records;"
                            + " 'armature backend stats' lists those with records");
        }
    }

    private boolean knows(String device) throws IOException {
        return component.backend().storage().counts().containsKey(device)
                || component.accounts().filter(known -> known.isEnrolled(device)).isPresent()
                || !component.backend().storage().noted(device).isEmpty();
    }

    @Command(name = "stats", description = "Counts records, duplicates, gaps and chain breaks.")
    void stats(@Option(names = "--json", description = "One JSON object.") boolean json)
            throws IOException {
        Backend backend = component.backend();
        StatsReport report =
                new StatsReport(
                        backend.storage().counts(),
                        backend.server().spools(),
                        backend.server().counts(),
                        component.connected());
        if (json) {
            report.json(terminal.out());
        } else {
            report.table(terminal.out());
        }
    }

    @Command(
            name = "audit",
            description = {
                "Accounts for every id by what is stored, and by what devices last stated of their"
                        + " queues, of which it says how old that is.",
                "Exit code 1 if ids are unknown, stored more than once, or a chain is broken."
            })
    void audit(
            @Option(names = "--device", paramLabel = "ID", description = "Only this device's.")
                    String device,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws IOException {
        requireKnown(device);
        RecordStorage storage = component.backend().storage();
        Optional<String> only = Optional.ofNullable(device);
        List<CountersKey> keys = CountersKey.of(storage, only);
        Map<String, LastWords> words = LastWords.all(storage, only);
        AuditReport report =
                new AuditReport(
                        Audit.of(storage, only, words.values()), keys, words, component.now());
        if (json) {
            report.json(terminal.out());
        } else {
            report.table(terminal.out());
        }
        terminal.out().flush();
        if (!report.whole()) {
            throw CommandFailure.failed(report.wrong());
        }
    }

    @Command(
            name = "enroll",
            description = {
                "Makes a device's account and writes what it needs to report.",
                "An earlier enrolment of the device ends."
            })
    void enroll(
            @Parameters(paramLabel = "DEVICE_ID", description = "1 to 64 of [A-Za-z0-9_-].")
                    String device,
            @Option(
                            names = "--out",
                            required = true,
                            paramLabel = "DIR",
                            description =
                                    "The device's etc/armature; - writes a tar archive to standard"
                                            + " output.")
                    String directory,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws IOException {
        if (!QueueName.isDevice(device)) {
            throw CommandFailure.usage("device id must be 1 to 64 of [A-Za-z0-9_-]: " + device);
        }
        if (directory.equals("-")) {
            if (json) {
                throw CommandFailure.usage("--json goes with a directory, not with --out -");
            }
            try {
                enroll(device, new TarDelivery(terminal.out()));
            } catch (IOException e) {
                throw CommandFailure.failed("not enrolled: " + FailureText.of(e));
            }
            return;
        }
        Path target = terminal.directory().resolve(directory).normalize();
        try {
            enroll(device, new FolderDelivery(target));
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "not enrolled: "
                            + FailureText.of(e)
                            + "; '--out -' writes a tar archive to standard output instead");
        }
        if (json) {
            printJson(device, target);
        } else {
            terminal.out().println("enrolled " + device + " in " + target);
        }
    }

    private void enroll(String device, Delivery delivery) throws IOException {
        Backend backend = component.backend();
        ByteString key =
                Enrolment.write(
                        device,
                        delivery,
                        backend.keys(),
                        component.registry(),
                        component.randomness());
        RecordStorage storage = backend.storage();
        storage.note(device, KnownDevices.ENROLLED, ByteString.EMPTY);
        // Before the key: what was signed with another one is not read any more.
        storage.note(device, Statement.NOTE, LastWords.of(storage, device).withoutStatement());
        storage.note(device, Statement.FIRST_USE_NOTE, ByteString.EMPTY);
        storage.note(device, Statement.KEY_NOTE, key);
    }

    /** What {@code backend keys} can do. */
    enum KeyAction {
        list,
        rotate
    }

    @Command(
            name = "keys",
            description = "Lists the ids of encryption keys, or makes a new one for devices.")
    void keys(
            @Parameters(
                            arity = "0..1",
                            defaultValue = "list",
                            description = "${COMPLETION-CANDIDATES}; list if none is given.")
                    KeyAction action,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws IOException {
        BackendKeys keys = component.backend().keys();
        if (action == KeyAction.rotate) {
            try {
                keys.rotate();
            } catch (IOException e) {
                throw CommandFailure.failed("no new key: " + e.getMessage());
            }
        }
        if (!json) {
            keys.oldIds().forEach(id -> terminal.out().println("old     " + id));
            terminal.out().println("current " + keys.id());
            return;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            out.writeNumberField("current", keys.id());
            out.writeArrayFieldStart("old");
            for (int id : keys.oldIds()) {
                out.writeNumber(id);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        terminal.out().println(text);
    }

    /** What {@code backend config} can do. */
    enum ConfigurationAction {
        show,
        set,
        clear
    }

    @Command(
            name = "config",
            description = {
                "Shows what devices are to refuse, or replaces it and sends it to them.",
                "set needs all that is to be blocked: DESTINATION, or DESTINATION=MIN..MAX for the"
                        + " releases between these, either of which may be missing; clear blocks"
                        + " nothing.",
                "A device refuses such records only where its setting"
                        + " blocking_destinations_enabled (io.armature.reporting) is on."
            })
    void config(
            @Parameters(
                            index = "0",
                            arity = "0..1",
                            defaultValue = "show",
                            description = "${COMPLETION-CANDIDATES}; show if none is given.")
                    ConfigurationAction action,
            @Parameters(
                            index = "1..*",
                            arity = "0..*",
                            paramLabel = "RULE",
                            description = "For example CRD_EVENTS or CRD_EVENTS=0.1.0..0.2.5.")
                    List<String> rules,
            @Option(
                            names = "--version",
                            paramLabel = "N",
                            description =
                                    "The new version; one more than the last if none is given.")
                    Integer version,
            @Option(names = "--json", description = "One JSON object.") boolean json)
            throws IOException {
        boolean some = rules != null && !rules.isEmpty();
        if (version != null && action == ConfigurationAction.show) {
            throw CommandFailure.usage("show takes no --version");
        }
        if (some != (action == ConfigurationAction.set)) {
            throw CommandFailure.usage(
                    some ? action + " takes no rules" : "set needs a rule; clear blocks nothing");
        }
        ConfigurationCommand command = new ConfigurationCommand(terminal, component);
        if (action == ConfigurationAction.show) {
            command.show(json);
        } else {
            command.set(
                    some ? rules : List.of(),
                    version == null ? OptionalInt.empty() : OptionalInt.of(version),
                    json);
        }
    }

    private void printJson(String device, Path target) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("device", device);
            json.writeStringField("directory", target.toString());
            json.writeEndObject();
        }
        terminal.out().println(text);
    }
}
