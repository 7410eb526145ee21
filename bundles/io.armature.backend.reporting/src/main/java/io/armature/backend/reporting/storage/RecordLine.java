package io.armature.backend.reporting.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.StoredIds;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * One line of a day file, a JSON object. Three kinds, told apart by their first key:
 *
 * <ul>
 *   <li>{@code device}: a record as {@code armature backend records} prints it, and behind that
 *       {@code digests}: base64 of its own digest and its predecessor's
 *   <li>{@code refused}: a record that could not be opened, with the reason, whole
 *   <li>{@code gap}: ids that will never come, with the reason
 * </ul>
 */
final class RecordLine {

    /** A line with this beginning is a record. */
    private static final byte[] RECORD_START = "{\"device\":".getBytes(StandardCharsets.US_ASCII);

    private static final String DIGESTS = ",\"digests\":\"";
    private static final byte[] DIGESTS_START = DIGESTS.getBytes(StandardCharsets.US_ASCII);

    /** Why ids were given up. */
    static final String NEVER_CAME = "never came";

    private static final int DIGEST_BYTES = 32;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);

    /** A record as it is printed: without newline, and without what only the store needs. */
    static byte[] printed(QueueName queue, long id, Record record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            writeRecord(json, queue, id, record);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** The line of a record, with its newline. */
    byte[] opened(QueueName queue, long id, Content.Opened opened) throws IOException {
        bytes.reset();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            writeRecord(json, queue, id, opened.record());
            json.writeStringField("digests", base64(opened.digest().concat(opened.previous())));
            json.writeEndObject();
        }
        return line();
    }

    /** The line of a record that could not be opened. */
    byte[] refused(QueueName queue, long id, Content.Refused refused) throws IOException {
        bytes.reset();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("refused", refused.reason());
            writeQueue(json, queue, id);
            json.writeStringField("sealed_base64", base64(refused.sealed()));
            json.writeEndObject();
        }
        return line();
    }

    /** The line of ids that are lost. */
    byte[] gap(QueueName queue, long id, long count, String reason) throws IOException {
        bytes.reset();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("gap", reason);
            writeQueue(json, queue, id);
            json.writeNumberField("count", count);
            json.writeEndObject();
        }
        return line();
    }

    /** Reads a line back; none if it is damaged. */
    static Optional<StoredIds> parse(byte[] line) {
        Fields fields = new Fields();
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                fields.set(name, json);
            }
            return json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null
                    ? Optional.of(fields.stored())
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static boolean isRecord(byte[] line, int length) {
        return length > RECORD_START.length
                && Arrays.equals(
                        line, 0, RECORD_START.length, RECORD_START, 0, RECORD_START.length);
    }

    /** The line without what only the store needs: up to here, and a closing brace. */
    static int printedLength(byte[] line, int length) {
        for (int at = length - DIGESTS_START.length; at > 0; at--) {
            if (line[at] == DIGESTS_START[0]
                    && Arrays.equals(
                            line,
                            at,
                            at + DIGESTS_START.length,
                            DIGESTS_START,
                            0,
                            DIGESTS_START.length)) {
                return at;
            }
        }
        return length - 1;
    }

    private static void writeRecord(JsonGenerator json, QueueName queue, long id, Record record)
            throws IOException {
        json.writeStringField("device", queue.device());
        json.writeStringField("priority", queue.priority().name());
        json.writeStringField("destination", record.getDestination().name());
        json.writeNumberField("generation_id", queue.generationId());
        json.writeStringField("generation_guid", queue.generationGuid());
        json.writeNumberField("sequencing_id", id);
        json.writeNumberField("timestamp_us", record.getTimestampUs());
        Optional<String> text = text(record.getData());
        if (text.isPresent()) {
            json.writeStringField("data", text.get());
        } else {
            json.writeStringField("data_base64", base64(record.getData()));
        }
    }

    private static void writeQueue(JsonGenerator json, QueueName queue, long id)
            throws IOException {
        json.writeStringField("device", queue.device());
        json.writeStringField("priority", queue.priority().name());
        json.writeNumberField("generation_id", queue.generationId());
        json.writeStringField("generation_guid", queue.generationGuid());
        json.writeNumberField("sequencing_id", id);
    }

    private byte[] line() {
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static Optional<String> text(ByteString data) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(data.toByteArray()))
                            .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static String base64(ByteString data) {
        return Base64.getEncoder().encodeToString(data.toByteArray());
    }

    /** The fields that matter for recovery. */
    private static final class Fields {
        private StoredIds.Kind kind = StoredIds.Kind.RECORD;
        private String device = "";
        private String priority = "";
        private String guid = "";
        private long generationId;
        private long id = -1;
        private long count = 1;
        private ByteString digests = ByteString.EMPTY;

        void set(String name, JsonParser json) throws IOException {
            switch (name) {
                case "refused" -> kind = StoredIds.Kind.REFUSED;
                case "gap" ->
                        kind =
                                json.getText().equals(NEVER_CAME)
                                        ? StoredIds.Kind.GIVEN_UP
                                        : StoredIds.Kind.GAP;
                case "device" -> device = json.getText();
                case "priority" -> priority = json.getText();
                case "generation_guid" -> guid = json.getText();
                case "generation_id" -> generationId = json.getLongValue();
                case "sequencing_id" -> id = json.getLongValue();
                case "count" -> count = json.getLongValue();
                case "digests" ->
                        digests = ByteString.copyFrom(Base64.getDecoder().decode(json.getText()));
                default -> json.skipChildren();
            }
        }

        StoredIds stored() {
            QueueName queue = new QueueName(device, Priority.valueOf(priority), guid, generationId);
            if (kind != StoredIds.Kind.RECORD) {
                return new StoredIds(kind, queue, id, count, ByteString.EMPTY, ByteString.EMPTY);
            }
            if (digests.size() != DIGEST_BYTES && digests.size() != 2 * DIGEST_BYTES) {
                throw new IllegalArgumentException("digests have a wrong size");
            }
            return new StoredIds(
                    kind,
                    queue,
                    id,
                    1,
                    digests.substring(0, DIGEST_BYTES),
                    digests.substring(DIGEST_BYTES));
        }
    }
}
