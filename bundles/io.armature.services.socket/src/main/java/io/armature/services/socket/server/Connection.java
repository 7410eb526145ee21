package io.armature.services.socket.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceNames;
import io.armature.services.proto.Query;
import io.armature.services.proto.Register;
import io.armature.services.proto.Request;
import io.armature.services.proto.ToManager;
import io.armature.services.spi.ServiceBroker;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import io.armature.services.wire.FrameException;
import io.armature.services.wire.FrameStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of the socket. What it passes outlives it. Runs on the event loop's thread. */
final class Connection implements FrameStream.Handler, Held {

    /** Answers that may wait for a client that does not read, bytes. */
    static final int WAITING_LIMIT_BYTES = 2 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Duration FOREVER = Duration.ofDays(36_525);

    private final EventLoop loop;
    private final ServiceBroker broker;
    private final Peer peer;
    private final FrameStream stream;

    Connection(EventLoop loop, ServiceBroker broker, Peer peer, Descriptor accepted)
            throws IOException {
        this.loop = loop;
        this.broker = broker;
        this.peer = peer;
        this.stream = new FrameStream(loop, accepted, WAITING_LIMIT_BYTES, this);
        peer.add(this);
    }

    @Override
    public void message(byte[] message, Optional<Descriptor> passed) throws FrameException {
        ToManager call;
        try {
            call = ToManager.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new FrameException("this is no ToManager message: " + e.getMessage());
        }
        switch (call.getCallCase()) {
            case REGISTER -> register(call.getRegister(), passed);
            case REQUEST -> request(call.getRequest(), passed);
            case QUERY -> query(call.getQuery(), passed);
            case OBSERVE -> observe(passed);
            default -> throw new FrameException("a ToManager message has one member");
        }
    }

    private void register(Register call, Optional<Descriptor> passed) throws FrameException {
        Descriptor provider = pipe("register", passed);
        if (badName(call.getServiceName())) {
            DescriptorPipe.end(provider, noSuchName());
            return;
        }
        try {
            ProviderLink.open(loop, provider, peer, broker, call.getServiceName());
        } catch (IOException e) {
            LOG.debug("a provider pipe cannot be used", e);
        }
    }

    private void request(Request call, Optional<Descriptor> passed) throws FrameException {
        Descriptor receiver = pipe("request", passed);
        if (badName(call.getServiceName())) {
            DescriptorPipe.end(receiver, noSuchName());
            return;
        }
        broker.request(
                peer.identity(),
                call.getServiceName(),
                call.hasTimeoutUs() ? timeout(call.getTimeoutUs()) : Optional.empty(),
                new DescriptorPipe(loop, receiver, peer));
    }

    /** More than a hundred years is as good as forever. */
    private static Optional<Duration> timeout(long micros) {
        Duration timeout = Duration.of(micros, ChronoUnit.MICROS);
        return timeout.compareTo(FOREVER) > 0 ? Optional.empty() : Optional.of(timeout);
    }

    private void query(Query call, Optional<Descriptor> passed) throws FrameException {
        if (passed.isPresent()) {
            throw new FrameException("query takes no descriptor");
        }
        if (badName(call.getServiceName())) {
            CloseReason reason = noSuchName();
            ServiceException why = new ServiceException(ErrorCode.SERVICE_NOT_FOUND, reason.text());
            answer(Messages.refusal(call.getId(), why));
            return;
        }
        broker.query(peer.identity(), call.getServiceName())
                .whenComplete(
                        (state, failure) -> {
                            if (failure == null) {
                                answer(Messages.reply(call.getId(), state));
                            } else {
                                answer(Messages.refusal(call.getId(), refusal(failure)));
                            }
                        });
    }

    private static ServiceException refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof ServiceException refused
                ? refused
                : new ServiceException(ErrorCode.UNKNOWN, "the query failed");
    }

    private void answer(byte[] message) {
        if (!stream.send(message, Optional.empty())) {
            stream.abandon(ErrorCode.UNKNOWN.number(), "this client does not read its answers");
        }
    }

    private void observe(Optional<Descriptor> passed) throws FrameException {
        try {
            ObserverLink.open(loop, pipe("observe", passed), peer, broker);
        } catch (FrameException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("an observer pipe cannot be used", e);
        }
    }

    private static Descriptor pipe(String call, Optional<Descriptor> passed) throws FrameException {
        if (passed.isEmpty()) {
            throw new FrameException(call + " needs a descriptor or a channel");
        }
        if (!passed.get().isStream()) {
            throw new FrameException(call + " needs a descriptor that is a stream of AF_UNIX");
        }
        return passed.get();
    }

    private static boolean badName(String name) {
        return name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > ServiceNames.LIMIT;
    }

    private static CloseReason noSuchName() {
        return CloseReason.of(
                ErrorCode.SERVICE_NOT_FOUND,
                "a service name has 1 to " + ServiceNames.LIMIT + " bytes");
    }

    @Override
    public void writable() {
        // an answer that found no room closed the connection
    }

    @Override
    public void closed(long code, String text) {
        peer.remove(this);
        LOG.debug("client has gone who={} code={} text={}", peer.identity(), code, text);
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
