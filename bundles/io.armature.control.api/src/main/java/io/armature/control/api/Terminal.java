package io.armature.control.api;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The caller's end of a command. Streams are UTF-8; writing to a caller who has gone fails
 * silently, see {@link #gone()}.
 */
@ProviderType
public interface Terminal {

    /**
     * The caller's standard input; read only by commands that take it. Reading fails once the
     * caller has gone without ending it.
     */
    InputStream in();

    /** The caller's standard output. */
    PrintStream out();

    /** The caller's standard error. */
    PrintStream err();

    /** The caller's working directory: relative paths in arguments are resolved against it. */
    Path directory();

    /**
     * A variable of the caller's environment; only names that start with {@code ARMATURE_} are
     * passed on.
     */
    Optional<String> environment(String name);

    /** The user who calls, as the kernel names it. */
    String user();

    /** Columns of the caller's terminal; 0 if unknown. */
    default int width() {
        return 0;
    }

    /** True once the caller has gone; a command that follows something ends then. */
    boolean gone();

    /**
     * Runs an action once when the caller has gone, at once if that has happened. Actions run in
     * the order given, on a thread of the provider's or the one that calls this too late; one that
     * fails keeps no other from running.
     */
    void onGone(Runnable action);
}
