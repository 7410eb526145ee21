package io.armature.reporting.storage;

import java.io.IOException;

/** Another process works on the same spool, or a spool of this one. */
public final class RootInUseException extends IOException {

    private static final long serialVersionUID = 1L;

    public RootInUseException(String root) {
        super(
                "spool "
                        + root
                        + " is in use by another process, or by an instance of this one that waits"
                        + " for the disk; it is opened once that has ended");
    }
}
