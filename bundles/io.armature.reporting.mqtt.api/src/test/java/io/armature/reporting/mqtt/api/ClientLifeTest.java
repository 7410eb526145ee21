package io.armature.reporting.mqtt.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.mqtt.api.Connection.Ending;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientLifeTest {

    private static final long WAIT_SECONDS = 60;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final ClientLife<String> life =
            new ClientLife<>(
                    new Events() {
                        @Override
                        public void opened(Limits limits) {
                            throw new AssertionError("nobody opens");
                        }

                        @Override
                        public void lost(Throwable cause) {
                            heard.add("lost: " + cause.getMessage());
                        }

                        @Override
                        public void received(String topic, byte[] payload) {
                            throw new AssertionError("nobody sends");
                        }
                    },
                    this::end);

    /** A library that blocks while it ends. */
    private void end(String client, Ending ending) {
        try {
            assertThat(mayEnd.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        heard.add(client + " " + ending);
    }

    private String next() throws InterruptedException {
        return heard.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void lossIsToldOnceWithACause() throws Exception {
        life.lose(null);
        life.lose(new IOException("again"));
        assertThat(next()).isEqualTo("lost: connection closed");
        assertThat(heard).isEmpty();
    }

    @Test
    void closingNeverBlocksAndTellsTheBrokerBeforeItFreesTheClient() throws Exception {
        life.begin("client");
        CompletableFuture<Void> told = life.close(Ending.TOLD).toCompletableFuture();
        assertThat(told).isNotDone();
        assertThat(life.close(Ending.SILENT).toCompletableFuture()).isCompleted();
        mayEnd.countDown();
        told.get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(next()).isEqualTo("client TOLD");
        assertThat(next()).isEqualTo("client SILENT");
        assertThat(heard).isEmpty();
    }

    @Test
    void silentClosingOnlyFreesTheClientAndIsDoneAtOnce() throws Exception {
        life.begin("client");
        assertThat(life.close(Ending.SILENT).toCompletableFuture()).isCompleted();
        mayEnd.countDown();
        assertThat(next()).isEqualTo("client SILENT");
        assertThat(heard).isEmpty();
    }

    @Test
    void clientThatConnectsAfterItWasClosedIsFreedAgain() throws Exception {
        mayEnd.countDown();
        life.begin("client");
        assertThat(life.discardIfClosed()).isFalse();
        life.close(Ending.SILENT);
        assertThat(next()).isEqualTo("client SILENT");
        assertThat(life.discardIfClosed()).isTrue();
        assertThat(next()).isEqualTo("client SILENT");
    }

    @Test
    void withoutAClientThereIsNothingToEnd() {
        assertThat(life.client()).isEmpty();
        assertThat(life.close(Ending.TOLD).toCompletableFuture()).isCompleted();
        assertThat(heard).isEmpty();
    }
}
