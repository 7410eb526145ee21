package io.armature.reporting.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Requests written byte by byte, and answers taken apart the same way. */
final class Requests {

    /** EnqueueRecord: data "hi", HEARTBEAT_EVENTS, SLOW_BATCH. */
    static final byte[] HEARTBEAT = {0x0a, 6, 0x0a, 2, 'h', 'i', 0x10, 13, 0x10, 3};

    /** The same for CROS_SECURITY_PROCESS, SECURITY. */
    static final byte[] PROCESS = {0x0a, 6, 0x0a, 2, 'h', 'i', 0x10, 23, 0x10, 6};

    private Requests() {}

    /** The status of an answer: {@code OK} or {@code CODE:message}, taken apart by hand. */
    static String status(String hex) {
        byte[] answer = HexFormat.of().parseHex(hex);
        // {1: {1: code, 2: message}}; everything is shorter than 128 here
        assertThat(answer[0]).as(hex).isEqualTo((byte) 0x0a);
        assertThat(answer[2]).as(hex).isEqualTo((byte) 0x08);
        int code = answer[3];
        if (answer.length == 4) {
            return code == 0 ? "OK" : Integer.toString(code);
        }
        return code + ":" + new String(answer, 6, answer[5], StandardCharsets.UTF_8);
    }
}
