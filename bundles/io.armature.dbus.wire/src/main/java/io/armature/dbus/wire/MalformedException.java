package io.armature.dbus.wire;

/** The peer broke the protocol: nothing that it sends from here on can be understood. */
public final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }
}
