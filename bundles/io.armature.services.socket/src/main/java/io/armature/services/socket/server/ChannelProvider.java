package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceProvider;
import io.armature.services.spi.PausablePipe;
import io.armature.services.spi.ServiceBroker;
import java.util.Optional;
import java.util.OptionalLong;

/** A provider pipe that is a channel; each request becomes a channel of the same connection. */
final class ChannelProvider implements ServiceProvider {

    private final Channels channels;
    private final ChannelPipe carrier;

    private ChannelProvider(Channels channels, ChannelPipe carrier) {
        this.channels = channels;
        this.carrier = carrier;
    }

    /** Registers. */
    static void open(
            Channels channels, ChannelPipe carrier, Peer peer, ServiceBroker broker, String name) {
        ChannelProvider provider = new ChannelProvider(channels, carrier);
        Registration registration = broker.register(peer.identity(), name, provider);
        registration.closed().thenAccept(carrier::close);
        carrier.closed().thenRun(registration::close);
        carrier.listen(message -> carrier.abandon("a provider pipe takes no messages"));
    }

    @Override
    public void request(Identity client, Pipe pipe) {
        if (!(pipe instanceof PausablePipe requester)) {
            pipe.close(CloseReason.of(ErrorCode.UNKNOWN, "this pipe cannot leave the process"));
            return;
        }
        Optional<ChannelPipe> channel = channels.begin();
        if (channel.isEmpty()) {
            pipe.close(Channels.tooMany());
            return;
        }
        ChannelPipe owners = channel.get();
        switch (carrier.send(Messages.request(client, OptionalLong.of(owners.number())))) {
            case SENT -> Relay.join(requester, owners);
            case FULL -> {
                pipe.close(CloseReason.of(ErrorCode.UNKNOWN, "the owner does not read requests"));
                owners.close();
            }
            case CLOSED -> {
                pipe.close();
                owners.close();
            }
        }
    }
}
