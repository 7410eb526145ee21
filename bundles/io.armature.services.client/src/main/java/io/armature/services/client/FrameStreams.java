package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.FrameException;
import io.armature.services.wire.FrameStream;
import java.util.Optional;
import java.util.function.Consumer;

/** Handlers of streams that only listen. */
final class FrameStreams {

    /** Bytes that may wait on a stream on which this side only ever says why it closes. */
    static final int ONLY_THE_REASON = 8_192;

    private FrameStreams() {}

    /** Takes a message. */
    interface Taker {
        void take(byte[] message, Optional<Descriptor> descriptor) throws FrameException;
    }

    static FrameStream.Handler handler(Taker taker, Consumer<CloseReason> closed) {
        return new FrameStream.Handler() {
            @Override
            public void message(byte[] message, Optional<Descriptor> descriptor)
                    throws FrameException {
                taker.take(message, descriptor);
            }

            @Override
            public void writable() {
                // nothing is sent
            }

            @Override
            public void closed(long code, String text) {
                closed.accept(Wire.reason(code, text));
            }
        };
    }
}
