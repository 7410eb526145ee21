package io.armature.platform.api;

import java.util.Objects;

/**
 * Something an operator should know: what is degraded and what to do about it.
 *
 * @param source the part that reports it, for example {@code reporting}
 * @param subject what is affected, for example a queue or a file with its key
 * @param reason one line: what is wrong and what to do
 */
public record Fault(String source, String subject, String reason) {

    public Fault {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(reason, "reason");
    }
}
