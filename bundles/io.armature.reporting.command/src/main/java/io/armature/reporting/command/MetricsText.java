package io.armature.reporting.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.reporting.api.Metric;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.util.List;

/** Shows metrics. */
final class MetricsText {

    private MetricsText() {}

    static void print(List<Metric> metrics, PrintStream out) {
        metrics.forEach(
                each -> out.printf("%-56s %-28s %d%n", each.name(), each.sample(), each.value()));
    }

    static void printJson(List<Metric> metrics, PrintStream out) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayFieldStart("metrics");
            for (Metric each : metrics) {
                json.writeStartObject();
                json.writeStringField("name", each.name());
                json.writeStringField("sample", each.sample());
                json.writeNumberField("value", each.value());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println(text);
    }
}
