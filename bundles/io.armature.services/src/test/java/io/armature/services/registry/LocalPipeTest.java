package io.armature.services.registry;

import static io.armature.services.registry.Callers.pipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LocalPipeTest {

    private final LocalPipe pipe = pipe();
    private final Pipe near = pipe.near();
    private final Pipe far = pipe.far();

    @Test
    void messageMayBeChangedAfterItWasSent() {
        byte[] message = {1};
        near.send(message);
        message[0] = 2;
        List<byte[]> heard = new ArrayList<>();
        far.listen(heard::add);
        assertThat(heard.get(0)).containsExactly(1);
    }

    @Test
    void emptyMessagesAreBoundedToo() {
        int sent = 0;
        while (near.send(new byte[0]) == Pipe.Sent.SENT) {
            sent++;
        }
        assertThat(sent).isEqualTo(Pipe.BUFFER_LIMIT_BYTES / 32);
        assertThat(near.writable().toCompletableFuture()).isNotDone();
    }

    @Test
    void answersFromWithinAListenerDoNotNest() {
        List<Integer> depths = new ArrayList<>();
        int[] depth = new int[1];
        far.listen(message -> far.send(message));
        near.listen(
                message -> {
                    depths.add(++depth[0]);
                    if (depths.size() < 10_000) {
                        near.send(message);
                    }
                    depth[0]--;
                });
        near.send(new byte[1]);
        assertThat(depths).hasSize(10_000).containsOnly(1);
    }

    @Test
    void closeDuringDeliveryIsToldAfterTheListenerReturned() {
        List<String> order = new ArrayList<>();
        far.closed().thenRun(() -> order.add("closed"));
        far.listen(
                message -> {
                    near.close(new CloseReason(9, ""));
                    far.closed().thenRun(() -> order.add("asked late"));
                    order.add("message");
                });
        near.send(new byte[1]);
        assertThat(order).startsWith("message").hasSize(3);
    }

    @Test
    void errorOfAListenerStaysOnItsSide() throws Exception {
        far.listen(
                message -> {
                    throw new LinkageError("classes of a bundle that is being replaced");
                });
        assertThat(near.send(new byte[1])).isEqualTo(Pipe.Sent.SENT);
        assertThat(near.closed().toCompletableFuture().get().code()).isEqualTo(1);
        assertThat(far.closed().toCompletableFuture()).isDone();
    }

    @Test
    void closingAnEndWhoseUnreadMessagesOutlivedThePeerEndsIt() {
        List<Pipe> ended = new ArrayList<>();
        LocalPipe.watch(far, ended::add);
        near.send(new byte[1]);
        near.close(new CloseReason(7, ""));
        assertThat(ended).isEmpty();
        far.close();
        assertThat(ended).containsExactly(far);
        assertThat(far.closed().toCompletableFuture().join().code()).isEqualTo(7);
    }

    @Test
    void watcherIsToldOnceAlsoWhenItComesLate() {
        List<Pipe> ended = new ArrayList<>();
        LocalPipe.watch(near, end -> ended.add(null));
        LocalPipe.watch(near, ended::add);
        far.close();
        near.close();
        assertThat(ended).containsExactly(near);
        LocalPipe.watch(far, ended::add);
        assertThat(ended).containsExactly(near, far);
    }

    @Test
    void waitForRoomEndsWithThePipe() {
        near.send(new byte[Pipe.MESSAGE_LIMIT_BYTES]);
        near.send(new byte[Pipe.MESSAGE_LIMIT_BYTES]);
        CompletableFuture<Void> room = near.writable().toCompletableFuture();
        assertThat(room).isNotDone();
        far.close();
        assertThat(room).isDone();
        assertThat(near.writable().toCompletableFuture()).isDone();
    }

    @Test
    void eachSendersMessagesArriveInOrderOneAtATime() throws Exception {
        int senders = 4;
        int each = 20_000;
        int[] last = new int[senders];
        int[] inside = new int[1];
        List<String> wrong = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(senders * each);
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int sender = s;
            threads.add(new Thread(() -> sendAll(sender, each)));
        }
        threads.forEach(Thread::start);
        far.listen(
                message -> {
                    ByteBuffer number = ByteBuffer.wrap(message);
                    int sender = number.getInt();
                    int next = number.getInt();
                    if (++inside[0] != 1 || next != last[sender] + 1) {
                        wrong.add(sender + ": " + next + " after " + last[sender]);
                    }
                    last[sender] = next;
                    inside[0]--;
                    all.countDown();
                });
        assertThat(all.await(60, TimeUnit.SECONDS)).as("left: %d", all.getCount()).isTrue();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
    }

    private void sendAll(int sender, int count) {
        for (int i = 1; i <= count; i++) {
            byte[] message = ByteBuffer.allocate(8).putInt(sender).putInt(i).array();
            while (near.send(message) == Pipe.Sent.FULL) {
                near.writable().toCompletableFuture().join();
            }
        }
    }
}
