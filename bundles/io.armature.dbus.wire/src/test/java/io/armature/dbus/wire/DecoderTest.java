package io.armature.dbus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of whatever kind and however cut. */
class DecoderTest {

    private static final int LIMIT = 4096;

    /** A call as another library writes it: two fields, body {@code ay} of one byte. */
    private static final String CALL =
            "6c010001050000000700000028000000" // l, call, 5 bytes of body, serial 7, 40 of fields
                    + "01016f00020000002f61000000000000" // path /a
                    + "03017300010000004d00000000000000" // member M
                    + "0801670002617900" // signature ay
                    + "0100000042";

    private static final class Kept implements Decoder.Sink {
        final List<Message> messages = new ArrayList<>();
        final List<String> others = new ArrayList<>();

        @Override
        public void message(Message message) {
            messages.add(message);
        }

        @Override
        public void tooLong(Message head, long bytes) {
            others.add("too long " + head.header().member() + " " + bytes);
        }

        @Override
        public void dropped(long bytes) {
            others.add("dropped " + bytes);
        }
    }

    private static byte[] encoded(Message message) {
        ByteBuffer head = Encoder.head(message, 9);
        byte[] all = new byte[head.remaining() + message.body().remaining()];
        int size = head.remaining();
        head.get(all, 0, size);
        message.body().duplicate().get(all, size, all.length - size);
        return all;
    }

    private static Message call(int body) {
        return Message.call("a.b", "/c", "d.e", "F", "ay", ByteBuffer.allocate(body));
    }

    private static Kept decode(byte[] bytes) throws MalformedException {
        Kept kept = new Kept();
        new Decoder(LIMIT).feed(ByteBuffer.wrap(bytes), kept);
        return kept;
    }

