package io.armature.services.socket.server;

import com.google.protobuf.UnsafeByteOperations;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.proto.ChannelClose;
import io.armature.services.proto.ChannelCredit;
import io.armature.services.proto.ChannelMessage;
import io.armature.services.proto.ToClient;
import io.armature.services.wire.FrameException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The channels of one connection; they end with it. */
final class Channels {

    /** Channels at once. */
    static final int LIMIT = 1_024;

    /** What may wait in all channels of a connection, both directions together, bytes. */
    static final int WAITING_LIMIT_BYTES = 16 << 20;

    private final Outlet outlet;
    private final Map<Long, ChannelPipe> open = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean ended;

    /** The connection, as its channels see it. Any thread. */
    interface Outlet {
        void send(ToClient message);

        /** Whether messages may be sent now; if not, {@link Channels#flush()} is called later. */
        boolean hasRoom();

        void execute(Runnable task);

        /** A bundle could not bear what the client had sent. */
        void listenerFailed(RuntimeException failure);
    }

    Channels(Outlet outlet) {
        this.outlet = outlet;
    }

    void listenerFailed(RuntimeException failure) {
        outlet.listenerFailed(failure);
    }

    /** A channel that the client begins; absent, and closed, if there are too many. */
    Optional<ChannelPipe> begin(long number) throws FrameException {
        if (number % 2 == 0) {
            throw new FrameException("a client's channel has an odd number, this is " + number);
        }
        if (open.containsKey(number)) {
            throw new FrameException("channel " + number + " is open");
        }
        ChannelPipe pipe = new ChannelPipe(number, this);
        if (open.size() >= LIMIT) {
            sendClose(pipe, tooMany());
            return Optional.empty();
        }
        open.put(number, pipe);
        return Optional.of(pipe);
    }

    /** A channel that the manager begins; absent if there are too many, or the connection ended. */
    Optional<ChannelPipe> begin() {
        if (open.size() >= LIMIT || ended) {
            return Optional.empty();
        }
        ChannelPipe pipe = new ChannelPipe(next.addAndGet(2), this);
        open.put(pipe.number(), pipe);
        if (ended) {
            pipe.end(CloseReason.NONE);
        }
        return Optional.of(pipe);
    }

    static CloseReason tooMany() {
        return CloseReason.of(ErrorCode.UNKNOWN, "a connection has at most " + LIMIT + " channels");
    }

    void message(ChannelMessage message) {
        ChannelPipe pipe = open.get(message.getChannel());
        if (pipe != null) {
            pipe.message(message.getMessage().toByteArray());
        }
    }

    void close(ChannelClose message) {
        ChannelPipe pipe = open.remove(message.getChannel());
        if (pipe != null) {
            long code = Integer.toUnsignedLong(message.getCode());
            pipe.end(new CloseReason(code, message.getText()));
        }
    }

    void credit(ChannelCredit message) {
        ChannelPipe pipe = open.get(message.getChannel());
        if (pipe != null) {
            pipe.credit(message.getBytes());
        }
    }

    /** The connection has room again. */
    void flush() {
        open.values().forEach(ChannelPipe::flush);
    }

    /** The connection has ended. */
    void end() {
        ended = true;
        List.copyOf(open.values()).forEach(pipe -> pipe.end(CloseReason.NONE));
        open.clear();
    }

    boolean hasRoom() {
        return outlet.hasRoom();
    }

    void execute(Runnable task) {
        outlet.execute(task);
    }

    /** Room for what is going to wait; false if there is none. */
    boolean reserve(int bytes) {
        if (waiting.addAndGet(bytes) <= WAITING_LIMIT_BYTES) {
            return true;
        }
        waiting.addAndGet(-bytes);
        return false;
    }

    void release(int bytes) {
        waiting.addAndGet(-bytes);
    }

    /** Bytes that wait in all channels. */
    int waiting() {
        return waiting.get();
    }

    void sendMessage(long channel, byte[] message) {
        ChannelMessage sent =
                ChannelMessage.newBuilder()
                        .setChannel(channel)
                        .setMessage(UnsafeByteOperations.unsafeWrap(message))
                        .build();
        outlet.send(ToClient.newBuilder().setChannelMessage(sent).build());
    }

    void sendClose(ChannelPipe pipe, CloseReason reason) {
        open.remove(pipe.number(), pipe);
        ChannelClose sent =
                ChannelClose.newBuilder()
                        .setChannel(pipe.number())
                        .setCode((int) reason.code())
                        .setText(reason.text())
                        .build();
        outlet.send(ToClient.newBuilder().setChannelClose(sent).build());
    }

    void sendCredit(long channel, int bytes) {
        ChannelCredit sent = ChannelCredit.newBuilder().setChannel(channel).setBytes(bytes).build();
        outlet.send(ToClient.newBuilder().setChannelCredit(sent).build());
    }
}
