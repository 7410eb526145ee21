package io.armature.services.socket.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceNames;
import io.armature.services.proto.Observe;
import io.armature.services.proto.Query;
import io.armature.services.proto.Register;
import io.armature.services.proto.Request;
import io.armature.services.proto.ToClient;
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
    private final HalfFrames halves;
    private final Guard guard;
    private final FrameStream stream;
    private final Channels channels = new Channels(new ChannelOutlet());

    Connection(
            EventLoop loop,
            ServiceBroker broker,
            Peer peer,
            HalfFrames halves,
            Guard guard,
            Descriptor accepted)
            throws IOException {
        this.loop = loop;
        this.broker = broker;
        this.peer = peer;
        this.halves = halves;
        this.guard = guard;
        this.stream = new FrameStream(loop, accepted, WAITING_LIMIT_BYTES, this);
        peer.add(this);
    }

    private final class ChannelOutlet implements Channels.Outlet {
        @Override
        public void send(ToClient message) {
            answer(message.toByteArray());
        }

        @Override
        public boolean hasRoom() {
            return stream.hasRoom();
        }

        @Override
        public void listenerFailed(RuntimeException failure) {
            peer.listenerFailed(failure);
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }
    }

    @Override
    public void message(byte[] message, Optional<Descriptor> passed) throws FrameException {
        halves.ended(this);
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
            case OBSERVE -> observe(call.getObserve(), passed);
            case CHANNEL_MESSAGE, CHANNEL_CLOSE, CHANNEL_CREDIT -> {
                refuse(passed, "a channel's message");
                channel(call);
            }
            default -> throw new FrameException("a ToManager message has one member");
        }
    }

    private void channel(ToManager call) {
        switch (call.getCallCase()) {
            case CHANNEL_MESSAGE -> channels.message(call.getChannelMessage());
            case CHANNEL_CLOSE -> channels.close(call.getChannelClose());
            default -> channels.credit(call.getChannelCredit());
        }
    }

    private void register(Register call, Optional<Descriptor> passed) throws FrameException {
        if (call.hasChannel()) {
            refuse(passed, "register with a channel");
            Optional<ChannelPipe> begun = channels.begin(call.getChannel());
            if (badName(call.getServiceName())) {
                begun.ifPresent(pipe -> pipe.close(noSuchName()));
            } else {
                begun.ifPresent(
                        pipe ->
                                ChannelProvider.open(
                                        channels, pipe, peer, broker, call.getServiceName()));
            }
            return;
        }
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
        Pipe receiver;
        if (call.hasChannel()) {
            refuse(passed, "request with a channel");
            Optional<ChannelPipe> begun = channels.begin(call.getChannel());
            if (begun.isEmpty()) {
                return;
            }
            receiver = begun.get();
        } else {
            receiver = new DescriptorPipe(loop, pipe("request", passed), peer);
        }
        if (badName(call.getServiceName())) {
            receiver.close(noSuchName());
            return;
        }
        broker.request(
                peer.identity(),
                call.getServiceName(),
                call.hasTimeoutUs() ? timeout(call.getTimeoutUs()) : Optional.empty(),
                receiver);
    }

    /** More than a hundred years is as good as forever. */
    private static Optional<Duration> timeout(long micros) {
        Duration timeout = Duration.of(micros, ChronoUnit.MICROS);
        return timeout.compareTo(FOREVER) > 0 ? Optional.empty() : Optional.of(timeout);
    }

    private void query(Query call, Optional<Descriptor> passed) throws FrameException {
        refuse(passed, "query");
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
            giveUp("this client does not read its answers");
        }
    }

    private void observe(Observe call, Optional<Descriptor> passed) throws FrameException {
        if (call.hasChannel()) {
            refuse(passed, "observe with a channel");
            channels.begin(call.getChannel())
                    .ifPresent(pipe -> ChannelObserver.open(pipe, peer, broker));
            return;
        }
        Descriptor observer = pipe("observe", passed);
        try {
            ObserverLink.open(loop, observer, peer, broker);
        } catch (IOException e) {
            LOG.debug("an observer pipe cannot be used", e);
        }
    }

    private static void refuse(Optional<Descriptor> passed, String what) throws FrameException {
        if (passed.isPresent()) {
            throw new FrameException(what + " takes no descriptor");
        }
    }

    private Descriptor pipe(String call, Optional<Descriptor> passed) throws FrameException {
        if (passed.isEmpty()) {
            throw new FrameException(call + " needs a descriptor or a channel");
        }
        if (!passed.get().isStream()) {
            throw new FrameException(call + " needs a descriptor that is a stream of AF_UNIX");
        }
        guard.check();
        if (!stream.isOpen()) {
            String text = "this client held most descriptors"; // the connection has been told
            DescriptorPipe.end(passed.get(), CloseReason.of(ErrorCode.UNKNOWN, text));
            throw new FrameException(text);
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
    public void partial() {
        halves.begun(this);
    }

    @Override
    public void writable() {
        channels.flush();
    }

    /** Ends the connection with code 1. */
    void giveUp(String text) {
        stream.abandon(ErrorCode.UNKNOWN.number(), text);
    }

    @Override
    public void closed(long code, String text) {
        peer.remove(this);
        halves.ended(this);
        channels.end();
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
