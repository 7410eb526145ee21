package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceObserver;
import io.armature.services.spi.ServiceBroker;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import io.armature.services.wire.FrameException;
import io.armature.services.wire.FrameStream;
import java.io.IOException;
import java.util.Optional;

/** An observer pipe that is a descriptor. One that is not read is closed. */
final class ObserverLink implements ServiceObserver, FrameStream.Handler, Held {

    /** What may wait for an observer, bytes. */
    static final int WAITING_LIMIT_BYTES = 256 << 10;

    private final Peer peer;
    private final FrameStream stream;

    // Belongs to the loop's thread.
    private Optional<Subscription> subscription = Optional.empty();

    private ObserverLink(EventLoop loop, Descriptor descriptor, Peer peer) throws IOException {
        this.peer = peer;
        this.stream = new FrameStream(loop, descriptor, WAITING_LIMIT_BYTES, this);
    }

    /** Subscribes; on the loop's thread. */
    static void open(EventLoop loop, Descriptor descriptor, Peer peer, ServiceBroker broker)
            throws IOException {
        ObserverLink link = new ObserverLink(loop, descriptor, peer);
        peer.add(link);
        link.subscription = Optional.of(broker.observe(peer.identity(), link));
    }

    @Override
    public void onServiceEvent(ServiceEvent event) {
        if (!stream.send(Messages.event(event), Optional.empty())) {
            stream.abandon(ErrorCode.UNKNOWN.number(), "this observer does not read its events");
        }
    }

    @Override
    public void message(byte[] message, Optional<Descriptor> passed) throws FrameException {
        throw new FrameException("an observer pipe takes no messages");
    }

    @Override
    public void writable() {
        // an event that found no room closed the pipe
    }

    @Override
    public void closed(long code, String text) {
        peer.remove(this);
        subscription.ifPresent(Subscription::close);
    }

    @Override
    public int descriptors() {
        return 1;
    }

    @Override
    public void end(CloseReason reason) {
        stream.abandon(reason.code(), reason.text());
        stream.drop();
    }
}
