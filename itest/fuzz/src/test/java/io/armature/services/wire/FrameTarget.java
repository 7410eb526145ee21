package io.armature.services.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What must be true of the frame reader whatever comes and however it is cut. The fuzzer calls it
 * by its name.
 *
 * <p>An input is the number of cuts (0 to 7), a byte for each (length of the piece; 128 more: a
 * descriptor comes with it), and the stream.
 */
public final class FrameTarget {

    private static final int CUTS = 7;
    private static final int DESCRIPTOR = 0x80;

    private final List<String> events = new ArrayList<>();
    private final List<Descriptor> all = new ArrayList<>();
    private final List<Descriptor> given = new ArrayList<>();
    private final List<Integer> brought = new ArrayList<>();

    private FrameTarget() {}

    /** Reads the stream in pieces; fails if reader and model differ, or a descriptor is lost. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0 || input.length < 1 + (input[0] & CUTS)) {
            return;
        }
        FrameTarget target = new FrameTarget();
        try {
            target.run(input);
        } finally {
            target.all.forEach(Descriptor::close);
        }
    }

    private final class Events implements FrameReader.Sink {
        @Override
        public void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException {
            events.add(FrameModel.message(ByteBuffer.wrap(message), descriptor.isPresent()));
            if (message.length > 0 && message[0] == FrameModel.REFUSED) {
                throw new FrameException("refused");
            }
            descriptor.ifPresent(given::add);
        }

        @Override
        public void closed(long code, String text) {
            events.add(FrameModel.end(code, text));
        }
    }

    private void run(byte[] input) {
        int cuts = input[0] & CUTS;
        byte[] stream = Arrays.copyOfRange(input, 1 + cuts, input.length);
        FrameReader reader = new FrameReader(new Events());
        boolean failed = false;
        int at = 0;
        for (int i = 0; i <= cuts && at < stream.length && !failed; i++) {
            boolean last = i == cuts;
            int wanted = last ? stream.length : input[1 + i] & ~DESCRIPTOR & 0xFF;
            int length = Math.min(wanted, stream.length - at);
            boolean descriptor = !last && (input[1 + i] & DESCRIPTOR) != 0 && length > 0;
            try {
                reader.feed(
                        ByteBuffer.wrap(stream, at, length), descriptor(descriptor, at + length));
            } catch (FrameException e) {
                failed = true;
            }
            at += length;
        }
        check(reader, new FrameModel(stream, brought), failed);
    }

    private Optional<Descriptor> descriptor(boolean wanted, int end) {
        if (!wanted) {
            return Optional.empty();
        }
        int flags = LinuxCalls.EFD_CLOEXEC | LinuxCalls.EFD_NONBLOCK;
        Descriptor made = Descriptor.of(LinuxCalls.eventfd(0, flags));
        all.add(made);
        brought.add(end - 1);
        return Optional.of(made);
    }

    private void check(FrameReader reader, FrameModel model, boolean failed) {
        require(failed == model.failed(), "failed: " + failed);
        require(failed || model.closed() || reader.inFrame() == model.rest(), "within a frame");
        require(events.equals(model.events()), events + ", but the model " + model.events());
        reader.end();
        boolean told = events.size() == model.events().size() + 1;
        require(told != model.closed(), "the end is told once");
        for (Descriptor one : all) {
            require(one.isOpen() == given.contains(one), "a descriptor is lost, or closed early");
        }
    }

    private static void require(boolean fact, String text) {
        if (!fact) {
            throw new AssertionError(text);
        }
    }
}
