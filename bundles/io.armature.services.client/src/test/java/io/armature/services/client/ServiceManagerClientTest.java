package io.armature.services.client;

import static io.armature.services.client.Heard.await;
import static io.armature.services.client.Heard.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceState;
import io.armature.services.registry.FailureLog;
import io.armature.services.registry.LocalPipe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real server; pipes are descriptors. */
class ServiceManagerClientTest {

    @TempDir private Path folder;
    private ServerFixture server;
    private ServiceManagerClient owner;
    private ServiceManagerClient requester;

    @BeforeEach
    void start() throws IOException {
        server = new ServerFixture(folder);
        owner = ServiceManagerClient.connect(server.socket);
        requester = ServiceManagerClient.connect(server.socket);
    }

    @AfterEach
    void stop() {
        owner.close();
        requester.close();
        server.close();
    }

    private static Registration echo(ServiceManagerClient client) {
        return client.register("Echo", (who, pipe) -> pipe.listen(pipe::send));
    }

    @Test
    void callsBeforeTheOwnerArriveInOrder() throws Exception {
        Pipe pipe = requester.request("Echo");
        for (int i = 0; i < 1_000; i++) {
            assertThat(pipe.send(bytes("call " + i))).isEqualTo(Pipe.Sent.SENT);
        }
        Heard<String> heard = Heard.of(pipe);
        echo(owner);
        for (int i = 0; i < 1_000; i++) {
            assertThat(heard.next()).isEqualTo("call " + i);
        }
    }

    @Test
    void closeReasonsArriveBothWays() throws Exception {
        Heard<Pipe> asked = new Heard<>();
        owner.register("Echo", (who, pipe) -> asked.add(pipe));
        Pipe first = requester.request("Echo");
        first.close(new CloseReason(4_000_000_000L, "enough"));
        assertThat(await(asked.next().closed()))
                .isEqualTo(new CloseReason(4_000_000_000L, "enough"));
        Pipe second = requester.request("Echo");
        asked.next().close(CloseReason.of(ErrorCode.PERMISSION_DENIED, "not you"));
        assertThat(await(second.closed()).error()).contains(ErrorCode.PERMISSION_DENIED);
        assertThat(second.send(bytes("late"))).isEqualTo(Pipe.Sent.CLOSED);
        Pipe third = requester.request("Echo");
        Pipe served = asked.next();
        third.close();
        assertThat(await(third.closed())).isEqualTo(CloseReason.NONE);
        assertThat(await(served.closed())).isEqualTo(CloseReason.NONE);
    }

