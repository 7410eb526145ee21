package io.armature.control.bundles;

import io.armature.control.api.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps what is printed; its caller never goes. */
final class PrintedTerminal implements Terminal {

    private final Path directory;
    private final byte[] input;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    PrintedTerminal(Path directory) {
        this(directory, new byte[0]);
    }

    PrintedTerminal(Path directory, byte[] input) {
        this.directory = directory;
        this.input = input.clone();
    }

    String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public InputStream in() {
        return new ByteArrayInputStream(input);
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
        return directory;
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
