package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceProvider;
import io.armature.services.spi.PausablePipe;
import io.armature.services.spi.ServiceBroker;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import io.armature.services.wire.FrameException;
import io.armature.services.wire.FrameStream;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** A provider pipe that is a descriptor: the owner's process gets requests over it. */
final class ProviderLink implements ServiceProvider, FrameStream.Handler, Held {

    private static final int WAITING_LIMIT_BYTES = 256 << 10;

    private final EventLoop loop;
    private final Peer peer;
    private final FrameStream stream;

    // Belongs to the loop's thread.
    private Optional<Registration> registration = Optional.empty();

    private ProviderLink(EventLoop loop, Descriptor descriptor, Peer peer) throws IOException {
        this.loop = loop;
        this.peer = peer;
        this.stream = new FrameStream(loop, descriptor, WAITING_LIMIT_BYTES, this);
    }

    /** Registers; on the loop's thread. */
    static void open(
            EventLoop loop, Descriptor descriptor, Peer peer, ServiceBroker broker, String name)
            throws IOException {
        ProviderLink link = new ProviderLink(loop, descriptor, peer);
        peer.add(link);
        Registration registration = broker.register(peer.identity(), name, link);
        link.registration = Optional.of(registration);
        registration.closed().thenAccept(reason -> link.stream.close(reason.code(), reason.text()));
    }

    @Override
    public void request(Identity client, Pipe pipe) {
        Optional<Descriptor> passed =
                pipe instanceof DescriptorPipe unused ? unused.handOver() : Optional.empty();
        if (passed.isEmpty()) {
            passed = relayed(pipe);
        }
        if (passed.isEmpty()) {
            return;
        }
        byte[] message = Messages.request(client, OptionalLong.empty());
        if (!stream.send(message, passed)) {
            DescriptorPipe.end(
                    passed.get(),
                    stream.isOpen()
                            ? CloseReason.of(ErrorCode.UNKNOWN, "the owner does not read requests")
                            : CloseReason.NONE);
        }
    }

    /** One half of a new pair, whose other half goes on as the requester's pipe. */
    private Optional<Descriptor> relayed(Pipe pipe) {
        if (!(pipe instanceof PausablePipe requester)) {
            pipe.close(CloseReason.of(ErrorCode.UNKNOWN, "this pipe cannot leave the process"));
            return Optional.empty();
        }
        try {
            Descriptor[] pair = Descriptor.pair();
            Relay.join(requester, new DescriptorPipe(loop, pair[0], peer));
            return Optional.of(pair[1]);
        } catch (IOException e) {
            pipe.close(CloseReason.of(ErrorCode.UNEXPECTED_OS_ERROR, e.getMessage()));
            return Optional.empty();
        }
    }

    @Override
    public void message(byte[] message, Optional<Descriptor> passed) throws FrameException {
        throw new FrameException("a provider pipe takes no messages");
    }

    @Override
    public void writable() {
        // a request that found no room was refused
    }

    @Override
    public void closed(long code, String text) {
        peer.remove(this);
        registration.ifPresent(Registration::close);
    }

    @Override
    public int descriptors() {
        return 1 + stream.waitingDescriptors();
    }

    @Override
    public void end(CloseReason reason) {
        stream.abandon(reason.code(), reason.text());
        stream.drop();
    }
}
