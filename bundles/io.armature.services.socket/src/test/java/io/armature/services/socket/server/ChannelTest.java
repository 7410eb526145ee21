package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import io.armature.services.proto.ChannelClose;
import io.armature.services.proto.ChannelCredit;
import io.armature.services.proto.ChannelMessage;
import io.armature.services.proto.Observe;
import io.armature.services.proto.Register;
import io.armature.services.proto.Request;
import io.armature.services.proto.ServiceEvent;
import io.armature.services.proto.ServiceRequest;
import io.armature.services.proto.ToClient;
import io.armature.services.proto.ToManager;
import io.armature.services.socket.server.Client.Asked;
import io.armature.services.socket.server.Client.Inlet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipes of peers that cannot pass descriptors. */
class ChannelTest {

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

    private static void call(Client client, ToManager.Builder call) {
        client.call(call.build(), Optional.empty());
    }

    private static void request(Client client, String name, long channel) {
        Request call = Request.newBuilder().setServiceName(name).setChannel(channel).build();
        call(client, ToManager.newBuilder().setRequest(call));
    }

    private static void register(Client client, String name, long channel) {
        Register call = Register.newBuilder().setServiceName(name).setChannel(channel).build();
        call(client, ToManager.newBuilder().setRegister(call));
    }

    private static void say(Client client, long channel, byte[] message) {
        ChannelMessage sent =
                ChannelMessage.newBuilder()
                        .setChannel(channel)
                        .setMessage(ByteString.copyFrom(message))
                        .build();
        call(client, ToManager.newBuilder().setChannelMessage(sent));
    }

    private static void say(Client client, long channel, String words) {
        say(client, channel, words.getBytes(StandardCharsets.UTF_8));
    }

    private static void credit(Client client, long channel, long bytes) {
        ChannelCredit sent = ChannelCredit.newBuilder().setChannel(channel).setBytes(bytes).build();
        call(client, ToManager.newBuilder().setChannelCredit(sent));
    }

    private static void close(Client client, long channel, int code) {
        ChannelClose sent = ChannelClose.newBuilder().setChannel(channel).setCode(code).build();
        call(client, ToManager.newBuilder().setChannelClose(sent));
    }

    private static ToClient next(Client client)
            throws InterruptedException, InvalidProtocolBufferException {
        return ToClient.parseFrom(client.manager.message().message());
    }

    /** The next that is not credit. */
    private static ToClient event(Client client)
            throws InterruptedException, InvalidProtocolBufferException {
        ToClient next = next(client);
        while (next.hasChannelCredit()) {
            next = next(client);
        }
        return next;
    }

    private static String heard(Client client, long channel)
            throws InterruptedException, InvalidProtocolBufferException {
        ToClient next = event(client);
        assertThat(next.getChannelMessage().getChannel()).as(next.toString()).isEqualTo(channel);
        return next.getChannelMessage().getMessage().toStringUtf8();
    }

    private static int ended(Client client, long channel)
            throws InterruptedException, InvalidProtocolBufferException {
        ToClient next = event(client);
        assertThat(next.getChannelClose().getChannel()).as(next.toString()).isEqualTo(channel);
        return next.getChannelClose().getCode();
    }

    private BlockingQueue<Pipe> clock() {
        BlockingQueue<Pipe> pipes = new LinkedBlockingQueue<>();
        fixture.registry.register(ServerFixture.BUNDLE, "Clock", (client, pipe) -> pipes.add(pipe));
        return pipes;
    }

    @Test
    void bundleServesChannelsAndCodesArrive() throws Exception {
        Client client = fixture.client();
        request(client, "Clock", 1);
        say(client, 1, "before the owner came");
        client.query("Clock");
        Pipe served = clock().remove();
        served.listen(served::send);
        assertThat(heard(client, 1)).isEqualTo("before the owner came");
        served.close(new CloseReason(44, "enough"));
        assertThat(ended(client, 1)).isEqualTo(44);
        say(client, 1, "to nobody");
        credit(client, 1, 10);
        close(client, 1, 3);
        request(client, "Foreign", 3);
        assertThat(ended(client, 3)).isEqualTo(3);
        register(client, "Unknown", 5);
        assertThat(ended(client, 5)).isEqualTo(5);
        register(client, "", 7);
        assertThat(ended(client, 7)).isEqualTo(5);
        request(client, "Echo", 9);
        close(client, 9, 8);
        request(client, "", 11);
        assertThat(ended(client, 11)).isEqualTo(5);
    }

