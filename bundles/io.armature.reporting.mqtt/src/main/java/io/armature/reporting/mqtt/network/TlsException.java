package io.armature.reporting.mqtt.network;

import java.io.IOException;

/** A file of TLS that cannot be used; the message says which and why. */
final class TlsException extends IOException {

    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
