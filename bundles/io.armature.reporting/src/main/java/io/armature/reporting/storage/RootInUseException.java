package io.armature.reporting.storage;

import java.io.IOException;

/** Another process works on the same spool. */
public final class RootInUseException extends IOException {

    private static final long serialVersionUID = 1L;

    public RootInUseException(String root) {
        super("spool " + root + " is in use by another process; stop it first");
    }
}
