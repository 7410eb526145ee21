package io.armature.dbus.wire;

import java.nio.ByteBuffer;

/**
 * One message.
 *
 * @param flags 1: no reply expected
 * @param serial not 0
 * @param body as on the wire, in the byte order of the sender; position 0 is its first byte
 */
public record Message(Type type, int flags, int serial, Header header, ByteBuffer body) {

    /** What a message is; an unknown number is to be ignored. */
    public enum Type {
        INVALID,
        CALL,
        REPLY,
        ERROR,
        SIGNAL,
        UNKNOWN;

        static Type of(int number) {
            return number > 0 && number < UNKNOWN.ordinal() ? values()[number] : UNKNOWN;
        }
    }

    private static final int NO_REPLY = 1;
    private static final String NONE = "";

    /** A method call with the signature and body given. */
    public static Message call(
            String destination,
            String path,
            String interfaceName,
            String member,
            String signature,
            ByteBuffer body) {
        return new Message(
                Type.CALL,
                0,
                0,
                new Header(path, interfaceName, member, NONE, 0, destination, NONE, signature, 0),
                body);
    }

    /** This message without its body: all that an answer needs, in little memory. */
    public Message head() {
        return new Message(type, flags, serial, header, Body.empty());
    }

    /** The answer to this call. */
    public Message reply(String signature, ByteBuffer answer) {
        return new Message(Type.REPLY, NO_REPLY, 0, answerHeader(NONE, signature), answer);
    }

    /** The refusal of this call. */
    public Message error(String name, String text) {
        return new Message(Type.ERROR, NO_REPLY, 0, answerHeader(name, "s"), Body.of(text));
    }

    private Header answerHeader(String error, String signature) {
        return new Header(NONE, NONE, NONE, error, serial, header.sender(), NONE, signature, 0);
    }

    /** Whether its sender waits for an answer. */
    public boolean wantsReply() {
        return type == Type.CALL && (flags & NO_REPLY) == 0;
    }
}
