package io.armature.services.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private final List<String> got = new ArrayList<>();
    private final List<Descriptor> descriptors = new ArrayList<>();

    private FrameReader reader() {
        got.clear();
        return new FrameReader(
                new FrameReader.Sink() {
                    @Override
                    public void message(byte[] message, Optional<Descriptor> descriptor) {
                        got.add(
                                new String(message, StandardCharsets.UTF_8)
                                        + (descriptor.isPresent() ? "+" : ""));
                        descriptor.ifPresent(descriptors::add);
                    }

                    @Override
                    public void closed(long code, String text) {
                        got.add("end " + code + " " + text);
                    }
                });
    }

    private static byte[] frames(String... words) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String word : words) {
            all.writeBytes(FrameReader.message(word.getBytes(StandardCharsets.UTF_8)));
        }
        return all.toByteArray();
    }

    private static byte[] stream() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(frames("one", "", "three"));
        all.writeBytes(FrameReader.close(0xFFFF_FFFFL, "über"));
        all.writeBytes(frames("after the end"));
        return all.toByteArray();
    }

    private static void feed(FrameReader to, byte[] bytes, int from, int end)
            throws FrameException {
        to.feed(ByteBuffer.wrap(bytes, from, end - from), Optional.empty());
    }

    @Test
    void everySplitGivesTheSameFrames() throws FrameException {
        byte[] all = stream();
        for (int first = 0; first <= all.length; first++) {
            for (int second = first; second <= all.length; second++) {
                FrameReader reader = reader();
                feed(reader, all, 0, first);
                feed(reader, all, first, second);
                feed(reader, all, second, all.length);
                reader.end();
                assertThat(got)
                        .as("split at %d and %d", first, second)
                        .containsExactly("one", "", "three", "end 4294967295 über");
            }
        }
    }

    @Test
    void byteByByteGivesTheSameFrames() throws FrameException {
        byte[] all = stream();
        FrameReader reader = reader();
        for (int i = 0; i < all.length; i++) {
            feed(reader, all, i, i + 1);
        }
        assertThat(got).containsExactly("one", "", "three", "end 4294967295 über");
    }

    @Test
    void endWithoutReasonIsZeroAndDropsWhatIsIncomplete() throws FrameException {
        FrameReader reader = reader();
        feed(reader, frames("whole", "broken"), 0, 15);
        assertThat(reader.inFrame()).isTrue();
        reader.end();
        reader.end();
        assertThat(got).containsExactly("whole", "end 0 ");
    }

    /** A receive call ends with the bytes that the descriptor came with. */
    @Test
    void descriptorBelongsToTheFrameOfTheLastByteReceived() throws IOException {
        byte[] all = frames("one", "two", "three");
        int two = FrameReader.HEADER + 3;
        int three = 2 * two;
        for (int received = 1; received <= all.length; received++) {
            FrameReader reader = reader();
            Descriptor[] pair = Descriptor.pair();
            reader.feed(ByteBuffer.wrap(all, 0, received), Optional.of(pair[0]));
            feed(reader, all, received, all.length);
            int owner = received <= two ? 0 : received <= three ? 1 : 2;
            List<String> expected = new ArrayList<>(List.of("one", "two", "three"));
            expected.set(owner, expected.get(owner) + "+");
            assertThat(got).as("received %d", received).isEqualTo(expected);
            assertThat(pair[0].isOpen()).isTrue();
            closeAll(pair);
        }
    }

    @Test
    void twoDescriptorsForOneFrameAreRefusedAndClosed() throws IOException {
        byte[] all = frames("one");
        FrameReader reader = reader();
        Descriptor[] pair = Descriptor.pair();
        reader.feed(ByteBuffer.wrap(all, 0, 2), Optional.of(pair[0]));
        assertThatThrownBy(
                        () ->
                                reader.feed(
                                        ByteBuffer.wrap(all, 2, all.length - 2),
                                        Optional.of(pair[1])))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("at most one descriptor");
        assertThat(pair[0].isOpen()).isFalse();
        assertThat(pair[1].isOpen()).isFalse();
    }

    @Test
    void twoDescriptorsForTwoFramesArrive() throws IOException {
        byte[] all = frames("one", "two");
        FrameReader reader = reader();
        Descriptor[] pair = Descriptor.pair();
        reader.feed(ByteBuffer.wrap(all, 0, 4), Optional.of(pair[0]));
        reader.feed(ByteBuffer.wrap(all, 4, 6), Optional.of(pair[1]));
        feed(reader, all, 10, all.length);
        assertThat(got).containsExactly("one+", "two+");
        closeAll(pair);
    }

    @Test
    void descriptorsThatNobodyGetsAreClosed() throws IOException {
        Descriptor[] incomplete = Descriptor.pair();
        FrameReader reader = reader();
        reader.feed(ByteBuffer.wrap(frames("x"), 0, 3), Optional.of(incomplete[0]));
        reader.end();
        assertThat(incomplete[0].isOpen()).isFalse();
        reader.feed(ByteBuffer.wrap(frames("x")), Optional.of(incomplete[1]));
        assertThat(incomplete[1].isOpen()).as("after the end").isFalse();

        Descriptor[] bad = Descriptor.pair();
        assertThatThrownBy(() -> reader().feed(ByteBuffer.wrap(new byte[9]), Optional.of(bad[0])))
                .isInstanceOf(FrameException.class);
        assertThat(bad[0].isOpen()).as("with garbage").isFalse();
        reader().feed(ByteBuffer.wrap(FrameReader.close(1, "no")), Optional.of(bad[1]));
        assertThat(bad[1].isOpen()).as("with the end").isFalse();
    }

    @Test
    void descriptorThatTheSinkRefusesIsClosed() throws IOException {
        FrameReader reader =
                new FrameReader(
                        new FrameReader.Sink() {
                            @Override
                            public void message(byte[] message, Optional<Descriptor> descriptor)
                                    throws FrameException {
                                throw new FrameException("not here");
                            }

                            @Override
                            public void closed(long code, String text) {}
                        });
        byte[] all = frames("one");
        Descriptor[] pair = Descriptor.pair();
        reader.feed(ByteBuffer.wrap(all, 0, 5), Optional.of(pair[0]));
        assertThatThrownBy(() -> feed(reader, all, 5, all.length)).hasMessage("not here");
        assertThat(pair[0].isOpen()).isFalse();
        pair[1].close();
    }

    private static void refused(int length, int kind, String why) {
        byte[] header = ByteBuffer.allocate(5).putInt(length).put((byte) kind).array();
        FrameReader reader =
                new FrameReader(
                        new FrameReader.Sink() {
                            @Override
                            public void message(byte[] message, Optional<Descriptor> descriptor) {}

                            @Override
                            public void closed(long code, String text) {}
                        });
        assertThatThrownBy(() -> feed(reader, header, 0, 5))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining(why);
    }

    @Test
    void lengthsAndKindsOutOfRangeAreRefused() throws FrameException {
        refused(0, 0, "length");
        refused(-1, 0, "length");
        refused(FrameReader.MESSAGE_LIMIT + 2, 0, "length");
        refused(5, 2, "kind");
        refused(5, 0xFF, "this is 255");
        refused(4, 1, "close frame");
        refused(5 + FrameReader.TEXT_LIMIT + 1, 1, "close frame");
        byte[] longest = FrameReader.message(new byte[FrameReader.MESSAGE_LIMIT]);
        feed(reader(), longest, 0, longest.length);
        assertThat(got).hasSize(1);
        byte[] end = FrameReader.close(3, "x".repeat(5_000));
        feed(reader(), end, 0, end.length);
        assertThat(got).containsExactly("end 3 " + "x".repeat(FrameReader.TEXT_LIMIT));
    }

    private void closeAll(Descriptor... all) {
        descriptors.forEach(Descriptor::close);
        List.of(all).forEach(Descriptor::close);
    }
}
