package io.armature.services.commands;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.services.api.Identity;
import io.armature.services.policy.Finding;
import io.armature.services.policy.Rule;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** JSON as machines read it; the console is told the same. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** The members of one object. */
    @FunctionalInterface
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    static String object(Members members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    /** Who somebody is: what is known of it, nothing else. */
    static void identity(JsonGenerator json, Identity who) throws IOException {
        json.writeStartObject();
        json.writeStringField("text", who.toString());
        if (who.bundle().isPresent()) {
            json.writeStringField("bundle", who.bundle().get());
        }
        if (who.label().isPresent()) {
            json.writeStringField("label", who.label().get());
        }
        if (who.user().isPresent()) {
            json.writeStringField("user", who.user().get());
        }
        json.writeNumberField("uid", who.uid());
        json.writeNumberField("gid", who.gid());
        json.writeNumberField("pid", who.pid());
        json.writeEndObject();
    }

    static void rule(JsonGenerator json, Rule rule) throws IOException {
        json.writeStartObject();
        json.writeStringField("subject", rule.subject().toString());
        json.writeStringField("file", rule.file());
        json.writeNumberField("line", rule.line());
        json.writeEndObject();
    }

    /** Microseconds of the UNIX epoch. */
    static void time(JsonGenerator json, String name, Instant when) throws IOException {
        json.writeNumberField(name, ChronoUnit.MICROS.between(Instant.EPOCH, when));
    }

    /** One array. */
    static String findings(List<Finding> findings) {
        return findings.stream().map(Json::finding).collect(Collectors.joining(",", "[", "]"));
    }

    private static String finding(Finding finding) {
        return object(
                json -> {
                    json.writeStringField("file", finding.file());
                    if (finding.line() > 0) {
                        json.writeNumberField("line", finding.line());
                        json.writeNumberField("column", finding.column());
                    }
                    json.writeStringField(
                            "severity", finding.severity().name().toLowerCase(Locale.ROOT));
                    json.writeStringField("reason", finding.reason());
                });
    }
}
