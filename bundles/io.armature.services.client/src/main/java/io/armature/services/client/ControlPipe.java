package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import io.armature.services.wire.FrameException;
import io.armature.services.wire.FrameStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A pipe on which only the manager speaks: of a provider or an observer. As a descriptor it
 * outlives the connection, as a channel it does not. Loop's thread only.
 */
final class ControlPipe implements ClientStreams.Stream {

    private Optional<FrameStream> stream = Optional.empty();
    private Optional<ChannelPipe> channel = Optional.empty();

    /** Takes what the manager says. */
    interface Inbox {
        /**
         * @param descriptor came along; belongs to the inbox
         */
        void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException;

        /** The end, told once. */
        void closed(CloseReason reason);
    }

    /** Names the other end in a call; exactly one is present. */
    record Offer(Optional<Descriptor> descriptor, OptionalLong channel) {}

    /** Makes the pair, keeps one half. */
    Offer asDescriptor(EventLoop loop, ClientStreams streams, Inbox inbox) throws IOException {
        Descriptor[] pair = Descriptor.pair();
        try {
            stream =
                    Optional.of(
                            new FrameStream(
                                    loop,
                                    pair[0],
                                    FrameStreams.ONLY_THE_REASON,
                                    FrameStreams.handler(
                                            inbox::message,
                                            reason -> {
                                                streams.remove(this);
                                                inbox.closed(reason);
                                            })));
        } catch (IOException e) {
            pair[0].close();
            pair[1].close();
            throw e;
        }
        streams.add(this);
        return new Offer(Optional.of(pair[1]), OptionalLong.empty());
    }

    /** Begins a channel. */
    Offer asChannel(EventLoop loop, Link link, FailureLines failures, Inbox inbox) {
        ChannelPipe pipe = new ChannelPipe(loop::execute, failures);
        channel = Optional.of(pipe);
        pipe.listen(
                message -> {
                    try {
                        inbox.message(message, Optional.empty());
                    } catch (FrameException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        pipe.closed().thenAccept(inbox::closed);
        return new Offer(Optional.empty(), OptionalLong.of(link.attach(pipe)));
    }

    /** Ends it: the registration, or the observer. Told as its end once the manager knows. */
    @Override
    public void end() {
        stream.ifPresent(FrameStream::leave);
        channel.ifPresent(ChannelPipe::close);
    }
}
