package io.armature.dbus.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What is said before the first message: the kernel tells the bus who we are (EXTERNAL), and
 * descriptors are not asked for, so that none is ever sent to us.
 */
public final class Greeting {

    private static final int LONGEST_LINE = 512;
    private static final byte[] WORDS =
            "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n".getBytes(StandardCharsets.US_ASCII);

    private final StringBuilder line = new StringBuilder();

    /** All that we say. */
    public static ByteBuffer words() {
        return ByteBuffer.wrap(WORDS.clone());
    }

    /**
     * Reads what the bus says; stops before the first byte of a message.
     *
     * @return whether messages may follow
     * @throws MalformedException if the bus refuses, or is none
     */
    public boolean accepted(ByteBuffer in) throws MalformedException {
        while (in.hasRemaining()) {
            char next = (char) (in.get() & 0xff);
            if (next != '\n') {
                line.append(next);
                if (line.length() > LONGEST_LINE) {
                    throw new MalformedException("the bus greets at length");
                }
                continue;
            }
            String said = line.toString().strip();
            line.setLength(0);
            if (said.startsWith("OK ")) {
                return true;
            }
            if (!said.equals("DATA")) {
                throw new MalformedException(
                        said.startsWith("REJECTED")
                                ? "the bus does not take EXTERNAL authentication"
                                : "the bus does not greet as a bus");
            }
        }
        return false;
    }
}
