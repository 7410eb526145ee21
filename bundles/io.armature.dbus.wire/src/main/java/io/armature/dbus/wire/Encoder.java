package io.armature.dbus.wire;

import java.nio.ByteBuffer;

/** Writes what stands before a message's body. */
public final class Encoder {

    private static final int VERSION = 1;
    private static final int FIELDS_AT = 12;
    private static final int FIXED = 16;

    private Encoder() {}

    /**
     * The header, padded; the body follows it.
     *
     * @param serial not 0; in place of the message's
     */
    public static ByteBuffer head(Message message, int serial) {
        Header header = message.header();
        Writer out =
                new Writer()
                        .octet('l')
                        .octet(message.type().ordinal())
                        .octet(message.flags())
                        .octet(VERSION)
                        .word(message.body().remaining())
                        .word(serial)
                        .word(0);
        field(out, Header.PATH, "o", header.path());
        field(out, Header.INTERFACE, "s", header.interfaceName());
        field(out, Header.MEMBER, "s", header.member());
        field(out, Header.ERROR_NAME, "s", header.errorName());
        if (header.replySerial() != 0) {
            out.align(8).octet(Header.REPLY_SERIAL).signature("u").word(header.replySerial());
        }
        field(out, Header.DESTINATION, "s", header.destination());
        if (!header.signature().isEmpty()) {
            out.align(8).octet(Header.SIGNATURE).signature("g").signature(header.signature());
        }
        return out.wordAt(FIELDS_AT, out.position() - FIXED).align(8).done();
    }

    private static void field(Writer out, int code, String type, String value) {
        if (!value.isEmpty()) {
            out.align(8).octet(code).signature(type).text(value);
        }
    }
}
