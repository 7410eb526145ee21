package io.armature.reporting.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

/** Writes plain values as JSON. */
final class JsonText {

    /** Deeper ones are most likely their own parents. */
    private static final int DEPTH = 100;

    private static final JsonFactory JSON = new JsonFactory();

    private JsonText() {}

    static String of(Map<String, ?> object) throws ReportingException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            write(object, out, 0);
        } catch (IOException e) {
            throw new ReportingException(
                    StatusCode.INVALID_ARGUMENT, "No JSON value: " + e.getMessage(), e);
        }
        return text.toString();
    }

    private static void write(Object value, JsonGenerator out, int depth) throws IOException {
        if (depth > DEPTH) {
            throw new IOException("more than " + DEPTH + " values inside each other");
        }
        if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String name)) {
                    throw new IOException("key " + entry.getKey() + " is no string");
                }
                out.writeFieldName(name);
                write(entry.getValue(), out, depth + 1);
            }
            out.writeEndObject();
        } else if (value instanceof Iterable<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                write(element, out, depth + 1);
            }
            out.writeEndArray();
        } else {
            writeSingle(value, out);
        }
    }

    private static void writeSingle(Object value, JsonGenerator out) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Boolean truth) {
            out.writeBoolean(truth);
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (!Double.isFinite(number)) {
                throw new IOException(number + " has no form in JSON");
            }
            out.writeNumber(value.toString());
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            out.writeNumber(((Number) value).longValue());
        } else if (value instanceof BigInteger number) {
            out.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            out.writeNumber(number);
        } else {
            throw new IOException("a value of " + value.getClass().getName());
        }
    }
}
