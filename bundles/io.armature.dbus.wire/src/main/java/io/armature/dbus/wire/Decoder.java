package io.armature.dbus.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts a stream of bytes into messages. Memory follows the bytes of one message, up to a limit; of
 * a longer one the header is read and the rest passed over.
 */
public final class Decoder {

    /** Gets what was read. */
    public interface Sink {

        /** A whole message. */
        void message(Message message);

        /** A message whose body was too long to be kept; its body is empty here. */
        void tooLong(Message head, long bytes);

        /** A message of which nothing can be kept. */
        void dropped(long bytes);
    }

    private static final int FIXED = 16;
    private static final long LONGEST = 1L << 27;

    private final int limit;
    private final byte[] fixed = new byte[FIXED];
    private byte[] bytes = fixed;
    private int filled;
    private int headLength;
    private long total;
    private long passOver;

    /**
     * @param limit bytes of a message that is kept, header included
     */
    public Decoder(int limit) {
        this.limit = limit;
    }

    /** Takes all bytes there are. */
    public void feed(ByteBuffer in, Sink sink) throws MalformedException {
        while (in.hasRemaining()) {
            if (passOver > 0) {
                int step = (int) Math.min(passOver, in.remaining());
                in.position(in.position() + step);
                passOver -= step;
                continue;
            }
            int step = Math.min(bytes.length - filled, in.remaining());
            in.get(bytes, filled, step);
            filled += step;
            if (filled == FIXED && bytes == fixed) {
                begin(sink);
            }
            if (filled == bytes.length && bytes != fixed) {
                end(sink);
            }
        }
    }

    private void begin(Sink sink) throws MalformedException {
        ByteBuffer start = order(ByteBuffer.wrap(fixed));
        if (fixed[3] != 1) {
            throw new MalformedException("version " + fixed[3] + " of the protocol");
        }
        long body = start.getInt(4) & 0xffff_ffffL;
        long fields = start.getInt(12) & 0xffff_ffffL;
        long head = FIXED + (fields + 7 & ~7L);
        total = head + body;
        if (total > LONGEST) {
            throw new MalformedException("a message of " + total + " bytes");
        }
        if (head > limit) {
            passOver = total - FIXED;
            filled = 0;
            sink.dropped(total);
            return;
        }
        headLength = (int) head;
        passOver = 0;
        bytes = new byte[(int) (total > limit ? head : total)];
        System.arraycopy(fixed, 0, bytes, 0, FIXED);
    }

    private void end(Sink sink) throws MalformedException {
        ByteBuffer whole = order(ByteBuffer.wrap(bytes));
        int fields = whole.getInt(12);
        Header header = new HeaderReader(whole.slice(FIXED, fields).order(whole.order())).read();
        boolean complete = bytes.length == total;
        ByteBuffer body = whole.slice(headLength, bytes.length - headLength).order(whole.order());
        Message message =
                new Message(
                        Message.Type.of(bytes[1]), bytes[2] & 0xff, whole.getInt(8), header, body);
        passOver = total - bytes.length;
        bytes = fixed;
        filled = 0;
        if (complete) {
            sink.message(message);
        } else {
            sink.tooLong(message, total);
        }
    }

    private ByteBuffer order(ByteBuffer start) throws MalformedException {
        return switch (start.get(0)) {
            case 'l' -> start.order(ByteOrder.LITTLE_ENDIAN);
            case 'B' -> start.order(ByteOrder.BIG_ENDIAN);
            default -> throw new MalformedException("a byte order that is none");
        };
    }
}
