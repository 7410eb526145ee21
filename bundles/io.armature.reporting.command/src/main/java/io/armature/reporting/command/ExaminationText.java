package io.armature.reporting.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.reporting.api.SpoolExamination;
import io.armature.reporting.api.SpoolExamination.Foreign;
import io.armature.reporting.api.SpoolExamination.Gap;
import io.armature.reporting.api.SpoolExamination.Queue;
import io.armature.reporting.api.SpoolExamination.Segment;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints what a doctor found and did. */
final class ExaminationText {

    private final PrintStream out;
    private final boolean json;
    private final List<String> done = new ArrayList<>();

    ExaminationText(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** What was mended; printed before anything else. */
    void repaired(List<String> sentences) {
        done.addAll(sentences);
        if (!json) {
            sentences.forEach(out::println);
            if (sentences.isEmpty()) {
                out.println("nothing to repair");
            }
        }
    }

    void print(Path spool, SpoolExamination examination) throws IOException {
        if (json) {
            printJson(spool, examination);
        } else {
            printText(spool, examination);
        }
    }

    private void printText(Path spool, SpoolExamination examination) {
        out.println(spool + (examination.inUse() ? " (in use: as of this moment)" : ""));
        for (Queue queue : examination.queues()) {
            out.printf(
                    Locale.ROOT,
                    "%s generation %d: next id %d, unconfirmed %d from %d, files %d: %s%n",
                    queue.directory(),
                    queue.generationId(),
                    queue.nextId(),
                    queue.unconfirmed(),
                    queue.firstUnconfirmedId(),
                    queue.segments().size(),
                    queue.whole() ? "whole" : "NOT WHOLE");
            for (Gap gap : queue.gaps()) {
                String ids =
                        gap.to() - gap.from() == 1
                                ? "id " + gap.from()
                                : "ids " + gap.from() + " to " + (gap.to() - 1);
                String confirmed = gap.to() <= queue.firstUnconfirmedId() ? ", confirmed" : "";
                out.println("  " + ids + " " + cause(gap) + confirmed);
            }
            for (Segment segment : queue.segments()) {
                segment.problems()
                        .forEach(problem -> out.println("  " + segment.path() + ": " + problem));
            }
        }
        examination.problems().forEach(out::println);
        examination.foreign().forEach(file -> printFile(file, "does not belong here"));
        examination.setAside().forEach(file -> printFile(file, "was set aside"));
        out.println(examination.whole() ? "whole" : "not whole");
    }

    private void printFile(Foreign file, String what) {
        String where = file.belongs().map(path -> ", belongs to " + path).orElse("");
        out.println(file.path() + " (" + file.bytes() + " B) " + what + where);
    }

    private static String cause(Gap gap) {
        return switch (gap.cause()) {
            case SHED -> "shed or removed";
            case MISSING -> "missing: no file holds them";
            case DAMAGED -> "damaged";
        };
    }

    private void printJson(Path spool, SpoolExamination examination) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator writer = new JsonFactory().createGenerator(text)) {
            writer.writeStartObject();
            writer.writeStringField("spool", spool.toString());
            writer.writeBooleanField("in_use", examination.inUse());
            writer.writeBooleanField("whole", examination.whole());
            strings(writer, "repaired", done);
            strings(writer, "problems", examination.problems());
            writer.writeArrayFieldStart("queues");
            for (Queue queue : examination.queues()) {
                queue(writer, queue);
            }
            writer.writeEndArray();
            files(writer, "foreign", examination.foreign());
            files(writer, "set_aside", examination.setAside());
            writer.writeEndObject();
        }
        out.println(text);
    }

    private static void queue(JsonGenerator writer, Queue queue) throws IOException {
        writer.writeStartObject();
        writer.writeStringField("directory", queue.directory());
        writer.writeStringField("priority", queue.priority().name());
        writer.writeStringField("generation_guid", queue.generationGuid());
        writer.writeNumberField("generation_id", queue.generationId());
        writer.writeNumberField("first_unconfirmed_id", queue.firstUnconfirmedId());
        writer.writeNumberField("next_id", queue.nextId());
        writer.writeNumberField("unconfirmed", queue.unconfirmed());
        writer.writeBooleanField("whole", queue.whole());
        writer.writeArrayFieldStart("gaps");
        for (Gap gap : queue.gaps()) {
            writer.writeStartObject();
            writer.writeNumberField("from", gap.from());
            writer.writeNumberField("to", gap.to());
            writer.writeStringField("cause", gap.cause().name().toLowerCase(Locale.ROOT));
            writer.writeEndObject();
        }
        writer.writeEndArray();
        writer.writeArrayFieldStart("segments");
        for (Segment segment : queue.segments()) {
            writer.writeStartObject();
            writer.writeStringField("path", segment.path());
            writer.writeNumberField("first_id", segment.firstId());
            writer.writeNumberField("records", segment.records());
            writer.writeNumberField("bytes", segment.bytes());
            writer.writeNumberField("used_bytes", segment.usedBytes());
            strings(writer, "problems", segment.problems());
            writer.writeEndObject();
        }
        writer.writeEndArray();
        writer.writeEndObject();
    }

    private static void files(JsonGenerator writer, String name, List<Foreign> files)
            throws IOException {
        writer.writeArrayFieldStart(name);
        for (Foreign file : files) {
            writer.writeStartObject();
            writer.writeStringField("path", file.path());
            writer.writeNumberField("bytes", file.bytes());
            if (file.belongs().isPresent()) {
                writer.writeStringField("belongs", file.belongs().get());
            }
            writer.writeEndObject();
        }
        writer.writeEndArray();
    }

    private static void strings(JsonGenerator writer, String name, List<String> values)
            throws IOException {
        writer.writeArrayFieldStart(name);
        for (String value : values) {
            writer.writeString(value);
        }
        writer.writeEndArray();
    }
}
