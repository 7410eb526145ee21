package io.armature.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The critical path of one boot, as the appliance recorded it in {@code boot.json}. */
final class CriticalShares {

    private static final JsonFactory JSON = new JsonFactory();

    private record Span(String name, double start, double end) {}

    private final List<Span> critical = new ArrayList<>();

    private CriticalShares() {}

    static CriticalShares read(Path file) throws IOException {
        CriticalShares shares = new CriticalShares();
        try (JsonParser json = JSON.createParser(file.toFile())) {
            while (!(json.nextToken() == JsonToken.FIELD_NAME
                    && json.currentName().equals("spans"))) {
                if (json.currentToken() == null) {
                    throw new IOException(file + " has no spans");
                }
            }
            json.nextToken();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                shares.span(json);
            }
        }
        shares.critical.sort(Comparator.comparingDouble(Span::start));
        return shares;
    }

    private void span(JsonParser json) throws IOException {
        String name = "";
        double start = Double.NaN;
        double end = Double.NaN;
        boolean waitedFor = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "name" -> name = json.getText();
                case "start_ms" -> start = json.getDoubleValue();
                case "end_ms" -> end = json.getDoubleValue();
                case "critical" -> waitedFor = json.getBooleanValue();
                default -> json.skipChildren();
            }
        }
        if (waitedFor && end > start) {
            critical.add(new Span(name, start, end));
        }
    }

    /** Milliseconds of the path in bundles, components and tasks of these; nothing counts twice. */
    double millis(Subsystem subsystem, List<Subsystem> all) {
        double sum = 0;
        double reached = Double.NEGATIVE_INFINITY;
        for (Span span : critical) {
            if (subsystem.equals(owner(span.name(), all)) && span.end() > reached) {
                sum += span.end() - Math.max(reached, span.start());
                reached = span.end();
            }
        }
        return sum;
    }

    /** The one with the longest name that fits. */
    private static Subsystem owner(String name, List<Subsystem> all) {
        Subsystem best = null;
        int longest = 0;
        for (Subsystem subsystem : all) {
            int length = subsystem.fits(name.substring(name.lastIndexOf(' ') + 1));
            if (length > longest) {
                longest = length;
                best = subsystem;
            }
        }
        return best;
    }
}
