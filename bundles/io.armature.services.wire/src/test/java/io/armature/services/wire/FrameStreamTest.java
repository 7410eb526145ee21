package io.armature.services.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames over real socket pairs. */
class FrameStreamTest {

    private EventLoop loop;

    @BeforeEach
    void start() throws IOException {
        loop = new EventLoop("test-loop");
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private record Got(String message, Optional<Descriptor> descriptor, long code) {}

    private static class Inbox implements FrameStream.Handler {
        final BlockingQueue<Got> got = new LinkedBlockingQueue<>();

        @Override
        public void message(byte[] message, Optional<Descriptor> descriptor) {
            got.add(new Got(new String(message, StandardCharsets.UTF_8), descriptor, -1));
        }

        @Override
        public void writable() {}

        @Override
        public void closed(long code, String text) {
            got.add(new Got(text, Optional.empty(), code));
        }

        Got next() throws InterruptedException {
            Got next = got.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("a frame within 10 s").isNotNull();
            return next;
        }
    }

    @Test
    void messagesAndTheReasonArriveInOrder() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Inbox left = new Inbox();
        Inbox right = new Inbox();
        FrameStream one = new FrameStream(loop, pair[0], 1 << 20, left);
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, right);
        for (int i = 0; i < 1000; i++) {
            assertThat(one.send(("m" + i).getBytes(StandardCharsets.UTF_8), Optional.empty()))
                    .isTrue();
        }
        one.close(3, "enough");
        for (int i = 0; i < 1000; i++) {
            assertThat(right.next().message()).isEqualTo("m" + i);
        }
        assertThat(right.next()).isEqualTo(new Got("enough", Optional.empty(), 3));
        assertThat(left.next().code()).isEqualTo(3);
        assertThat(two.send(new byte[1], Optional.empty())).isFalse();
        assertThat(pair[0].isOpen()).isFalse();
        assertThat(pair[1].isOpen()).isFalse();
    }

    @Test
    void descriptorTravelsWithItsFrame() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Descriptor[] cargo = Descriptor.pair();
        Inbox right = new Inbox();
        FrameStream one = new FrameStream(loop, pair[0], 1 << 20, new Inbox());
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, right);
        one.send("before".getBytes(StandardCharsets.UTF_8), Optional.empty());
        one.send("with".getBytes(StandardCharsets.UTF_8), Optional.of(cargo[0]));
        one.send("after".getBytes(StandardCharsets.UTF_8), Optional.empty());
        assertThat(right.next().descriptor()).isEmpty();
        Got with = right.next();
        assertThat(with.message()).isEqualTo("with");
        assertThat(right.next().descriptor()).isEmpty();
        Inbox far = new Inbox();
        Inbox near = new Inbox();
        FrameStream passed = new FrameStream(loop, with.descriptor().orElseThrow(), 1 << 20, far);
        FrameStream kept = new FrameStream(loop, cargo[1], 1 << 20, near);
        kept.send("through".getBytes(StandardCharsets.UTF_8), Optional.empty());
        assertThat(far.next().message()).isEqualTo("through");
        assertThat(cargo[0].isOpen()).isFalse();
        passed.close();
        assertThat(near.next().code()).isZero();
        one.close();
        two.close();
    }

    @Test
    void garbageEndsTheStreamWithAReason() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Inbox right = new Inbox();
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, right);
        pair[0].send(new byte[] {9, 9, 9, 9, 9}, 0, 5, Optional.empty());
        Got end = right.next();
        assertThat(end.code()).isEqualTo(1);
        assertThat(end.message()).contains("length is 1 to 1048577");
        Inbox left = new Inbox();
        FrameStream one = new FrameStream(loop, pair[0], 1 << 20, left);
        assertThat(left.next().code()).isEqualTo(1);
        one.close();
        two.close();
    }

    @Test
    void megabytesPassAReaderThatIsSlowAtFirst() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Inbox right = new Inbox();
        FrameStream one = new FrameStream(loop, pair[0], 64 << 20, new Inbox());
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, right);
        two.reading(false);
        byte[] large = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20; i++) {
            assertThat(one.send(large, Optional.empty())).isTrue();
        }
        one.close();
        two.reading(true);
        for (int i = 0; i < 20; i++) {
            assertThat(right.next().message()).hasSize(1 << 20);
        }
        assertThat(right.next().code()).isZero();
    }

    @Test
    void peerIsKnownByTheKernel() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Credentials me = pair[0].credentials();
        assertThat((long) me.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(pair[0].gone()).isFalse();
        pair[1].close();
        assertThat(pair[0].gone()).isTrue();
        pair[0].close();
    }

    /** Writing fails at once when the peer has closed; what it said before is still told. */
    @Test
    void lastWordsArriveAlthoughWritingHasFailed() throws Exception {
        for (int i = 0; i < 200; i++) {
            Descriptor[] pair = Descriptor.pair();
            Inbox left = new Inbox();
            Inbox right = new Inbox();
            FrameStream one = new FrameStream(loop, pair[0], 1 << 20, left);
            FrameStream two = new FrameStream(loop, pair[1], 1 << 20, right);
            two.send("last".getBytes(StandardCharsets.UTF_8), Optional.empty());
            two.close(9, "words");
            while (one.send(new byte[1000], Optional.empty())) {
                // until the peer is known to have gone
            }
            assertThat(left.next().message()).isEqualTo("last");
            assertThat(left.next()).isEqualTo(new Got("words", Optional.empty(), 9));
            one.close();
        }
    }

    @Test
    void streamThatIsNotReadDoesNotKeepTheLoopBusy() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Inbox left = new Inbox();
        FrameStream one = new FrameStream(loop, pair[0], 1 << 20, left, false);
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, new Inbox());
        two.send("hello".getBytes(StandardCharsets.UTF_8), Optional.empty());
        two.close(4, "bye");
        CountDownLatch closed = new CountDownLatch(1);
        loop.execute(closed::countDown);
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        long before = loop.wakeUps();
        for (int i = 0; i < 10; i++) {
            CountDownLatch turn = new CountDownLatch(1);
            loop.execute(turn::countDown);
            assertThat(turn.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(loop.wakeUps() - before).isLessThanOrEqualTo(11);
        assertThat(left.got).isEmpty();
        one.reading(true);
        assertThat(left.next().message()).isEqualTo("hello");
        assertThat(left.next().code()).isEqualTo(4);
    }

    @Test
    void closeOfAStreamThatNobodyReadsDoesNotKeepTheLoopBusy() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        FrameStream one = new FrameStream(loop, pair[0], 4 << 20, new Inbox());
        for (int i = 0; i < 3; i++) {
            one.send(new byte[1 << 20], Optional.empty());
        }
        byte[] frame = FrameReader.message(new byte[10]);
        pair[1].send(frame, 0, frame.length, Optional.empty());
        one.close(4, "bye");
        long before = loop.wakeUps();
        for (int i = 0; i < 10; i++) {
            CountDownLatch turn = new CountDownLatch(1);
            loop.execute(turn::countDown);
            assertThat(turn.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(loop.wakeUps() - before).isLessThanOrEqualTo(14);
        Inbox right = new Inbox();
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, right);
        for (int i = 0; i < 3; i++) {
            assertThat(right.next().message()).hasSize(1 << 20);
        }
        assertThat(right.next().code()).isEqualTo(4);
        two.close();
    }

    @Test
    void abandonedStreamKeepsOnlyTheBegunFrameAndTheReason() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Descriptor[] cargo = Descriptor.pair();
        Inbox left = new Inbox();
        FrameStream one = new FrameStream(loop, pair[0], 64 << 20, left);
        for (int i = 0; i < 10; i++) {
            one.send(new byte[1 << 20], Optional.empty());
        }
        one.send(new byte[1], Optional.of(cargo[0]));
        assertThat(one.waitingDescriptors()).isEqualTo(1);
        one.abandon(1, "too slow");
        one.abandon(1, "too slow");
        assertThat(cargo[0].isOpen()).isFalse();
        assertThat(one.waiting()).isLessThanOrEqualTo((1 << 20) + 100);
        Inbox right = new Inbox();
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, right);
        assertThat(right.next().message()).hasSize(1 << 20);
        assertThat(right.next()).isEqualTo(new Got("too slow", Optional.empty(), 1));
        assertThat(left.next().code()).isEqualTo(1);
        two.close();
        cargo[1].close();
    }

    @Test
    void writerIsToldWhenThereIsRoom() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        CountDownLatch room = new CountDownLatch(1);
        Inbox left =
                new Inbox() {
                    @Override
                    public void writable() {
                        room.countDown();
                    }
                };
        FrameStream one = new FrameStream(loop, pair[0], 1 << 20, left);
        while (one.send(new byte[100_000], Optional.empty())) {
            // until it is full
        }
        assertThat(one.isOpen()).isTrue();
        assertThat(one.hasRoom()).isFalse();
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, new Inbox());
        assertThat(room.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(one.hasRoom()).isTrue();
        one.drop();
        two.close();
    }

    @Test
    void loopThatHasEndedLeavesNothingToWaitFor() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Inbox left = new Inbox();
        FrameStream one = new FrameStream(loop, pair[0], 1 << 20, left);
        loop.close();
        loop.close();
        one.close(3, "late");
        assertThat(left.next().code()).isEqualTo(3);
        assertThat(pair[0].isOpen()).isFalse();
        Inbox right = new Inbox();
        try (EventLoop second = new EventLoop("second")) {
            FrameStream two = new FrameStream(second, pair[1], 1 << 20, right);
            assertThat(right.next().code()).isEqualTo(3);
            two.close();
        }
    }

    @Test
    void whoLeavesIsToldTheEndOnceThePeerHasSeenIt() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        Inbox left = new Inbox();
        Inbox right = new Inbox();
        FrameStream one = new FrameStream(loop, pair[0], 1 << 20, left);
        one.send("before".getBytes(StandardCharsets.UTF_8), Optional.empty());
        one.leave();
        assertThat(one.send(new byte[1], Optional.empty())).isFalse();
        assertThat(pair[0].isOpen()).isTrue();
        FrameStream two = new FrameStream(loop, pair[1], 1 << 20, right);
        assertThat(right.next().message()).isEqualTo("before");
        assertThat(right.next().code()).isZero();
        assertThat(left.next().code()).isZero();
        assertThat(pair[0].isOpen()).isFalse();
        assertThat(two.isOpen()).isFalse();
    }
}
