package io.armature.control.api;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * This process's own streams, for a command that needs no device. Its owner flushes {@link #out}.
 */
public final class ProcessTerminal implements Terminal {

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    @Override
    public InputStream in() {
        return System.in;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    @Override
    public Path directory() {
        return Path.of(System.getProperty("user.dir"));
    }

    @Override
    public Optional<String> environment(String name) {
        return name.startsWith("ARMATURE_")
                ? Optional.ofNullable(System.getenv(name))
                : Optional.empty();
    }

    @Override
    public String user() {
        return System.getProperty("user.name");
    }

    /** Whoever ends this process ends the command too. */
    @Override
    public boolean gone() {
        return false;
    }

    @Override
    public void onGone(Runnable action) {
        // Never: see gone().
    }
}
