package io.armature.reporting.mqtt5;

import io.armature.reporting.mqtt.api.Connection.Failure;

/** What a broker says in one byte (MQTT 5, 2.4). */
final class ReasonCode {

    private static final int FIRST_FAILURE = 0x80;
    private static final int LAST_FAILURE = 0xff;
    private static final int TOO_LARGE = 0x95;

    private ReasonCode() {}

    static boolean isFailure(int code) {
        return code >= FIRST_FAILURE && code <= LAST_FAILURE;
    }

    static Failure failure(int code) {
        return code == TOO_LARGE ? Failure.TOO_LARGE : Failure.REFUSED;
    }

    static String text(int code) {
        return "the broker says "
                + switch (code) {
                    case 0x81, 0x82 -> "that the packet is wrong";
                    case 0x86 -> "that user name or password is wrong";
                    case 0x87 -> "that this is not allowed";
                    case 0x88, 0x89 -> "that it cannot serve now";
                    case 0x8b -> "that it shuts down";
                    case 0x8d -> "that it heard nothing for too long";
                    case 0x8e -> "that another client took over the session";
                    case 0x93 -> "that too much was published at a time";
                    case TOO_LARGE -> "that the packet is too large";
                    case 0x96 -> "that messages come too fast";
                    case 0x97 -> "that a quota is used up";
                    case 0x99 -> "that the format of the payload is wrong";
                    default -> String.format("no (0x%02x)", code);
                };
    }
}
