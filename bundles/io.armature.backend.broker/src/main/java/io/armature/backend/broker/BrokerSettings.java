package io.armature.backend.broker;

/**
 * Checked settings.
 *
 * @param host address to listen on
 * @param port 1 to 65535, or 0: the one kept from the last start, else a free one
 * @param maxMessageBytes largest packet taken from a client
 * @param sessionCommands packets that may wait for one of the broker's session loops
 */
record BrokerSettings(String host, int port, int maxMessageBytes, int sessionCommands) {

    static final int MIN_MESSAGE_BYTES = 64 << 10;
    static final int MAX_MESSAGE_BYTES = 64 << 20;
    static final int MIN_COMMANDS = 128;
    static final int MAX_COMMANDS = 1 << 20;

    BrokerSettings {
        if (host == null || host.isBlank()) {
            throw new IllegalArgumentException("host must not be empty");
        }
        inRange("port", port, 0, 65535);
        inRange("max_message_bytes", maxMessageBytes, MIN_MESSAGE_BYTES, MAX_MESSAGE_BYTES);
        inRange("session_commands", sessionCommands, MIN_COMMANDS, MAX_COMMANDS);
    }

    private static void inRange(String key, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    key + " must be " + low + " to " + high + ", was " + value);
        }
    }
}
