package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceObserver;
import io.armature.services.proto.Observe;
import io.armature.services.proto.ToManager;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.FrameException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An observer that is added again when the manager has lost it. Loop's thread, but for the api. */
final class Watching implements Subscription, Standing {

    private static final Logger LOG = LoggerFactory.getLogger(Watching.class);

    private final ClientContext context;
    private final ServiceObserver observer;
    private final Pauses pauses = new Pauses();
    private volatile boolean wanted = true;
    private Optional<ControlPipe> pipe = Optional.empty();
    private boolean pausing;
    private Link tried; // pauses are between attempts on the same connection

    Watching(ClientContext context, ServiceObserver observer) {
        this.context = context;
        this.observer = observer;
    }

    @Override
    public void begin(Link link) {
        if (!wanted || pipe.isPresent() || pausing && tried == link) {
            return;
        }
        tried = link;
        ControlPipe next = new ControlPipe();
        try {
            ControlPipe.Offer offer = context.offer(next, link, new Incoming());
            Observe.Builder call = Observe.newBuilder();
            offer.channel().ifPresent(call::setChannel);
            pipe = Optional.of(next);
            link.call(ToManager.newBuilder().setObserve(call).build(), offer.descriptor());
        } catch (IOException e) {
            LOG.warn("cannot observe services", e);
            again();
        }
    }

    private final class Incoming implements ControlPipe.Inbox {
        @Override
        public void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException {
            if (descriptor.isPresent()) {
                descriptor.get().close();
                throw new FrameException("no descriptor is expected with an event");
            }
            ServiceEvent event = Wire.event(message);
            pauses.reset();
            if (wanted) {
                try {
                    observer.onServiceEvent(event);
                } catch (RuntimeException e) {
                    context.failures().add("observer failed", e);
                }
            }
        }

        @Override
        public void closed(CloseReason reason) {
            pipe = Optional.empty();
            if (wanted) {
                again();
            }
        }
    }

    private void again() {
        pausing = true;
        context.after(
                pauses.take(),
                () -> {
                    pausing = false;
                    context.link().ifPresent(this::begin);
                });
    }

    @Override
    public void finish(CloseReason reason) {
        wanted = false;
        context.forget(this);
        pipe.ifPresent(ControlPipe::end);
    }

    @Override
    public void close() {
        wanted = false;
        context.execute(() -> finish(CloseReason.NONE));
    }
}
