package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceProvider;
import io.armature.services.proto.Register;
import io.armature.services.proto.ServiceRequest;
import io.armature.services.proto.ToManager;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.FrameException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registration that is made again when the manager has lost it. Loop's thread, but for the api.
 */
final class Ownership implements Registration, Standing {

    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final long LASTED_NANOS = Duration.ofSeconds(5).toNanos();

    private final ClientContext context;
    private final String name;
    private final ServiceProvider provider;
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private final Pauses pauses = new Pauses();
    private Optional<ControlPipe> pipe = Optional.empty();
    private boolean wanted = true;
    private boolean pausing;
    private Link tried; // pauses are between attempts on the same connection
    private boolean refused;
    private long began;
    private long firstRefusal;

    Ownership(ClientContext context, String name, ServiceProvider provider) {
        this.context = context;
        this.name = name;
        this.provider = provider;
    }

    @Override
    public void begin(Link link) {
        if (!wanted || pipe.isPresent() || pausing && tried == link) {
            return;
        }
        tried = link;
        began = context.timing().nanos();
        ControlPipe next = new ControlPipe();
        try {
            ControlPipe.Offer offer = context.offer(next, link, new Incoming(link));
            Register.Builder call = Register.newBuilder().setServiceName(name);
            offer.channel().ifPresent(call::setChannel);
            pipe = Optional.of(next);
            link.call(ToManager.newBuilder().setRegister(call).build(), offer.descriptor());
        } catch (IOException e) {
            LOG.warn("cannot offer {}", name, e);
            again();
        }
    }

    private final class Incoming implements ControlPipe.Inbox {
        private final Link link;

        Incoming(Link link) {
            this.link = link;
        }

        @Override
        public void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException {
            accepted();
            ServiceRequest request;
            try {
                request = Wire.parse(() -> ServiceRequest.parseFrom(message));
                if (descriptor.isPresent() == request.hasChannel()) {
                    throw new FrameException("a request brings a descriptor or names a channel");
                }
            } catch (FrameException e) {
                descriptor.ifPresent(Descriptor::close);
                throw e;
            }
            give(request, descriptor);
        }

        private void give(ServiceRequest request, Optional<Descriptor> descriptor)
                throws FrameException {
            Pipe requester;
            if (descriptor.isPresent()) {
                try {
                    requester = context.pipe(descriptor.get());
                } catch (IOException e) {
                    context.failures().add("lost a requester of " + name, e);
                    return;
                }
            } else {
                requester = link.accept(request.getChannel());
            }
            try {
                provider.request(Wire.identity(request.getClient()), requester);
            } catch (RuntimeException e) {
                context.failures().add("provider of " + name + " failed", e);
                requester.close(CloseReason.of(ErrorCode.UNKNOWN, "the owner failed"));
            }
        }

        @Override
        public void closed(CloseReason reason) {
            ended(reason);
        }
    }

    private void accepted() {
        refused = false;
        pauses.reset();
    }

    private void ended(CloseReason reason) {
        pipe = Optional.empty();
        if (context.timing().nanos() - began >= LASTED_NANOS) {
            accepted();
        }
        boolean taken = reason.code() == ErrorCode.SERVICE_ALREADY_REGISTERED.number();
        if (wanted && (reason.code() == 0 || taken && patient())) {
            again();
        } else {
            finish(wanted ? reason : CloseReason.NONE);
        }
    }

    private boolean patient() {
        long now = context.timing().nanos();
        if (!refused) {
            refused = true;
            firstRefusal = now;
        }
        return now - firstRefusal < context.options().ownerLimit().toNanos();
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
        closed.complete(reason);
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        return closed.minimalCompletionStage();
    }

    @Override
    public void close() {
        context.execute(this::release);
    }

    private void release() {
        wanted = false;
        context.forget(this);
        if (pipe.isPresent()) {
            pipe.get().end(); // and then ended()
        } else {
            closed.complete(CloseReason.NONE);
        }
    }
}
