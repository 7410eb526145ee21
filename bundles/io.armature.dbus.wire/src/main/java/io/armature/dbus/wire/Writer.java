package io.armature.dbus.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes values in little-endian order, each at its boundary. */
final class Writer {

    private static final int FIRST_BYTES = 256;

    private ByteBuffer bytes = allocate(FIRST_BYTES);

    Writer octet(int value) {
        room(1);
        bytes.put((byte) value);
        return this;
    }

    Writer word(int value) {
        align(4);
        room(4);
        bytes.putInt(value);
        return this;
    }

    Writer text(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        word(text.length);
        return put(text);
    }

    Writer signature(String value) {
        octet(value.length());
        return put(value.getBytes(StandardCharsets.US_ASCII));
    }

    Writer align(int boundary) {
        int padding = -bytes.position() & boundary - 1;
        room(padding);
        bytes.position(bytes.position() + padding);
        return this;
    }

    /** Overwrites a word that is there. */
    Writer wordAt(int position, int value) {
        bytes.putInt(position, value);
        return this;
    }

    int position() {
        return bytes.position();
    }

    ByteBuffer done() {
        return bytes.flip();
    }

    private Writer put(byte[] text) {
        room(text.length + 1);
        bytes.put(text).put((byte) 0);
        return this;
    }

    private void room(int more) {
        if (more > bytes.remaining()) {
            bytes =
                    allocate(Math.max(2 * bytes.capacity(), bytes.position() + more))
                            .put(bytes.flip());
        }
    }

    private static ByteBuffer allocate(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
