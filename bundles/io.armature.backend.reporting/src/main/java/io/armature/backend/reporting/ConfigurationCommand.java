package io.armature.backend.reporting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.backend.reporting.configuration.Releases;
import io.armature.backend.reporting.server.ConfigurationNews.Newer;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.Terminal;
import io.armature.platform.api.FailureText;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EventConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code armature backend config} does. */
final class ConfigurationCommand {

    private static final String ANY = "";

    private final Terminal terminal;
    private final ReportingBackend component;

    ConfigurationCommand(Terminal terminal, ReportingBackend component) {
        this.terminal = terminal;
        this.component = component;
    }

    void show(boolean json) throws IOException {
        try {
            Backend backend = component.backend();
            Optional<ConfigFile> current = backend.configurations().current();
            print(current, backend.news().newer(), json);
        } catch (IOException e) {
            throw CommandFailure.failed(FailureText.of(e));
        }
    }

    /** Replaces all rules; devices that are connected have them at once. */
    void set(List<String> rules, OptionalInt version, boolean json) throws IOException {
        List<EventConfig> parsed = rules.stream().map(ConfigurationCommand::rule).toList();
        Backend backend = component.backend();
        ConfigFile next;
        try {
            next = backend.configurations().replace(parsed, version);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        } catch (IOException e) {
            throw CommandFailure.failed("not set: " + FailureText.of(e));
        }
        Collection<String> devices = backend.storage().counts().keySet();
        backend.news().tell(devices, next);
        print(Optional.of(next), backend.news().newer(), json);
    }

    /** {@code DESTINATION} or {@code DESTINATION=MIN..MAX}, either bound may be missing. */
    private static EventConfig rule(String text) {
        int sign = text.indexOf('=');
        EventConfig.Builder rule =
                EventConfig.newBuilder()
                        .setDestination(destination(sign < 0 ? text : text.substring(0, sign)));
        if (sign < 0) {
            return rule.build();
        }
        String[] bounds = text.substring(sign + 1).split("\\.\\.", -1);
        if (bounds.length != 2) {
            throw CommandFailure.usage("'" + text + "' is not DESTINATION=MIN..MAX");
        }
        if (!bounds[0].equals(ANY)) {
            rule.setMinimumReleaseVersion(release(bounds[0]));
        }
        if (!bounds[1].equals(ANY)) {
            rule.setMaximumReleaseVersion(release(bounds[1]));
        }
        if (rule.hasMinimumReleaseVersion()
                && rule.hasMaximumReleaseVersion()
                && rule.getMinimumReleaseVersion() > rule.getMaximumReleaseVersion()) {
            throw CommandFailure.usage("no release is in the range of '" + text + "'");
        }
        return rule.build();
    }

    private static Destination destination(String name) {
        try {
            Destination known = Destination.valueOf(name);
            if (known != Destination.UNDEFINED_DESTINATION) {
                return known;
            }
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("unknown destination '" + name + "'");
        }
        throw CommandFailure.usage("unknown destination '" + name + "'");
    }

    private static int release(String text) {
        try {
            return Releases.number(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("'" + text + "' is no version such as 0.1.0");
        }
    }

    private void print(Optional<ConfigFile> current, Optional<Newer> newer, boolean json)
            throws IOException {
        if (json) {
            terminal.out().println(json(current, newer));
            return;
        }
        terminal.out()
                .println(
                        current.map(one -> "version " + one.getVersion())
                                .orElse("no configuration was ever set"));
        for (EventConfig rule :
                current.map(ConfigFile::getBlockedEventConfigsList).orElse(List.of())) {
            terminal.out()
                    .println(("blocked " + rule.getDestination() + " " + range(rule)).strip());
        }
        newer.ifPresent(
                one ->
                        terminal.out()
                                .println(
                                        "device "
                                                + one.device()
                                                + " has version "
                                                + one.version()
                                                + " of another server: set one with a higher"
                                                + " --version"));
    }

    private static String range(EventConfig rule) {
        return rule.hasMinimumReleaseVersion() || rule.hasMaximumReleaseVersion()
                ? minimum(rule) + ".." + maximum(rule)
                : ANY;
    }

    private static String minimum(EventConfig rule) {
        return rule.hasMinimumReleaseVersion()
                ? Releases.text(rule.getMinimumReleaseVersion())
                : ANY;
    }

    private static String maximum(EventConfig rule) {
        return rule.hasMaximumReleaseVersion()
                ? Releases.text(rule.getMaximumReleaseVersion())
                : ANY;
    }

    private static String json(Optional<ConfigFile> current, Optional<Newer> newer)
            throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            out.writeNumberField("version", current.map(ConfigFile::getVersion).orElse(0));
            out.writeArrayFieldStart("blocked");
            for (EventConfig rule :
                    current.map(ConfigFile::getBlockedEventConfigsList).orElse(List.of())) {
                out.writeStartObject();
                out.writeStringField("destination", rule.getDestination().name());
                out.writeStringField("minimum", minimum(rule));
                out.writeStringField("maximum", maximum(rule));
                out.writeEndObject();
            }
            out.writeEndArray();
            if (newer.isPresent()) {
                out.writeObjectFieldStart("newer");
                out.writeStringField("device", newer.get().device());
                out.writeNumberField("version", newer.get().version());
                out.writeEndObject();
            }
            out.writeEndObject();
        }
        return text.toString();
    }
}
