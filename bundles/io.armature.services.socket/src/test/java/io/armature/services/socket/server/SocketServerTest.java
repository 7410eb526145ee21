package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import io.armature.services.proto.QueryReply;
import io.armature.services.registry.FailureLog;
import io.armature.services.registry.LocalPipe;
import io.armature.services.socket.server.Client.Asked;
import io.armature.services.socket.server.Client.Inlet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls over real sockets; pipes are descriptors. */
class SocketServerTest {

    @TempDir private Path folder;
    private ServerFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new ServerFixture(folder, Optional.empty());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static byte[] bytes(String words) {
        return words.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void processServesProcessAndTheManagerIsNotBetween() throws Exception {
        Client owner = fixture.client();
        Client requester = fixture.client();
        Inlet early = requester.request("Echo").send("one").send("two");
        fixture.awaitHeld(3);
        Inlet provider = owner.register("Echo");
        Asked asked = owner.asked(provider);
        assertThat(asked.request().getClient().getPid())
                .isEqualTo((int) ProcessHandle.current().pid());
        assertThat(asked.request().getClient().hasBundle()).isFalse();
        assertThat(asked.pipe().message().words()).isEqualTo("one");
        assertThat(asked.pipe().message().words()).isEqualTo("two");
        fixture.awaitHeld(3); // two connections and the provider pipe: the pipe is the two's own
        Inlet late = requester.request("Echo").send("three");
        assertThat(owner.asked(provider).pipe().message().words()).isEqualTo("three");
        fixture.server.close();
        assertThat(provider.end()).isZero();
        assertThat(owner.manager.end()).isZero();
        asked.pipe().send("still there");
        assertThat(early.message().words()).isEqualTo("still there");
        early.stream.close(9, "done");
        assertThat(asked.pipe().end()).isEqualTo(9);
        assertThat(late.got).isEmpty();
    }

    @Test
    void refusalsCloseThePassedPipeAndNothingElse() throws Exception {
        Client client = fixture.client();
        assertThat(client.register("Unknown").end()).isEqualTo(5);
        assertThat(client.register("x".repeat(256)).end()).isEqualTo(5);
        assertThat(client.register("").end()).isEqualTo(5);
        assertThat(client.register("Foreign").end()).isEqualTo(3);
        assertThat(client.register("Clock").end()).isEqualTo(3);
        Inlet provider = client.register("Echo");
        assertThat(client.register("Echo").end()).isEqualTo(4);
        assertThat(client.request("Unknown").end()).isEqualTo(5);
        assertThat(client.request("x".repeat(256)).end()).isEqualTo(5);
        assertThat(client.request("Foreign").end()).isEqualTo(3);
        client.request("Echo").send("first owner serves on");
        assertThat(client.asked(provider).pipe().message().words())
                .isEqualTo("first owner serves on");
        assertThat(client.query("Unknown").getQueryReply().getError().getCode()).isEqualTo(5);
        assertThat(client.query("").getQueryReply().getError().getCode()).isEqualTo(5);
        assertThat(client.query("Foreign").getQueryReply().getError().getCode()).isEqualTo(3);
        QueryReply state = client.query("Echo").getQueryReply();
        assertThat(state.getId()).isEqualTo(7);
        assertThat(state.getRegistered().getOwner().getPid())
                .isEqualTo((int) ProcessHandle.current().pid());
        assertThat(client.query("Clock").getQueryReply().hasUnregistered()).isTrue();
    }

    @Test
    void requestsTimeOut() throws Exception {
        Client client = fixture.client();
        Inlet five = client.request("Echo", 5_000_000);
        Inlet ages = client.request("Echo", Long.MAX_VALUE);
        Inlet never = client.request("Echo");
        fixture.awaitHeld(4);
        assertThat(client.request("Echo", 0)).isNotNull();
        assertThat(client.request("Echo", Long.MIN_VALUE)).isNotNull();
        assertThat(client.query("Echo").getQueryReply().hasUnregistered()).isTrue();
        fixture.clock.advance(Duration.ofSeconds(6));
        assertThat(five.end()).isEqualTo(2);
        Inlet provider = client.register("Echo");
        client.asked(provider);
        client.asked(provider);
        assertThat(ages.got).isEmpty();
        assertThat(never.got).isEmpty();
    }

    @Test
    void observerSeesOwnersComeAndGo() throws Exception {
        Client client = fixture.client();
        Inlet observer = client.observe(true);
        client.query("Echo");
        Inlet provider = client.register("Echo");
        assertThat(Client.event(observer).getType()).isEqualTo(1);
        provider.stream.close();
        var gone = Client.event(observer);
        assertThat(gone.getType()).isEqualTo(2);
        assertThat(gone.getServiceName()).isEqualTo("Echo");
        assertThat(gone.getDispatcher().getPid()).isEqualTo((int) ProcessHandle.current().pid());
        client.close();
        fixture.awaitHeld(1);
        Client other = fixture.client();
        other.register("Echo");
        assertThat(Client.event(observer).getType()).isEqualTo(1);
    }

    @Test
    void endOfTheConnectionEndsNothingElse() throws Exception {
        Client owner = fixture.client();
        Inlet provider = owner.register("Echo");
        owner.query("Echo");
        owner.close();
        fixture.awaitHeld(1);
        fixture.client().request("Echo").send("hello");
        assertThat(owner.asked(provider).pipe().message().words()).isEqualTo("hello");
    }

    @Test
    void bundleServesProcess() throws Exception {
        BlockingQueue<Pipe> pipes = new LinkedBlockingQueue<>();
        fixture.registry.register(
                ServerFixture.BUNDLE,
                "Clock",
                (client, pipe) -> {
                    pipe.listen(message -> pipe.send(message));
                    pipes.add(pipe);
                });
        Inlet pipe = fixture.client().request("Clock");
        for (int i = 0; i < 500; i++) {
            pipe.send("tick " + i);
        }
        for (int i = 0; i < 500; i++) {
            assertThat(pipe.message().words()).isEqualTo("tick " + i);
        }
        pipes.remove().close(new CloseReason(77, "late"));
        assertThat(pipe.end()).isEqualTo(77);
        Inlet second = fixture.client().request("Clock");
        second.stream.close(5_000_000_000L & 0xFFFF_FFFFL, "from the process");
        Pipe served = pipes.poll(20, TimeUnit.SECONDS);
        assertThat(served.closed().toCompletableFuture().get(20, TimeUnit.SECONDS).text())
                .isEqualTo("from the process");
        assertThat(served.send(new byte[1])).isEqualTo(Pipe.Sent.CLOSED);
        fixture.awaitHeld(2);
    }

    @Test
    void processServesBundle() throws Exception {
        Client owner = fixture.client();
        Inlet provider = owner.register("Echo");
        owner.query("Echo");
        LocalPipe pipe = new LocalPipe(new FailureLog(new HandClock()));
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        pipe.near().listen(m -> heard.add(new String(m, StandardCharsets.UTF_8)));
        byte[] large = "y".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        fixture.registry.request(ServerFixture.BUNDLE, "Echo", Optional.empty(), pipe.far());
        int sent = 0;
        while (pipe.near().send(large) == Pipe.Sent.SENT) {
            sent++; // until every buffer on the way is full
        }
        Asked asked = owner.asked(provider);
        assertThat(asked.request().getClient().getBundle()).isEqualTo("test.bundle");
        for (int i = 0; i < sent; i++) {
            assertThat(asked.pipe().message().message()).hasSize(1 << 20);
        }
        pipe.near().writable().toCompletableFuture().get(20, TimeUnit.SECONDS);
        pipe.near().send(bytes("last"));
        pipe.near().close(new CloseReason(8, "enough"));
        asked.pipe().message();
        assertThat(asked.pipe().end()).isEqualTo(8);
        assertThat(heard).isEmpty();
        fixture.awaitHeld(2);
    }

    @Test
    void waitingRequestOfOneThatHasGoneIsDropped() throws Exception {
        Client client = fixture.client();
        Inlet quiet = client.request("Echo");
        Inlet said = client.request("Echo").send("my will");
        fixture.awaitHeld(3);
        quiet.stream.close();
        fixture.awaitHeld(2);
        said.stream.close();
        Inlet provider = client.register("Echo");
        Asked asked = client.asked(provider);
        assertThat(asked.pipe().message().words()).isEqualTo("my will");
        assertThat(asked.pipe().end()).isZero();
        assertThat(provider.got).isEmpty();
    }
}
