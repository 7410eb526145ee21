package io.armature.platform.settings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.armature.platform.api.Fault;
import io.armature.platform.settings.GivenValue.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code {"<pid>": {"<key>": value}}}. The only class that knows the JSON parser. */
final class JsonFiles {

    private static final String FORM =
            "is not an object; a file is {\"<PID>\": {\"<key>\": value}},"
                    + " for example {\"io.armature.console\": {\"port\": 8080}}";
    private static final int LONGEST_TEXT = 16_384;
    private static final int DEEPEST = 8;

    private final JsonFactory factory =
            JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(LONGEST_TEXT)
                                    .maxNestingDepth(DEEPEST)
                                    .maxNumberLength(64)
                                    .build())
                    .build();
    private final List<GivenValue> values = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    /** All values in the order they were read. */
    List<GivenValue> values() {
        return values;
    }

    List<Fault> faults() {
        return faults;
    }

    /** Reads one file; what stands before an error counts. */
    void read(String file, byte[] content) {
        try (JsonParser json = factory.createParser(content)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                fault(file, FORM);
                return;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                pid(file, json);
            }
            if (json.nextToken() != null) {
                fault(file, "has something after its object");
            }
        } catch (IOException e) {
            fault(file, "is not JSON: " + firstLine(e));
        }
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof JsonProcessingException syntax && syntax.getLocation() != null) {
            JsonLocation where = syntax.getLocation();
            message =
                    "line "
                            + where.getLineNr()
                            + ", column "
                            + where.getColumnNr()
                            + ": "
                            + syntax.getOriginalMessage()
                                    .replaceAll(
                                            "\\[Source: [^]]*; (line: \\d+, column: \\d+)]", "$1");
        }
        message = message.replace('\n', ' ');
        return message.length() <= 200 ? message : message.substring(0, 200);
    }

    private void pid(String file, JsonParser json) throws IOException {
        String pid = json.currentName();
        if (json.nextToken() != JsonToken.START_OBJECT) {
            fault(file + ": " + pid, FORM);
            json.skipChildren();
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            JsonToken token = json.nextToken();
            List<String> texts = new ArrayList<>(1);
            Kind kind = token == JsonToken.START_ARRAY ? list(json, texts) : one(json, texts);
            values.add(new GivenValue(file, pid, key, texts, kind));
        }
    }

    private static Kind one(JsonParser json, List<String> texts) throws IOException {
        JsonToken token = json.currentToken();
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            texts.add(json.getText());
            return token == JsonToken.VALUE_STRING
                    ? Kind.TEXT
                    : token.isNumeric() ? Kind.NUMBER : Kind.BOOLEAN;
        }
        texts.add(token == JsonToken.VALUE_NULL ? "null" : "{...}");
        json.skipChildren();
        return Kind.OTHER;
    }

    private static Kind list(JsonParser json, List<String> texts) throws IOException {
        Kind common = null;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Kind element =
                    json.currentToken() == JsonToken.START_ARRAY ? skipped(json) : one(json, texts);
            common = common == null || common == element ? element : Kind.OTHER;
        }
        if (common == null) {
            return Kind.EMPTY_LIST;
        }
        return switch (common) {
            case TEXT -> Kind.TEXT_LIST;
            case NUMBER -> Kind.NUMBER_LIST;
            case BOOLEAN -> Kind.BOOLEAN_LIST;
            default -> Kind.OTHER;
        };
    }

    private static Kind skipped(JsonParser json) throws IOException {
        json.skipChildren();
        return Kind.OTHER;
    }

    private void fault(String subject, String reason) {
        faults.add(new Fault("configuration", "etc/armature/" + subject, reason));
    }
}
