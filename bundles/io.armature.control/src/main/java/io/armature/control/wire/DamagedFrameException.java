package io.armature.control.wire;

/** Bytes that are no protocol, or too many of them. The message is one line for the peer. */
public final class DamagedFrameException extends Exception {

    private static final long serialVersionUID = 1L;

    public DamagedFrameException(String message) {
        super(message);
    }
}
