package io.armature.services.client;

import com.google.protobuf.ByteString;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceState;
import io.armature.services.proto.ChannelClose;
import io.armature.services.proto.ChannelCredit;
import io.armature.services.proto.ChannelMessage;
import io.armature.services.proto.Query;
import io.armature.services.proto.QueryReply;
import io.armature.services.proto.ToClient;
import io.armature.services.proto.ToManager;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import io.armature.services.wire.FrameException;
import io.armature.services.wire.FrameStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One connection to the manager, from its first byte to its end. Loop's thread only. */
final class Link implements FrameStream.Handler {

    /** Calls and relayed messages that may wait for a manager that does not read. */
    private static final int WAITING_BYTES = 64 << 20;

    private final EventLoop loop;
    private final FailureLines failures;
    private final Consumer<CloseReason> lost;
    private final Map<Long, ChannelPipe> channels = new HashMap<>();
    private final Map<Long, CompletableFuture<ServiceState>> queries = new HashMap<>();
    private FrameStream stream;
    private long nextChannel = 1;
    private long nextQuery = 1;
    private boolean over;

    /**
     * @param lost told once, with the manager's reason
     */
    Link(EventLoop loop, FailureLines failures, Consumer<CloseReason> lost) {
        this.loop = loop;
        this.failures = failures;
        this.lost = lost;
    }

    void begin(Descriptor connection) throws IOException {
        stream = new FrameStream(loop, connection, WAITING_BYTES, this);
    }

    /**
     * Sends a call.
     *
     * @param passed belongs to this from now on
     */
    void call(ToManager call, Optional<Descriptor> passed) {
        if (!stream.send(call.toByteArray(), passed)) {
            passed.ifPresent(Descriptor::close);
            stream.close(1, "the manager does not read");
        }
    }

    void query(String name, CompletableFuture<ServiceState> answer) {
        long id = nextQuery++;
        queries.put(id, answer);
        Query query = Query.newBuilder().setId(id).setServiceName(name).build();
        call(ToManager.newBuilder().setQuery(query).build(), Optional.empty());
    }

    /** Gives a pipe a channel that is to be named in a call at once; its number. */
    long attach(ChannelPipe pipe) {
        long number = nextChannel;
        nextChannel += 2;
        channels.put(number, pipe);
        pipe.attach(this, number);
        return number;
    }

    /** A channel that the manager has begun. */
    ChannelPipe accept(long number) throws FrameException {
        ChannelPipe pipe = new ChannelPipe(loop::execute, failures);
        if (number == 0 || number % 2 != 0 || channels.putIfAbsent(number, pipe) != null) {
            throw new FrameException("the manager cannot begin a channel " + number);
        }
        pipe.attach(this, number);
        return pipe;
    }

    void sendMessage(long channel, byte[] message) {
        ChannelMessage body =
                ChannelMessage.newBuilder()
                        .setChannel(channel)
                        .setMessage(ByteString.copyFrom(message))
                        .build();
        call(ToManager.newBuilder().setChannelMessage(body).build(), Optional.empty());
    }

    void sendClose(long channel, CloseReason reason) {
        channels.remove(channel);
        ChannelClose body =
                ChannelClose.newBuilder()
                        .setChannel(channel)
                        .setCode((int) reason.code())
                        .setText(reason.text())
                        .build();
        call(ToManager.newBuilder().setChannelClose(body).build(), Optional.empty());
    }

    void giveCredit(long channel, long bytes) {
        ChannelCredit body = ChannelCredit.newBuilder().setChannel(channel).setBytes(bytes).build();
        call(ToManager.newBuilder().setChannelCredit(body).build(), Optional.empty());
    }

    @Override
    public void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException {
        if (descriptor.isPresent()) {
            descriptor.get().close();
            throw new FrameException("no descriptor is expected on the connection");
        }
        ToClient event = Wire.parse(() -> ToClient.parseFrom(message));
        switch (event.getEventCase()) {
            case QUERY_REPLY -> answer(event.getQueryReply());
            case CHANNEL_MESSAGE -> {
                ChannelPipe pipe = channels.get(event.getChannelMessage().getChannel());
                if (pipe != null) {
                    pipe.message(event.getChannelMessage().getMessage().toByteArray());
                }
            }
            case CHANNEL_CLOSE -> {
                ChannelClose close = event.getChannelClose();
                ChannelPipe pipe = channels.remove(close.getChannel());
                if (pipe != null) {
                    pipe.over(
                            Wire.reason(Integer.toUnsignedLong(close.getCode()), close.getText()));
                }
            }
            case CHANNEL_CREDIT -> {
                ChannelPipe pipe = channels.get(event.getChannelCredit().getChannel());
                if (pipe != null) {
                    pipe.credit(event.getChannelCredit().getBytes());
                }
            }
            case EVENT_NOT_SET -> {
                // of a later version
            }
        }
    }

    private void answer(QueryReply reply) throws FrameException {
        CompletableFuture<ServiceState> answer = queries.remove(reply.getId());
        if (answer == null) {
            return;
        }
        try {
            answer.complete(Wire.state(reply));
        } catch (ServiceException e) {
            answer.completeExceptionally(e);
        }
    }

    @Override
    public void writable() {
        // nothing is held back here: see WAITING_BYTES
    }

    @Override
    public void closed(long code, String text) {
        if (over) {
            return;
        }
        over = true;
        List.copyOf(channels.values()).forEach(pipe -> pipe.over(CloseReason.NONE));
        channels.clear();
        queries.values().forEach(Link::failLost);
        queries.clear();
        lost.accept(Wire.reason(code, text));
    }

    /** The manager went away before it answered. */
    static void failLost(CompletableFuture<ServiceState> answer) {
        answer.completeExceptionally(
                new ServiceException(
                        ErrorCode.UNKNOWN,
                        "the service manager went away before it answered; ask again"));
    }

    void close() {
        stream.close();
    }
}
