package io.armature.services.policy;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Something about a policy file that its author should know.
 *
 * @param file path of the file or directory, printable
 * @param line first is 1; 0 if it is about the file as a whole
 * @param column character of the line, first is 1; 0 if it is about the file as a whole
 * @param reason one sentence without full stop, printable
 * @param service the service that two files want different owners for, for a conflict only
 */
public record Finding(
        Severity severity,
        String file,
        int line,
        int column,
        String reason,
        Optional<String> service) {

    /** What a finding means for the file that it is about. */
    public enum Severity {
        /** No rule of the file takes effect. */
        ERROR,
        /** A rule names a second owner of a service; that rule alone takes no effect. */
        CONFLICT,
        /** Everything takes effect. */
        WARNING
    }

    /** Rejects what is missing. */
    public Finding {
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(service, "service");
    }

    static Finding error(String file, int line, int column, String reason) {
        return new Finding(Severity.ERROR, file, line, column, reason, Optional.empty());
    }

    static Finding warning(String file, int line, int column, String reason) {
        return new Finding(Severity.WARNING, file, line, column, reason, Optional.empty());
    }

    static Finding conflict(Grant second, Rule kept) {
        String reason =
                "second owner "
                        + second.rule().subject()
                        + " of "
                        + second.service()
                        + "; it stays with "
                        + kept;
        return new Finding(
                Severity.CONFLICT,
                second.rule().file(),
                second.rule().line(),
                second.column(),
                reason,
                Optional.of(second.service()));
    }

    /** {@code file:line:column: severity: reason}, as compilers write it. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + severity.name().toLowerCase(Locale.ROOT) + ": " + reason;
    }
}
