package io.armature.reporting.mqtt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the device says of itself on its topic {@code status}. */
record DeviceStatus(String deviceId, String version, String bootId) {

    byte[] online() {
        return json("online");
    }

    byte[] offline() {
        return json("offline");
    }

    private byte[] json(String state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("state", state);
            json.writeStringField("version", version);
            json.writeStringField("boot_id", bootId);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
        return bytes.toByteArray();
    }
}
