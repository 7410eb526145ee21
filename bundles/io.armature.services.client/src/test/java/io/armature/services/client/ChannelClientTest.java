package io.armature.services.client;

import static io.armature.services.client.Heard.await;
import static io.armature.services.client.Heard.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceState;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipes that the manager relays on the connection. */
class ChannelClientTest {

    @TempDir private Path folder;
    private ServerFixture server;
    private ServiceManagerClient owner;
    private ServiceManagerClient requester;

    @BeforeEach
    void start() throws IOException {
        server = new ServerFixture(folder);
        ClientOptions options = ClientOptions.of(server.socket).withPipes(Pipes.CHANNELS);
        owner = ServiceManagerClient.connect(options);
        requester = ServiceManagerClient.connect(options);
    }

    @AfterEach
    void stop() {
        owner.close();
        requester.close();
        server.close();
    }

    @Test
    void callsBeforeTheOwnerArriveInOrder() throws Exception {
        Pipe pipe = requester.request("Echo");
        for (int i = 0; i < 2_000; i++) {
            assertThat(pipe.send(bytes("call " + i))).isEqualTo(Pipe.Sent.SENT);
        }
        Heard<String> heard = Heard.of(pipe);
        owner.register("Echo", (who, served) -> served.listen(served::send));
        for (int i = 0; i < 2_000; i++) {
            assertThat(heard.next()).isEqualTo("call " + i);
        }
    }

    @Test
    void slowListenerHoldsUpTheSenderAndLosesNothing() throws Exception {
        Heard<Pipe> asked = new Heard<>();
        owner.register("Echo", (who, pipe) -> asked.add(pipe));
        Pipe pipe = requester.request("Echo");
        Pipe served = asked.next();
        byte[] large = new byte[100_000];
        int sent = 0;
        while (sent < 1_000 && pipe.send(large) == Pipe.Sent.SENT) {
            sent++;
        }
        assertThat(sent).isBetween(10, 200);
        Heard<Integer> sizes = new Heard<>();
        served.listen(message -> sizes.add(message.length));
        await(pipe.writable());
        assertThat(pipe.send(bytes("last"))).isEqualTo(Pipe.Sent.SENT);
        pipe.close(new CloseReason(12, "all"));
        for (int i = 0; i < sent; i++) {
            assertThat(sizes.next()).isEqualTo(large.length);
        }
        assertThat(sizes.next()).isEqualTo(4);
        assertThat(await(served.closed())).isEqualTo(new CloseReason(12, "all"));
        assertThat(pipe.send(bytes("late"))).isEqualTo(Pipe.Sent.CLOSED);
        assertThatThrownBy(() -> pipe.send(new byte[Pipe.MESSAGE_LIMIT_BYTES]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusalsArriveAsReasons() throws Exception {
        assertThat(await(owner.register("Nobody", (who, pipe) -> {}).closed()).error())
                .contains(ErrorCode.SERVICE_NOT_FOUND);
        assertThat(await(owner.request("Foreign").closed()).error())
                .contains(ErrorCode.PERMISSION_DENIED);
        Pipe left = owner.request("Echo");
        left.close(new CloseReason(3, "changed my mind"));
        assertThat(await(left.closed()).text()).isEqualTo("changed my mind");
        assertThat(await(owner.query("Echo"))).isEqualTo(new ServiceState.Unregistered());
    }

    @Test
    void comesBackAfterTheManagerWasRestarted() throws Exception {
        Heard<ServiceEvent> events = new Heard<>();
        requester.observe(events::add);
        await(requester.query("Echo"));
        Registration registration = owner.register("Echo", (who, pipe) -> pipe.listen(pipe::send));
        assertThat(events.next().type()).isEqualTo(ServiceEvent.Type.REGISTERED);
        Pipe lost = requester.request("Echo");
        lost.send(bytes("owned")); // one that no owner has yet would be asked for again
        assertThat(Heard.of(lost).next()).isEqualTo("owned");
        server.stop();
        assertThat(await(lost.closed())).isEqualTo(CloseReason.NONE);
        Pipe meanwhile = requester.request("Echo");
        meanwhile.send(bytes("held"));
        server.start();
        assertThat(Heard.of(meanwhile).next()).isEqualTo("held");
        assertThat(registration.closed().toCompletableFuture()).isNotCompleted();
        owner.close();
        assertThat(await(meanwhile.closed())).isEqualTo(CloseReason.NONE);
    }
}
