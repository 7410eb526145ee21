package io.armature.reporting.api;

import java.util.Objects;

/** A call that failed; nothing was stored or changed. */
public final class ReportingException extends Exception {

    private static final long serialVersionUID = 1L;

    private final StatusCode code;

    /**
     * @param message one line: what is wrong and what to do
     */
    public ReportingException(StatusCode code, String message) {
        super(message);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** As {@link #ReportingException(StatusCode, String)}, with what caused it. */
    public ReportingException(StatusCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** {@link StatusCode#UNAVAILABLE}: the same call may succeed later. */
    public static ReportingException unavailable(String message) {
        return new ReportingException(StatusCode.UNAVAILABLE, message);
    }

    /**
     * Whether a failure is {@link StatusCode#UNAVAILABLE}: a spool that says so while it goes has
     * stored and changed nothing, so the call may be made again at the next one.
     */
    public static boolean isUnavailable(Throwable failure) {
        return failure instanceof ReportingException refused
                && refused.code() == StatusCode.UNAVAILABLE;
    }

    /** What kind of failure; says whether the same call may succeed later. */
    public StatusCode code() {
        return code;
    }

    /** {@code CODE:message}, as the original prints it. */
    @Override
    public String toString() {
        return code + ":" + getMessage();
    }
}
