package io.armature.dbus.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the values of a body one after another, and makes bodies. */
public final class Body {

    private static final int WORD = 4;

    private final ByteBuffer bytes;

    /** From the first value of the message's body. */
    public Body(Message message) {
        this.bytes = message.body().duplicate().order(message.body().order());
    }

    Body(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** A body of no values. */
    public static ByteBuffer empty() {
        return ByteBuffer.allocate(0);
    }

    /** A body of texts, {@code s} each. */
    public static ByteBuffer of(String... texts) {
        Writer writer = new Writer();
        for (String text : texts) {
            writer.text(text);
        }
        return writer.done();
    }

    /** A body of one text and one number, {@code su}. */
    public static ByteBuffer of(String text, int number) {
        return new Writer().text(text).word(number).done();
    }

    /** A body of one byte array, {@code ay}, that is a serialized message. */
    public static ByteBuffer of(MessageLite message) {
        int size = message.getSerializedSize();
        ByteBuffer body = ByteBuffer.allocate(WORD + size).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(size);
        CodedOutputStream out = CodedOutputStream.newInstance(body.array(), WORD, size);
        try {
            message.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the room is exactly what it asked for
        }
        return body.rewind();
    }

    /** The next value, {@code u}. */
    public int word() throws MalformedException {
        align(WORD);
        need(WORD);
        return bytes.getInt();
    }

    /** The next value, {@code s} or {@code o}. */
    public String text() throws MalformedException {
        int length = length();
        need(length + 1);
        String text = text(length);
        bytes.get();
        return text;
    }

    /** The next value, {@code g}. */
    String signature() throws MalformedException {
        int length = octet();
        need(length + 1);
        String text = text(length);
        bytes.get();
        return text;
    }

    /** The next value, {@code ay}: a part of the message, not a copy. */
    public ByteBuffer array() throws MalformedException {
        int length = length();
        need(length);
        ByteBuffer part = bytes.slice(bytes.position(), length);
        skip(length);
        return part;
    }

    int length() throws MalformedException {
        int length = word();
        if (length < 0 || length > bytes.remaining()) {
            throw new MalformedException("a length of " + length + " where less is left");
        }
        return length;
    }

    int octet() throws MalformedException {
        need(1);
        return bytes.get() & 0xff;
    }

    void align(int boundary) throws MalformedException {
        int padding = -bytes.position() & boundary - 1;
        need(padding);
        skip(padding);
    }

    void skip(int count) throws MalformedException {
        need(count);
        bytes.position(bytes.position() + count);
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    private void need(int count) throws MalformedException {
        if (count < 0 || count > bytes.remaining()) {
            throw new MalformedException("a value ends behind its message");
        }
    }

    private String text(int length) {
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
