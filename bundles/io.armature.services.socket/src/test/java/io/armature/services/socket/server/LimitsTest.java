package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.policy.Subject;
import io.armature.services.proto.Register;
import io.armature.services.proto.Request;
import io.armature.services.proto.ToManager;
import io.armature.services.socket.server.Client.Got;
import io.armature.services.socket.server.Client.Inlet;
import io.armature.services.wire.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that are broken, silent, greedy or gone harm themselves. */
class LimitsTest {

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

    private static void raw(Descriptor to, byte[] bytes) throws IOException {
        assertThat(to.send(bytes, 0, bytes.length, Optional.empty())).isEqualTo(bytes.length);
    }

    private Got refusal(ToManager call, Optional<Descriptor> passed) throws Exception {
        Client client = fixture.client();
        client.call(call, passed);
        return client.manager.next();
    }

    @Test
    void garbageEndsItsOwnConnectionWithAReason() throws Exception {
        Client good = fixture.client();
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[1 + random.nextInt(300)];
            random.nextBytes(garbage);
            garbage[0] |= (byte) 0x80;
            try (Descriptor bad = Descriptor.connected(fixture.socket)) {
                raw(bad, garbage);
            }
        }
        Descriptor bad = Descriptor.connected(fixture.socket);
        raw(bad, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        Got end = new Inlet(fixture.loop, bad).next();
        assertThat(end.code()).isEqualTo(1);
        assertThat(end.text()).contains("length");
        assertThat(good.query("Echo").getQueryReply().hasUnregistered()).isTrue();
        fixture.awaitHeld(1);
    }

    @Test
    void callsThatAreNoneEndTheConnection() throws Exception {
        assertThat(refusal(ToManager.getDefaultInstance(), Optional.empty()).code()).isEqualTo(1);
        ToManager register =
                ToManager.newBuilder()
                        .setRegister(Register.newBuilder().setServiceName("Echo"))
                        .build();
        assertThat(refusal(register, Optional.empty()).text()).contains("needs a descriptor");
        ToManager query =
                ToManager.newBuilder()
                        .setQuery(io.armature.services.proto.Query.getDefaultInstance())
                        .build();
        Descriptor[] pair = Descriptor.pair();
        assertThat(refusal(query, Optional.of(pair[0])).text()).contains("takes no descriptor");
        assertThat(pair[1].gone()).as("what came along was closed").isTrue();
        pair[1].close();
        Client client = fixture.client();
        client.manager.send("no protobuf at all");
        assertThat(client.manager.next().text()).contains("no ToManager message");
        fixture.awaitHeld(0);
    }

    @Test
    void listeningSocketIsNoPipe() throws Exception {
        ToManager register =
                ToManager.newBuilder()
                        .setRegister(Register.newBuilder().setServiceName("Echo"))
                        .build();
        Descriptor odd = Descriptor.listening(folder.resolve("odd"));
        assertThat(refusal(register, Optional.of(odd)).text()).contains("a stream of AF_UNIX");
        fixture.awaitHeld(0);
    }

    @Test
    void halfFrameEndsAfterThirtySeconds() throws Exception {
        Descriptor slow = Descriptor.connected(fixture.socket);
        raw(slow, new byte[] {0, 0, 0});
        fixture.client().query("Echo");
        fixture.clock.advance(Duration.ofSeconds(29));
        fixture.client().query("Echo");
        assertThat(fixture.server.held()).isEqualTo(3);
        fixture.clock.advance(Duration.ofSeconds(2));
        fixture.client();
        Got end = new Inlet(fixture.loop, slow).next();
        assertThat(end.code()).isEqualTo(1);
        assertThat(end.text()).contains("30 s");
    }

    @Test
    void vanishingClientsLeaveNothing() throws Exception {
        fixture.client().query("Echo");
        long before = ServerFixture.openFiles();
        for (int i = 0; i < 300; i++) {
            Client client = fixture.client();
            List<Inlet> all =
                    List.of(
                            client.manager,
                            client.observe(true),
                            client.register("Echo"),
                            client.request("Echo"),
                            client.request("Clock"),
                            client.request("Echo").send("last words"));
            all.forEach(Inlet::drop);
        }
        assertThat(ServerFixture.awaitOpenFiles(before)).isLessThanOrEqualTo(before);
        fixture.awaitHeld(1);
    }

