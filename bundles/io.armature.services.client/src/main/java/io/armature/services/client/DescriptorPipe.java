package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import io.armature.services.wire.FrameException;
import io.armature.services.wire.FrameStream;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A pipe over a socket of its own: the service manager does not see its traffic. */
final class DescriptorPipe implements Pipe, ClientStreams.Stream {

    private final EventLoop loop;
    private final ClientStreams streams;
    private final Delivery delivery;
    private FrameStream stream; // set before anybody else has this

    // Guarded by this.
    private boolean ended;
    private boolean full;
    private CompletableFuture<Void> writable;

    // These belong to the loop's thread.
    private boolean left;
    private boolean paused;

    private DescriptorPipe(EventLoop loop, ClientStreams streams, FailureLines failures) {
        this.loop = loop;
        this.streams = streams;
        this.delivery = new Delivery(loop::execute, this, failures, message -> resume());
    }

    /**
     * @param descriptor belongs to the pipe from now on
     */
    static DescriptorPipe over(
            EventLoop loop, ClientStreams streams, FailureLines failures, Descriptor descriptor)
            throws IOException {
        DescriptorPipe pipe = new DescriptorPipe(loop, streams, failures);
        streams.add(pipe);
        try {
            pipe.begin(descriptor);
            return pipe;
        } catch (IOException e) {
            streams.remove(pipe);
            descriptor.close();
            throw e;
        }
    }

    private synchronized void begin(Descriptor descriptor) throws IOException {
        stream = new FrameStream(loop, descriptor, BUFFER_LIMIT_BYTES, new Incoming());
    }

    private synchronized FrameStream stream() {
        return stream;
    }

    private final class Incoming implements FrameStream.Handler {
        @Override
        public void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException {
            if (descriptor.isPresent()) {
                descriptor.get().close();
                throw new FrameException("no descriptor is expected on this pipe");
            }
            if (!left) {
                delivery.message(message);
                pauseIfMuchWaits();
            }
        }

        @Override
        public void writable() {
            wakeWriter(false);
        }

        @Override
        public void closed(long code, String text) {
            streams.remove(DescriptorPipe.this);
            wakeWriter(true);
            delivery.ended(Wire.reason(code, text));
        }
    }

    private void pauseIfMuchWaits() {
        if (!paused && delivery.keptBytes() > BUFFER_LIMIT_BYTES - MESSAGE_LIMIT_BYTES) {
            paused = true;
            stream().reading(false);
        }
    }

    private void resume() {
        if (paused && delivery.keptBytes() <= BUFFER_LIMIT_BYTES - MESSAGE_LIMIT_BYTES) {
            paused = false;
            stream().reading(true);
        }
    }

    @Override
    public synchronized Sent send(byte[] message) {
        Limits.check(message);
        if (ended) {
            return Sent.CLOSED;
        }
        if (!full && stream.send(message, Optional.empty())) {
            return Sent.SENT;
        }
        full = true; // or broken, which ends it in a moment
        return Sent.FULL;
    }

    @Override
    public synchronized CompletionStage<Void> writable() {
        if (ended || !full) {
            return CompletableFuture.completedFuture(null);
        }
        if (writable == null) {
            writable = new CompletableFuture<>();
        }
        return writable.minimalCompletionStage();
    }

    private void wakeWriter(boolean end) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            ended |= end;
            full = false;
            waiting = writable;
            writable = null;
        }
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    @Override
    public void listen(Listener listener) {
        delivery.listen(listener);
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        return delivery.closed();
    }

    @Override
    public void close(CloseReason reason) {
        Objects.requireNonNull(reason, "reason");
        synchronized (this) {
            ended = true;
        }
        loop.execute(
                () -> {
                    left = true;
                    delivery.drop();
                });
        stream().close(reason.code(), reason.text());
    }

    @Override
    public void end() {
        close();
    }
}
