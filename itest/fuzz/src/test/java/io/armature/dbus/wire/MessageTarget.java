package io.armature.dbus.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What must be true of the reader of bus messages whatever comes and however it is cut. The fuzzer
 * calls it by its name.
 *
 * <p>An input is the length of the pieces and the stream.
 */
public final class MessageTarget {

    private static final int LIMIT = 512;

    private MessageTarget() {}

    /** What was passed over; the header is empty if it was not read. */
    private record PassedOver(Optional<Header> header, long bytes) {}

    /** What became of a stream. */
    private static final class Reading implements Decoder.Sink {
        final List<Message> messages = new ArrayList<>();
        final List<Object> events = new ArrayList<>();
        String failure = "";

        static Reading of(byte[] stream, int piece) {
            Reading reading = new Reading();
            Decoder decoder = new Decoder(LIMIT);
            try {
                for (int at = 0; at < stream.length; at += piece) {
                    int length = Math.min(piece, stream.length - at);
                    decoder.feed(ByteBuffer.wrap(stream, at, length), reading);
                }
            } catch (MalformedException e) {
                reading.failure = e.getMessage();
            }
            return reading;
        }

        @Override
        public void message(Message message) {
            messages.add(message);
            events.add(message); // equal to another one of the same body
        }

        @Override
        public void tooLong(Message head, long bytes) {
            require(bytes > LIMIT && head.body().remaining() == 0, () -> "short, and too long");
            events.add(new PassedOver(Optional.of(head.header()), bytes));
        }

        @Override
        public void dropped(long bytes) {
            require(bytes > LIMIT, () -> "dropped though short");
            events.add(new PassedOver(Optional.empty(), bytes));
        }
    }

    /** Reads the stream whole and in pieces, and what was read once more. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(input, 1, input.length);
        Reading whole = Reading.of(stream, Math.max(1, stream.length));
        Reading cut = Reading.of(stream, 1 + (input[0] & 0xff));
        require(whole.events.equals(cut.events), () -> whole.events + " but cut " + cut.events);
        require(whole.failure.equals(cut.failure), () -> whole.failure + " but cut " + cut.failure);
        whole.messages.forEach(MessageTarget::again);
    }

    /** What a header says survives being written and read. */
    private static void again(Message message) {
        values(message);
        Header header = message.header();
        if (header.signature().chars().anyMatch(c -> c >= 0x80)) {
            return;
        }
        ByteBuffer head = Encoder.head(message, 1);
        byte[] bytes = new byte[head.remaining() + message.body().remaining()];
        int length = head.remaining();
        head.get(bytes, 0, length);
        if (bytes.length > LIMIT) {
            return; // written with other padding, or replaced characters
        }
        Reading second = Reading.of(bytes, bytes.length);
        require(second.messages.size() == 1, () -> "written " + header + ", read " + second.events);
        Header read = second.messages.get(0).header();
        Header sent =
                new Header(
                        header.path(),
                        header.interfaceName(),
                        header.member(),
                        header.errorName(),
                        header.replySerial(),
                        header.destination(),
                        "",
                        header.signature(),
                        0);
        require(read.equals(sent), () -> "written " + sent + ", read " + read);
    }

    private static void values(Message message) {
        try {
            Body body = new Body(message);
            body.word();
            body.text();
            body.array();
        } catch (MalformedException e) {
            return; // a body that ends early
        }
    }

    private static void require(boolean fact, Supplier<String> text) {
        if (!fact) {
            throw new AssertionError(text.get());
        }
    }
}
