package io.armature.reporting.dbus;

import static io.armature.reporting.dbus.Requests.HEARTBEAT;
import static io.armature.reporting.dbus.Requests.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.reporting.api.testing.MemoryReporting;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A newer adapter takes the name over while calls come. */
@Tag("server")
class SwapTest {

    private static final int ROUNDS = 5;
    private static final int CALLS = 400;
    private static final int WINDOW = 32;

    @Test
    void noCallFailsAndNobodyIsWithoutTheName() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            Adapter now = fixture.adapter;
            int called = 0;
            int answered = 0;
            for (int round = 0; round < ROUNDS; round++) {
                Adapter next = fixture.adapter(Map.of());
                next.start();
                next.prepared().toCompletableFuture().get(30, TimeUnit.SECONDS);
                assertThat(next.serving().toCompletableFuture()).isNotDone();
                Adapter leaving = now;
                CompletableFuture<Void> left = new CompletableFuture<>();
                int end = called + CALLS;
                while (called < end) {
                    sender.call("r" + called, "EnqueueRecord", HEARTBEAT);
                    called++;
                    if (called == end - CALLS / 2) {
                        new Thread(
                                        () -> {
                                            leaving.leave(false);
                                            leaving.close();
                                            left.complete(null);
                                        })
                                .start();
                    }
                    if (called - answered > WINDOW) {
                        assertThat(sender.next()).endsWith(" ay 0a020800");
                        answered++;
                    }
                }
                left.get(30, TimeUnit.SECONDS);
                next.serving().toCompletableFuture().get(30, TimeUnit.SECONDS);
                now = next;
            }
            while (answered < called) {
                assertThat(sender.next()).endsWith(" ay 0a020800");
                answered++;
            }
            assertThat(fixture.spool.stored()).hasSize(ROUNDS * CALLS);
            now.close();
        }
    }

    @Test
    void callsThatCameBeforeAreAnsweredByTheOldOne() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            fixture.spool.holding(true);
            sender.call("before", "EnqueueRecord", HEARTBEAT);
            MemoryReporting.Call call =
                    fixture.spool.held().poll(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
            fixture.spool.holding(false);
            Adapter next = fixture.adapter(Map.of());
            next.start();
            next.prepared().toCompletableFuture().get(30, TimeUnit.SECONDS);
            CompletableFuture<Void> left = new CompletableFuture<>();
            new Thread(
                            () -> {
                                fixture.adapter.leave(false);
                                fixture.adapter.close();
                                left.complete(null);
                            })
                    .start();
            next.serving().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            assertThat(left).isNotDone();
            fixture.spool.store(call);
            assertThat(sender.next()).isEqualTo("reply before ay 0a020800");
            left.get(30, TimeUnit.SECONDS);
            next.close();
        }
    }

    @Test
    void whoWaitsTooLongIsToldToComeAgain() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            fixture.spool.holding(true);
            sender.call("waits", "EnqueueRecord", HEARTBEAT);
            fixture.spool.held().poll(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
            fixture.adapter.leave(false);
            fixture.adapter.close();
            String answer = sender.next();
            assertThat(answer).startsWith("reply waits ay ");
            assertThat(status(answer.substring("reply waits ay ".length())))
                    .isEqualTo("14:The daemon is stopping; try again");
        }
    }
}
