package io.armature.reporting.command;

import io.armature.control.api.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A caller in memory. */
final class FakeTerminal implements Terminal {

    private final InputStream in;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

    FakeTerminal(String input) {
        this(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    }

    FakeTerminal(InputStream in) {
        this.in = in;
    }

    String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return out;
    }

    @Override
    public Path directory() {
        return Path.of("/");
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.empty();
    }

    @Override
    public String user() {
        return "tester";
    }

    @Override
    public boolean gone() {
        return false;
    }

    @Override
    public void onGone(Runnable action) {
        // Never goes.
    }
}
