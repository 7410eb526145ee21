package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.mqtt.api.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A broker that sends faster than the bridge handles. */
class SessionTest {

    private static final int MIB = 1 << 20;

    private final Deque<Runnable> bridge = new ArrayDeque<>();
    private final List<Integer> heard = new ArrayList<>();
    private Events broker;
    private final Session session =
            new Session(
                    (opening, events) -> {
                        broker = events;
                        return new NoConnection();
                    },
                    new DeviceOpening(
                            Samples.settings("tcp://127.0.0.1:1", 1 << 16),
                            "d1",
                            Optional.empty(),
                            Optional.empty(),
                            new Message("will", new byte[0], true),
                            List.of("a")),
                    bridge::add,
                    new Noted());

    private void handle() {
        while (!bridge.isEmpty()) {
            bridge.remove().run();
        }
    }

    @Test
    void bytesThatWaitAreBoundedAndRoomComesBack() {
        for (int round = 1; round <= 3; round++) {
            heard.clear();
            for (int i = 0; i < 100; i++) {
                broker.received("a", new byte[MIB]);
            }
            assertThat(bridge).hasSize(Session.MAX_RECEIVED_BYTES / MIB);
            assertThat(session.takeDropped()).isEqualTo(100 - Session.MAX_RECEIVED_BYTES / MIB);
            handle();
            assertThat(heard).hasSize(Session.MAX_RECEIVED_BYTES / MIB);
        }
    }

    @Test
    void smallMessagesAreBoundedInNumber() {
        for (int i = 0; i < 5_000; i++) {
            broker.received("a", new byte[1]);
        }
        handle();
        assertThat(heard).hasSize(1_024);
        assertThat(session.takeDropped()).isEqualTo(5_000 - 1_024);
        assertThat(session.takeDropped()).isZero();
    }

    private final class Noted implements Session.Listener {

        @Override
        public void opened(Limits limits) {
            throw new AssertionError("not in this test");
        }

        @Override
        public void lost(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void received(String topic, byte[] payload) {
            heard.add(payload.length);
        }
    }

    private static final class NoConnection implements Connection {

        @Override
        public void publish(Message message, Outcome outcome) {
            throw new AssertionError("not in this test");
        }

        @Override
        public CompletionStage<Void> close(Ending ending) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