    @Test
    void ownerWithChannelsServesRequesterWithDescriptor() throws Exception {
        Client owner = fixture.client();
        register(owner, "Echo", 1);
        owner.query("Echo");
        Inlet requester = fixture.client().request("Echo").send("hello");
        ServiceRequest request =
                ServiceRequest.parseFrom(event(owner).getChannelMessage().getMessage());
        long pipe = request.getChannel();
        assertThat(pipe % 2).isZero();
        assertThat(request.getClient().getPid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(heard(owner, pipe)).isEqualTo("hello");
        say(owner, pipe, "welcome");
        assertThat(requester.message().words()).isEqualTo("welcome");
        close(owner, pipe, 12);
        assertThat(requester.end()).isEqualTo(12);
        Inlet second = fixture.client().request("Echo");
        event(owner);
        owner.close();
        assertThat(second.end()).isZero();
    }

    @Test
    void ownerWithDescriptorsServesRequesterWithChannel() throws Exception {
        Client owner = fixture.client();
        Inlet provider = owner.register("Echo");
        owner.query("Echo");
        Client requester = fixture.client();
        request(requester, "Echo", 77);
        say(requester, 77, "hello");
        Asked asked = owner.asked(provider);
        assertThat(asked.pipe().message().words()).isEqualTo("hello");
        asked.pipe().send("welcome");
        assertThat(heard(requester, 77)).isEqualTo("welcome");
        asked.pipe().stream.close(13, "");
        assertThat(ended(requester, 77)).isEqualTo(13);
        request(requester, "Echo", 79);
        Asked second = owner.asked(provider);
        requester.close();
        assertThat(second.pipe().end()).isZero();
    }

    @Test
    void observerOnChannelSeesEvents() throws Exception {
        Client client = fixture.client();
        Observe call = Observe.newBuilder().setChannel(1).build();
        call(client, ToManager.newBuilder().setObserve(call));
        client.query("Echo");
        Inlet provider = client.register("Echo");
        assertThat(ServiceEvent.parseFrom(event(client).getChannelMessage().getMessage()).getType())
                .isEqualTo(1);
        provider.stream.close();
        assertThat(ServiceEvent.parseFrom(event(client).getChannelMessage().getMessage()).getType())
                .isEqualTo(2);
        say(client, 1, "observers do not talk");
        assertThat(ended(client, 1)).isEqualTo(1);
    }

    @Test
    void managerSendsNoMoreThanCreditAndOneMessage() throws Exception {
        BlockingQueue<Pipe> pipes = clock();
        Client client = fixture.client();
        request(client, "Clock", 1);
        Pipe served = pipes.poll(20, TimeUnit.SECONDS);
        byte[] message = new byte[10_000];
        int sent = 0;
        while (served.send(message) == Pipe.Sent.SENT) {
            sent++;
        }
        served.close(new CloseReason(5, "after all of it"));
        int before = 7; // 6 * 10,016 leaves credit, the seventh uses it up
        assertThat(sent).isGreaterThan(before);
        for (int i = 0; i < before; i++) {
            assertThat(heard(client, 1)).hasSize(10_000);
        }
        assertThat(client.query("Clock").hasQueryReply()).isTrue(); // nothing was before it
        for (int i = before; i < sent; i++) {
            credit(client, 1, 10_016);
            credit(client, 1, -5);
            assertThat(heard(client, 1)).hasSize(10_000);
        }
        assertThat(ended(client, 1)).isEqualTo(5);
    }

    @Test
    void longestMessageGoesBothWaysAndCreditComesBack() throws Exception {
        BlockingQueue<Pipe> pipes = clock();
        Client client = fixture.client();
        request(client, "Clock", 1);
        Pipe served = pipes.poll(20, TimeUnit.SECONDS);
        served.listen(served::send);
        byte[] longest = new byte[ChannelPipe.LONGEST];
        for (int i = 0; i < 20; i++) {
            say(client, 1, longest);
            ToClient got = event(client);
            assertThat(got.getChannelMessage().getMessage().size()).isEqualTo(longest.length);
            credit(client, 1, longest.length + ChannelPipe.COST);
        }
    }

    @Test
    void sendingWithoutCreditEndsTheChannelOnly() throws Exception {
        Client client = fixture.client();
        request(client, "Clock", 1);
        say(client, 1, new byte[ChannelPipe.CREDIT]);
        say(client, 1, "one too many");
        assertThat(ended(client, 1)).isEqualTo(1);
        assertThat(client.query("Clock").getQueryReply().hasUnregistered()).isTrue();
    }

    @Test
    void moreThanTheConnectionMayKeepEndsTheChannelOnly() throws Exception {
        Client client = fixture.client();
        int fitting = Channels.WAITING_LIMIT_BYTES / ChannelPipe.LONGEST;
        for (int i = 0; i <= fitting; i++) {
            request(client, "Clock", 2 * i + 1);
            say(client, 2 * i + 1, new byte[ChannelPipe.LONGEST]);
        }
        assertThat(ended(client, 2 * fitting + 1)).isEqualTo(1);
        for (int i = 0; i < fitting; i++) {
            close(client, 2 * i + 1, 0);
        }
        assertThat(client.query("Clock").getQueryReply().hasUnregistered()).isTrue();
    }

    @Test
    void channelsAreCountedAndNumbersChecked() throws Exception {
        Client client = fixture.client();
        for (int i = 0; i <= Channels.LIMIT; i++) {
            request(client, "Clock", 2 * i + 1);
        }
        assertThat(ended(client, 2 * Channels.LIMIT + 1)).isEqualTo(1);
        close(client, 1, 0);
        request(client, "Clock", 9_999);
        assertThat(client.query("Clock").getQueryReply().hasUnregistered()).isTrue();
        client.close();
        fixture.awaitHeld(0);
        Client even = fixture.client();
        request(even, "Clock", 2);
        assertThat(even.manager.end()).isEqualTo(1);
        Client twice = fixture.client();
        request(twice, "Clock", 1);
        request(twice, "Clock", 1);
        assertThat(twice.manager.end()).isEqualTo(1);
    }
}