    @Test
    void observerThatNeverReadsLosesItsPipe() throws Exception {
        Client client = fixture.client();
        Inlet blind = client.observe(false);
        Inlet seeing = client.observe(true);
        client.query("Echo");
        fixture.registry.register(ServerFixture.BUNDLE, "Unknown", (who, pipe) -> {});
        // In step with the one who reads: else a busy machine lets that one fall behind, too.
        for (int i = 0; i < 20_000; i++) {
            fixture.registry.register(ServerFixture.BUNDLE, "Clock", (who, pipe) -> {}).close();
            assertThat(Client.event(seeing).getServiceName()).isEqualTo("Clock");
            assertThat(Client.event(seeing).getServiceName()).isEqualTo("Clock");
        }
        blind.stream.reading(true);
        int events = 0;
        Got got = blind.next();
        for (; got.code() < 0; got = blind.next()) {
            events++;
        }
        assertThat(events).isLessThan(40_000);
        assertThat(got.code()).isEqualTo(1);
        assertThat(got.text()).contains("does not read");
        fixture.awaitHeld(2);
    }

    @Test
    void manyRequestsGrowNothing() throws Exception {
        Client owner = fixture.client();
        Inlet provider = owner.register("Echo");
        Client requester = fixture.client();
        owner.query("Echo");
        long before = ServerFixture.openFiles();
        for (int i = 0; i < 3_000; i++) {
            Inlet pipe = requester.request("Echo").send("ping");
            Client.Asked asked = owner.asked(provider);
            asked.pipe().message();
            pipe.stream.close();
            asked.pipe().end();
            pipe.end();
        }
        assertThat(fixture.server.held()).isEqualTo(3);
        assertThat(ServerFixture.openFiles()).isLessThanOrEqualTo(before + 2);
    }

    /** What others have in this process changes, so what peers may have is far below the need. */
    private void scarce() throws IOException {
        fixture.close();
        long limit = (ServerFixture.openFiles() + 50) * 10 / 8;
        fixture = new ServerFixture(folder, Optional.of(limit));
    }

    @Test
    void scarceDescriptorsCloseWhoHoldsMost() throws Exception {
        scarce();
        List<Client> greedy = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            greedy.add(fixture.client());
        }
        Got end = greedy.get(0).manager.next();
        assertThat(end.code()).isEqualTo(1);
        assertThat(end.text()).contains("held most descriptors");
        assertThat(fixture.client().query("Echo").getQueryReply().hasUnregistered()).isTrue();
    }

    @Test
    void scarceDescriptorsCountPipesToo() throws Exception {
        scarce();
        Client greedy = fixture.client();
        byte[] request =
                ToManager.newBuilder()
                        .setRequest(Request.newBuilder().setServiceName("Clock"))
                        .build()
                        .toByteArray();
        List<Inlet> pipes = new ArrayList<>();
        for (int i = 0; i < 150 && greedy.manager.stream.isOpen(); i++) {
            Descriptor[] pair = Descriptor.pair();
            greedy.manager.stream.send(request, Optional.of(pair[1]));
            pipes.add(new Inlet(fixture.loop, pair[0]));
        }
        assertThat(greedy.manager.end()).isEqualTo(1);
        assertThat(pipes.get(0).end()).isEqualTo(1);
        assertThat(fixture.client().query("Echo").getQueryReply().hasUnregistered()).isTrue();
    }

    @Test
    void managerRestartedClosesEverythingWithZero() throws Exception {
        Client client = fixture.client();
        Inlet provider = client.register("Echo");
        Inlet observer = client.observe(true);
        Inlet waiting = client.request("Clock");
        client.query("Echo");
        fixture.restart();
        assertThat(client.manager.end()).isZero();
        assertThat(provider.end()).isZero();
        assertThat(observer.end()).isZero();
        assertThat(waiting.end()).isZero();
        Client again = fixture.client();
        Inlet back = again.register("Echo");
        again.request("Echo").send("as before");
        assertThat(again.asked(back).pipe().message().words()).isEqualTo("as before");
    }

    @Test
    void peerWithoutLabelIsRefusedWherePolicyNamesLabels() throws Exception {
        Rule label = new Rule(new Subject.Label("u:r:some:s0"), "test", 1);
        Policies labels =
                new Policies(Map.of("Echo", new ServicePolicy(Optional.of(label), List.of(label))));
        fixture.registry.replacePolicies(labels).toCompletableFuture().get(20, TimeUnit.SECONDS);
        try (Descriptor probe = Descriptor.connected(fixture.socket)) {
            Assumptions.assumeTrue(
                    probe.label().isEmpty(), "this kernel labels sockets, nothing to see here");
        }
        Got end = fixture.client().manager.next();
        assertThat(end.code()).isEqualTo(6);
        assertThat(end.text()).contains("no security label");
    }
}