    @Test
    void whatIsWrittenIsReadHoweverItIsCut() throws Exception {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        Message call = call(33);
        stream.write(encoded(call));
        stream.write(encoded(call.error("x.y", "text ä")));
        stream.write(encoded(call.reply("su", Body.of("abc", -1))));
        byte[] bytes = stream.toByteArray();
        for (int step = 1; step <= bytes.length; step++) {
            Kept kept = new Kept();
            Decoder decoder = new Decoder(LIMIT);
            for (int at = 0; at < bytes.length; at += step) {
                decoder.feed(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at)), kept);
            }
            assertThat(kept.messages).hasSize(3);
            Message first = kept.messages.get(0);
            assertThat(first.header().path()).isEqualTo("/c");
            assertThat(first.header().interfaceName()).isEqualTo("d.e");
            assertThat(first.header().member()).isEqualTo("F");
            assertThat(first.header().destination()).isEqualTo("a.b");
            assertThat(first.body().remaining()).isEqualTo(33);
            assertThat(first.wantsReply()).isTrue();
            assertThat(kept.messages.get(1).header().errorName()).isEqualTo("x.y");
            assertThat(new Body(kept.messages.get(1)).text()).isEqualTo("text ä");
            Body last = new Body(kept.messages.get(2));
            assertThat(last.text()).isEqualTo("abc");
            assertThat(last.word()).isEqualTo(-1);
        }
    }

    @Test
    void bytesOfAnotherLibraryAreRead() throws Exception {
        byte[] bytes = HexFormat.of().parseHex(CALL);
        Kept kept = decode(bytes);
        assertThat(kept.messages).hasSize(1);
        Header header = kept.messages.get(0).header();
        assertThat(header.path()).isEqualTo("/a");
        assertThat(header.member()).isEqualTo("M");
        assertThat(header.signature()).isEqualTo("ay");
        assertThat(new Body(kept.messages.get(0)).array().get(0)).isEqualTo((byte) 0x42);
    }

    @Test
    void bigEndianIsRead() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(16 + 16 + 8).order(ByteOrder.BIG_ENDIAN);
        bytes.put((byte) 'B').put((byte) 1).put((byte) 0).put((byte) 1);
        bytes.putInt(8).putInt(0x0102).putInt(10);
        bytes.put(new byte[] {3, 1, 's', 0}).putInt(1).put((byte) 'M').put((byte) 0);
        bytes.position(32);
        bytes.putInt(3).put("abc".getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
        Kept kept = decode(bytes.array());
        assertThat(kept.messages.get(0).serial()).isEqualTo(0x0102);
        assertThat(kept.messages.get(0).header().member()).isEqualTo("M");
        assertThat(new Body(kept.messages.get(0)).text()).isEqualTo("abc");
    }

    @Test
    void unknownFieldsOfEveryTypeArePassedOver() throws Exception {
        Writer out = new Writer();
        for (int i = 0; i < 16; i++) {
            out.octet(0); // the fixed part, filled in below
        }
        out.octet(200).signature("y").octet(7).align(8);
        out.octet(201).signature("(yv)").align(8).octet(1).signature("au").word(8).word(1).word(2);
        out.align(8).octet(202).signature("a{sv}").word(12).align(8);
        out.text("k").signature("y").octet(1).align(1);
        out.align(8).octet(203).signature("t").align(8).word(1).word(2);
        out.align(8).octet(204).signature("aas").word(0);
        out.align(8).octet(1).signature("u").word(5); // a known field of another type
        out.align(8).octet(3).signature("s").text("M");
        int fields = out.position() - 16;
        byte[] bytes = new byte[16 + fields + (-fields & 7)];
        out.done().get(bytes, 0, 16 + fields);
        ByteBuffer start = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        start.put(new byte[] {'l', 1, 0, 1}).putInt(0).putInt(1).putInt(fields);
        // a{sv} above: 4 + 2 + 3 + 1 bytes
        start.putInt(16 + 8 + lengthAt(bytes), 10);
        assertThat(decode(bytes).messages.get(0).header().member()).isEqualTo("M");
    }

    /** Where the length of {@code a{sv}} stands, behind the first 24 bytes. */
    private static int lengthAt(byte[] bytes) {
        for (int i = 24; i < bytes.length; i++) {
            if ((bytes[i] & 0xff) == 202) {
                int at = i + 2 + "a{sv}".length() + 1;
                return (at + 3 & ~3) - 24;
            }
        }
        throw new AssertionError("not there");
    }

    @Test
    void messageBeyondTheLimitKeepsItsHeaderAndCostsNoMemory() throws Exception {
        Kept kept = new Kept();
        Decoder decoder = new Decoder(LIMIT);
        decoder.feed(ByteBuffer.wrap(encoded(call(LIMIT))), kept);
        decoder.feed(ByteBuffer.wrap(encoded(call(1))), kept);
        assertThat(kept.others).containsExactly("too long F " + encoded(call(LIMIT)).length);
        assertThat(kept.messages).hasSize(1);
    }

    @Test
    void messageWhoseHeaderIsBeyondTheLimitIsPassedOver() throws Exception {
        Message call =
                Message.call("a.b", "/" + "c".repeat(2 * LIMIT), "d.e", "F", "", Body.empty());
        Kept kept = new Kept();
        Decoder decoder = new Decoder(LIMIT);
        byte[] bytes = encoded(call);
        for (byte one : bytes) {
            decoder.feed(ByteBuffer.wrap(new byte[] {one}), kept);
        }
        decoder.feed(ByteBuffer.wrap(encoded(call(1))), kept);
        assertThat(kept.others).containsExactly("dropped " + bytes.length);
        assertThat(kept.messages).hasSize(1);
    }

    @Test
    void brokenStartsAreRefused() {
        byte[] good = encoded(call(1));
        for (int[] change : new int[][] {{0, 'x'}, {3, 2}, {7, 0xff}, {15, 0xff}, {20, 0xff}}) {
            byte[] bad = good.clone();
            bad[change[0]] = (byte) change[1];
            assertThatThrownBy(() -> decode(Arrays.copyOf(bad, bad.length + LIMIT)))
                    .as("byte " + change[0])
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void whateverComesIsReadOrRefused() {
        Random random = new Random(1);
        byte[] good = encoded(call(40).error("x.y", "text"));
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                for (Message message : decode(bytes).messages) {
                    Body body = new Body(message);
                    body.text();
                    body.array();
                    body.word();
                }
            } catch (MalformedException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 50_000);
    }

    @Test
    void typeThatNestsWithoutEndIsRefused() {
        String deep = "(".repeat(200);
        Writer out = new Writer();
        out.octet(200).signature(deep).align(8);
        ByteBuffer fields = out.done();
        assertThatThrownBy(() -> new HeaderReader(fields).read())
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void variantsThatNestWithoutEndAreRefused() {
        Writer out = new Writer();
        out.octet(200);
        for (int i = 0; i < 10_000; i++) {
            out.signature("v");
        }
        ByteBuffer fields = out.done();
        assertThatThrownBy(() -> new HeaderReader(fields).read())
                .isInstanceOf(MalformedException.class);
    }
}
