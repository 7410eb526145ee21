package io.armature.reporting.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.armature.control.api.CommandFailure;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.Priority;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;

/**
 * One record as a JSON object on a line of its own. Whatever is wrong with it is said with the
 * line's number, the column where there is one, the key, and what to do.
 */
final class JsonLine {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String KNOWN = "data, data_base64, priority, destination";

    private final long number;
    private final Set<String> keys = new HashSet<>();
    private ByteString data;
    private Priority priority;
    private Destination destination;

    /**
     * @param number of the line, the first is 1
     * @param priority unless the line names one; null: it has to
     * @param destination unless the line names one; null: it has to
     */
    JsonLine(long number, Priority priority, Destination destination) {
        this.number = number;
        this.priority = priority;
        this.destination = destination;
    }

    /**
     * Reads the line; once.
     *
     * @throws ReportingException INVALID_ARGUMENT if it makes no record
     */
    JsonLine read(byte[] line) throws ReportingException {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("not a JSON object; each line must be one, such as {\"data\":\"…\"}");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                member(parser);
            }
            if (parser.nextToken() != null) {
                throw at(parser, "something follows the object; give one object a line");
            }
        } catch (JsonProcessingException e) {
            throw wrong(
                    column(e.getLocation() == null ? -1 : e.getLocation().getColumnNr()),
                    "not JSON: " + firstLine(e.getOriginalMessage()));
        } catch (IOException e) {
            throw wrong("not JSON: " + e.getMessage());
        }
        if (data == null) {
            throw wrong("data or data_base64 is missing; give one of them");
        }
        if (priority == null || destination == null) {
            throw wrong(
                    "priority or destination is missing; name both in the line"
                            + " or by --priority and --destination");
        }
        return this;
    }

    ByteString data() {
        return data;
    }

    Priority priority() {
        return priority;
    }

    Destination destination() {
        return destination;
    }

    private void member(JsonParser parser) throws IOException, ReportingException {
        String key = parser.currentName();
        if (!keys.add(key)) {
            throw at(parser, "key '" + key + "' stands twice; give it once");
        }
        if (key.startsWith("data") && keys.contains("data") && keys.contains("data_base64")) {
            throw at(parser, "data and data_base64 stand together; give one of them");
        }
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
            throw at(parser, "value of '" + key + "' is no string; put it in quotes");
        }
        String value = parser.getText();
        switch (key) {
            case "data" -> data = utf8(parser, value);
            case "data_base64" -> data = base64(parser, value);
            case "priority", "destination" -> target(parser, key, value);
            default -> throw at(parser, "unknown key '" + key + "'; the keys are " + KNOWN);
        }
    }

    private void target(JsonParser parser, String key, String name) throws ReportingException {
        try {
            if (key.equals("priority")) {
                priority = ReportCommands.Names.priority(name);
            } else {
                destination = ReportCommands.Names.destination(name);
            }
        } catch (CommandFailure e) {
            throw at(parser, "key '" + key + "': " + e.getMessage());
        }
    }

    private ByteString utf8(JsonParser parser, String value) throws ReportingException {
        try {
            return ByteString.copyFrom(
                    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value)));
        } catch (CharacterCodingException e) {
            throw at(parser, "key 'data': half a surrogate pair is no text; use data_base64");
        }
    }

    private ByteString base64(JsonParser parser, String value) throws ReportingException {
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(value));
        } catch (IllegalArgumentException e) {
            throw at(
                    parser,
                    "key 'data_base64': not base64 (" + e.getMessage() + "); use data for text");
        }
    }

    private ReportingException at(JsonParser parser, String reason) {
        return wrong(column(parser.currentTokenLocation().getColumnNr()), reason);
    }

    private ReportingException wrong(String reason) {
        return wrong("", reason);
    }

    private ReportingException wrong(String column, String reason) {
        return new ReportingException(
                StatusCode.INVALID_ARGUMENT, "line " + number + column + ": " + reason);
    }

    private static String column(int column) {
        return column < 1 ? "" : ", column " + column;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
