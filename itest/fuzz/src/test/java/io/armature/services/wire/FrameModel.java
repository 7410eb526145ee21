package io.armature.services.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a stream should give, from the page that describes it, with all of it at hand. */
final class FrameModel {

    /** Marks a message that the test's sink refuses. */
    static final byte REFUSED = (byte) 0xEE;

    private final byte[] stream;
    private final List<Integer> descriptors;
    private final List<String> events = new ArrayList<>();
    private boolean failed;
    private boolean closed;
    private boolean rest;

    /**
     * @param descriptors positions of the last bytes with which descriptors came, ascending
     */
    FrameModel(byte[] stream, List<Integer> descriptors) {
        this.stream = stream;
        this.descriptors = descriptors;
        int at = 0;
        while (!failed && !closed && at < stream.length) {
            at = frame(at);
        }
    }

    /** Each message with its descriptor, then the end if there is one. */
    List<String> events() {
        return events;
    }

    boolean failed() {
        return failed;
    }

    boolean closed() {
        return closed;
    }

    /** Whether the stream stops within a frame. */
    boolean rest() {
        return rest;
    }

    private int frame(int at) {
        long length = -1;
        if (stream.length - at >= 5) {
            length = Integer.toUnsignedLong(ByteBuffer.wrap(stream).getInt(at));
            byte kind = stream[at + 4];
            boolean message = kind == 0 && length >= 1 && length <= 1_048_577;
            boolean close = kind == 1 && length >= 5 && length <= 4_101;
            if (!message && !close) {
                failed = true;
                return stream.length;
            }
        }
        boolean whole = length > 0 && at + 4 + length <= stream.length;
        int end = whole ? (int) (at + 4 + length) : stream.length;
        long brought = descriptors.stream().filter(last -> last >= at && last < end).count();
        if (brought > 1) {
            failed = true;
        } else if (!whole) {
            rest = true;
        } else {
            event(at, end, brought == 1);
        }
        return end;
    }

    private void event(int at, int end, boolean descriptor) {
        if (stream[at + 4] == 0) {
            events.add(message(ByteBuffer.wrap(stream, at + 5, end - at - 5), descriptor));
            failed = end - at > 5 && stream[at + 5] == REFUSED;
        } else {
            closed = true;
            long code = Integer.toUnsignedLong(ByteBuffer.wrap(stream).getInt(at + 5));
            events.add(end(code, new String(stream, at + 9, end - at - 9, StandardCharsets.UTF_8)));
        }
    }

    static String message(ByteBuffer content, boolean descriptor) {
        return StandardCharsets.ISO_8859_1.decode(content) + (descriptor ? " with" : " without");
    }

    static String end(long code, String text) {
        return "end " + code + " " + text;
    }
}
