package io.armature.services.wire;

import java.io.IOException;

/** The peer broke the format; the stream cannot be read on. */
public final class FrameException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message one line for the peer's programmer
     */
    public FrameException(String message) {
        super(message);
    }
}