    @Test
    void slowListenerHoldsUpTheSenderAndLosesNothing() throws Exception {
        Heard<Pipe> asked = new Heard<>();
        owner.register("Echo", (who, pipe) -> asked.add(pipe));
        Pipe pipe = requester.request("Echo");
        Pipe served = asked.next();
        byte[] large = new byte[Pipe.MESSAGE_LIMIT_BYTES];
        int sent = 0;
        while (sent < 100 && pipe.send(large) == Pipe.Sent.SENT) {
            sent++;
        }
        assertThat(sent).isBetween(2, 20);
        Heard<Integer> sizes = new Heard<>();
        served.listen(message -> sizes.add(message.length));
        await(pipe.writable());
        assertThat(pipe.send(bytes("last"))).isEqualTo(Pipe.Sent.SENT);
        for (int i = 0; i < sent; i++) {
            assertThat(sizes.next()).isEqualTo(large.length);
        }
        assertThat(sizes.next()).isEqualTo(4);
        assertThatThrownBy(() -> pipe.send(new byte[Pipe.MESSAGE_LIMIT_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusalsArriveAsReasons() throws Exception {
        assertThat(await(owner.register("Nobody", (who, pipe) -> {}).closed()).error())
                .contains(ErrorCode.SERVICE_NOT_FOUND);
        assertThat(await(owner.register("Clock", (who, pipe) -> {}).closed()).error())
                .contains(ErrorCode.PERMISSION_DENIED);
        assertThat(await(owner.request("Nobody").closed()).error())
                .contains(ErrorCode.SERVICE_NOT_FOUND);
        assertThat(await(owner.request("Foreign").closed()).error())
                .contains(ErrorCode.PERMISSION_DENIED);
        Pipe timed = owner.request("Echo", Duration.ofSeconds(5));
        assertThat(await(owner.query("Echo"))).isEqualTo(new ServiceState.Unregistered());
        server.clock.advance(Duration.ofSeconds(5));
        assertThat(await(timed.closed()).error()).contains(ErrorCode.TIMEOUT);
        assertThatThrownBy(() -> await(owner.query("Nobody")))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .satisfies(
                        failure ->
                                assertThat(((ServiceException) failure).code())
                                        .isEqualTo(ErrorCode.SERVICE_NOT_FOUND));
        assertThatThrownBy(() -> owner.request("")).isInstanceOf(IllegalArgumentException.class);
        assertThat(await(owner.query("Clock"))).isEqualTo(new ServiceState.Unregistered());
    }

    @Test
    void secondOwnerWaitsForTheFirstToGo() throws Exception {
        Heard<ServiceEvent> events = new Heard<>();
        requester.observe(events::add);
        await(requester.query("Echo"));
        Registration first = echo(owner);
        assertThat(events.next().type()).isEqualTo(ServiceEvent.Type.REGISTERED);
        ClientOptions impatient = ClientOptions.of(server.socket).withOwnerLimit(Duration.ZERO);
        try (ServiceManagerClient other = ServiceManagerClient.connect(impatient)) {
            assertThat(await(echo(other).closed()).error())
                    .contains(ErrorCode.SERVICE_ALREADY_REGISTERED);
        }
        Registration second = echo(requester);
        await(requester.query("Echo"));
        first.close();
        assertThat(await(first.closed())).isEqualTo(CloseReason.NONE);
        assertThat(events.next().type()).isEqualTo(ServiceEvent.Type.UNREGISTERED);
        assertThat(events.next().type()).isEqualTo(ServiceEvent.Type.REGISTERED);
        assertThat(second.closed().toCompletableFuture()).isNotCompleted();
    }

    @Test
    void bundleAndProcessServeEachOther() throws Exception {
        server.registry.register(
                ServerFixture.BUNDLE, "Clock", (who, pipe) -> pipe.listen(pipe::send));
        Pipe pipe = requester.request("Clock");
        pipe.send(bytes("tick"));
        assertThat(Heard.of(pipe).next()).isEqualTo("tick");
        Heard<String> bundles = new Heard<>();
        owner.register(
                "Echo",
                (who, served) -> {
                    bundles.add(who.bundle().orElse("none"));
                    served.listen(served::send);
                });
        LocalPipe local = new LocalPipe(new FailureLog(new HandClock()));
        server.registry.request(ServerFixture.BUNDLE, "Echo", Optional.empty(), local.far());
        local.near().send(bytes("from the bundle"));
        assertThat(Heard.of(local.near()).next()).isEqualTo("from the bundle");
        assertThat(bundles.next()).isEqualTo("test.bundle");
    }

    @Test
    void statement16LinksSurviveUnregistration() throws Exception {
        Registration registration = echo(owner);
        Pipe pipe = requester.request("Echo");
        Heard<String> heard = Heard.of(pipe);
        pipe.send(bytes("before"));
        assertThat(heard.next()).isEqualTo("before");
        registration.close();
        await(registration.closed());
        assertThat(await(requester.query("Echo"))).isEqualTo(new ServiceState.Unregistered());
        pipe.send(bytes("after"));
        assertThat(heard.next()).isEqualTo("after");
    }

    @Test
    void comesBackAfterTheManagerWasRestarted() throws Exception {
        Heard<ServiceEvent> events = new Heard<>();
        requester.observe(events::add);
        await(requester.query("Echo"));
        Registration registration = echo(owner);
        assertThat(events.next().type()).isEqualTo(ServiceEvent.Type.REGISTERED);
        Pipe lasting = requester.request("Echo");
        Heard<String> heard = Heard.of(lasting);
        lasting.send(bytes("before"));
        assertThat(heard.next()).isEqualTo("before");
        Pipe waiting = requester.request("Clock");
        await(requester.query("Clock"));

        server.stop();
        assertThat(await(waiting.closed())).isEqualTo(CloseReason.NONE);
        Pipe meanwhile = requester.request("Echo");
        meanwhile.send(bytes("held"));
        lasting.send(bytes("the manager is not between"));
        assertThat(heard.next()).isEqualTo("the manager is not between");

        server.start();
        assertThat(Heard.of(meanwhile).next()).isEqualTo("held");
        assertThat(await(requester.query("Echo"))).isInstanceOf(ServiceState.Registered.class);
        assertThat(registration.closed().toCompletableFuture()).isNotCompleted();
        registration.close();
        ServiceEvent event = events.next();
        while (event.type() == ServiceEvent.Type.REGISTERED) {
            event = events.next(); // whether the observer is back before the owner is open
        }
        assertThat(event.type()).isEqualTo(ServiceEvent.Type.UNREGISTERED);
    }

    @Test
    void endsWhenNoManagerComesBackInTime() throws Exception {
        ClientOptions options =
                ClientOptions.of(server.socket).withConnectLimit(Duration.ofMillis(150));
        try (ServiceManagerClient client = ServiceManagerClient.connect(options)) {
            server.stop();
            CloseReason reason = await(client.closed());
            assertThat(reason.code()).isZero();
            assertThat(reason.text()).contains("no service manager came back");
            assertThat(await(client.request("Echo").closed())).isEqualTo(CloseReason.NONE);
            assertThat(await(echo(client).closed())).isEqualTo(CloseReason.NONE);
            assertThatThrownBy(() -> client.query("Echo").toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class);
        }
        ClientOptions nowhere = options.withConnectLimit(Duration.ZERO);
        assertThatThrownBy(() -> ServiceManagerClient.connect(nowhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no service manager at");
    }

    @Test
    void pathLongerThanASocketAddress() throws Exception {
        Path deep = folder.resolve("x".repeat(120));
        try (ServerFixture far = new ServerFixture(deep);
                ServiceManagerClient client = ServiceManagerClient.connect(far.socket)) {
            assertThat(await(client.query("Echo"))).isEqualTo(new ServiceState.Unregistered());
        }
    }

    @Test
    void closingEndsEverything() throws Exception {
        Registration registration = echo(owner);
        Pipe pipe = requester.request("Echo");
        Heard<String> heard = Heard.of(pipe);
        pipe.send(bytes("hello"));
        assertThat(heard.next()).isEqualTo("hello");
        owner.close();
        assertThat(await(registration.closed())).isEqualTo(CloseReason.NONE);
        assertThat(await(pipe.closed())).isEqualTo(CloseReason.NONE);
        assertThat(await(requester.query("Echo"))).isEqualTo(new ServiceState.Unregistered());
        owner.close();
    }
}
