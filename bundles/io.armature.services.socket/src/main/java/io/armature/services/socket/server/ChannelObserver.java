package io.armature.services.socket.server;

import io.armature.services.api.Pipe.Sent;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceObserver;
import io.armature.services.spi.ServiceBroker;

/** An observer pipe that is a channel. One that takes nothing is closed. */
final class ChannelObserver implements ServiceObserver {

    private final ChannelPipe carrier;

    private ChannelObserver(ChannelPipe carrier) {
        this.carrier = carrier;
    }

    /** Subscribes. */
    static void open(ChannelPipe carrier, Peer peer, ServiceBroker broker) {
        Subscription subscription = broker.observe(peer.identity(), new ChannelObserver(carrier));
        carrier.closed().thenRun(subscription::close);
        carrier.listen(message -> carrier.abandon("an observer pipe takes no messages"));
    }

    @Override
    public void onServiceEvent(ServiceEvent event) {
        Sent sent = carrier.send(Messages.event(event));
        if (sent == Sent.FULL || carrier.waiting() > ObserverLink.WAITING_LIMIT_BYTES) {
            carrier.abandon("this observer does not read its events");
        }
    }
}
