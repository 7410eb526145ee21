package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.spi.PausablePipe;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import io.armature.services.wire.FrameException;
import io.armature.services.wire.FrameReader;
import io.armature.services.wire.FrameStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An end of a pipe that is a descriptor. As long as nobody here has used it, it can be passed on as
 * it is; frames are read and written only after that.
 */
final class DescriptorPipe implements PausablePipe, Held {

    private static final Logger LOG = LoggerFactory.getLogger(DescriptorPipe.class);

    private final EventLoop loop;
    private final Peer peer;
    private final Inbox inbox;

    // Guarded by this. Either the descriptor or the stream is there, none once it has been passed
    // on or closed unused.
    private Descriptor descriptor;
    private EventLoop.Registration watch;
    private FrameStream stream;
    private CompletableFuture<Void> writable;

    /**
     * @param descriptor belongs to this
     * @param peer for whom it is held
     */
    DescriptorPipe(EventLoop loop, Descriptor descriptor, Peer peer) {
        this.loop = loop;
        this.descriptor = descriptor;
        this.peer = peer;
        this.inbox = new Inbox(loop::execute, this::taken, this::failed);
        peer.add(this);
    }

    private void failed(RuntimeException failure) {
        peer.listenerFailed(failure);
        close(CloseReason.of(ErrorCode.UNKNOWN, "the listener failed"));
    }

    /** Closes a descriptor that nobody has used, telling why if there is room. */
    static void end(Descriptor unused, CloseReason reason) {
        try {
            if (!reason.equals(CloseReason.NONE)) {
                byte[] frame = FrameReader.close(reason.code(), reason.text());
                unused.send(frame, 0, frame.length, Optional.empty());
            }
        } catch (IOException e) {
            LOG.debug("the other end of a pipe was gone", e);
        } finally {
            unused.close();
        }
    }

    /** The descriptor, to be passed on, if nobody has used or closed this end. */
    Optional<Descriptor> handOver() {
        Optional<Descriptor> unused = takeUnused();
        unused.ifPresent(
                given -> {
                    peer.remove(this);
                    inbox.discard(CloseReason.NONE);
                });
        return unused;
    }

    private synchronized Optional<Descriptor> takeUnused() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
        Optional<Descriptor> unused = Optional.ofNullable(descriptor);
        descriptor = null;
        return unused;
    }

    /** The stream; begins it if nobody has used this end before. */
    private Optional<FrameStream> stream() {
        Optional<Descriptor> unused;
        synchronized (this) {
            if (stream != null) {
                return Optional.of(stream);
            }
            unused = takeUnused();
            if (unused.isEmpty()) {
                return Optional.empty();
            }
            try {
                stream = new FrameStream(loop, unused.get(), BUFFER_LIMIT_BYTES, new Frames());
                return Optional.of(stream);
            } catch (IOException e) {
                LOG.debug("a pipe cannot be read", e);
            }
        }
        peer.remove(this);
        inbox.end(CloseReason.NONE);
        return Optional.empty();
    }

    @Override
    public Sent send(byte[] message) {
        if (message.length > MESSAGE_LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "message must have at most "
                            + MESSAGE_LIMIT_BYTES
                            + " bytes, had "
                            + message.length);
        }
        Optional<FrameStream> to = stream();
        if (to.isEmpty()) {
            return Sent.CLOSED;
        }
        if (to.get().send(message, Optional.empty())) {
            return Sent.SENT;
        }
        return to.get().isOpen() ? Sent.FULL : Sent.CLOSED;
    }

    @Override
    public CompletionStage<Void> writable() {
        CompletableFuture<Void> wait;
        FrameStream to;
        synchronized (this) {
            if (stream == null) {
                return CompletableFuture.completedFuture(null);
            }
            to = stream;
            if (writable == null) {
                writable = new CompletableFuture<>();
            }
            wait = writable;
        }
        if (to.hasRoom()) {
            tellWriter();
        }
        return wait.minimalCompletionStage();
    }

    @Override
    public void listen(Listener listener) {
        inbox.listen(listener);
        if (stream().isEmpty()) {
            LOG.debug("a pipe was closed before anybody listened");
        }
    }

    @Override
    public void pause() {
        inbox.pause();
    }

    @Override
    public void resume() {
        inbox.resume();
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        synchronized (this) {
            if (descriptor != null && watch == null) {
                try {
                    watch = loop.register(descriptor, EventLoop.HANG_UP, events -> hungUp());
                } catch (IOException e) {
                    LOG.debug("a pipe that waits cannot be watched", e);
                }
            }
        }
        return inbox.closed();
    }

    /**
     * The requester of a waiting pipe has gone; what it sent before is still worth handing over.
     */
    private void hungUp() {
        synchronized (this) {
            if (descriptor == null || watch == null) {
                return;
            }
            if (!descriptor.gone()) {
                try {
                    watch.interest(0);
                } catch (IOException e) {
                    LOG.debug("a pipe that waits is no more watched", e);
                }
                return;
            }
        }
        takeUnused()
                .ifPresent(
                        unused -> {
                            unused.close();
                            peer.remove(this);
                            inbox.end(CloseReason.NONE);
                        });
    }

    @Override
    public void close(CloseReason reason) {
        finish(reason, false);
    }

    @Override
    public void end(CloseReason reason) {
        finish(reason, true);
    }

    private void finish(CloseReason reason, boolean now) {
        FrameStream used;
        synchronized (this) {
            used = stream;
        }
        if (used == null) {
            takeUnused()
                    .ifPresent(
                            unused -> {
                                end(unused, reason);
                                peer.remove(this);
                            });
        } else if (now) {
            used.abandon(reason.code(), reason.text());
            used.drop();
        } else {
            used.close(reason.code(), reason.text());
        }
        inbox.discard(reason);
        tellWriter();
    }

    @Override
    public int descriptors() {
        return 1;
    }

    private void taken(int bytes) {
        FrameStream from;
        synchronized (this) {
            from = stream;
        }
        if (from != null && inbox.bytes() + bytes > MESSAGE_LIMIT_BYTES) {
            from.reading(inbox.bytes() <= MESSAGE_LIMIT_BYTES);
        }
    }

    private final class Frames implements FrameStream.Handler {

        @Override
        public void message(byte[] message, Optional<Descriptor> passed) throws FrameException {
            if (passed.isPresent()) {
                throw new FrameException("this pipe takes no descriptors");
            }
            inbox.add(message);
            if (inbox.bytes() > MESSAGE_LIMIT_BYTES) {
                stream().ifPresent(from -> from.reading(false));
            }
        }

        @Override
        public void writable() {
            tellWriter();
        }

        @Override
        public void closed(long code, String text) {
            peer.remove(DescriptorPipe.this);
            inbox.end(new CloseReason(code, text));
            tellWriter();
        }
    }

    private void tellWriter() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            waiting = writable;
            writable = null;
        }
        if (waiting != null) {
            waiting.complete(null);
        }
    }
}
