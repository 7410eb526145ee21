package io.armature.itest.system;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** One line of {@code backend records --json}. */
record ServerRecord(
        String device, String destination, long timestampMicros, Receipt position, byte[] data) {

    static ServerRecord of(String line) {
        Map<String, Object> members = Json.object(Json.parse(line));
        byte[] data =
                members.containsKey("data")
                        ? text(members, "data").getBytes(StandardCharsets.UTF_8)
                        : Base64.getDecoder().decode(text(members, "data_base64"));
        return new ServerRecord(
                text(members, "device"),
                text(members, "destination"),
                number(members, "timestamp_us"),
                new Receipt(
                        text(members, "priority"),
                        text(members, "generation_guid"),
                        number(members, "generation_id"),
                        number(members, "sequencing_id")),
                data);
    }

    String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    private static String text(Map<String, Object> members, String name) {
        return (String) members.get(name);
    }

    private static long number(Map<String, Object> members, String name) {
        return (Long) members.get(name);
    }
}
