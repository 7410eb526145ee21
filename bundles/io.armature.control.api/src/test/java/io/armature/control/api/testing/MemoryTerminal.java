package io.armature.control.api.testing;

import io.armature.control.api.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A caller in memory, who goes when the test says so. */
public final class MemoryTerminal implements Terminal {

    private final Screen out = new Screen();
    private final Screen err = new Screen();
    private final PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    private final Keyboard in = new Keyboard();
    private final Path directory;
    private final Map<String, String> environment;
    private final List<Runnable> actions = new ArrayList<>();
    private boolean gone;

    /** A caller at the root of the file system who types that and ends the input. */
    public MemoryTerminal(String input) {
        this(input, Path.of("/"));
    }

    /** The same in another directory. */
    public MemoryTerminal(String input, Path directory) {
        this(directory, Map.of());
        type(input);
        endInput();
    }

    /**
     * A caller who has typed nothing yet.
     *
     * @param environment variables whose names start with {@code ARMATURE_}
     */
    public MemoryTerminal(Path directory, Map<String, String> environment) {
        this.directory = directory.toAbsolutePath();
        this.environment = Map.copyOf(environment);
    }

    /** The caller types. */
    public void type(String text) {
        in.type(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The caller types nothing more. */
    public void endInput() {
        in.end();
    }

    /** What came to standard output; nothing that was written after the caller had gone. */
    public String printed() {
        outStream.flush();
        return out.text();
    }

    /** What came to standard error. */
    public String complained() {
        errStream.flush();
        return err.text();
    }

    /** Waits until there are so many lines on standard output, a minute at most. */
    public void awaitLines(int count) throws InterruptedException {
        out.awaitLines(count);
    }

    /** The caller goes. */
    public void go() {
        List<Runnable> due;
        synchronized (this) {
            gone = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        out.leave();
        err.leave();
        in.leave();
        for (Runnable action : due) {
            try {
                action.run();
            } catch (RuntimeException e) {
                continue; // the others run all the same
            }
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public PrintStream out() {
        return outStream;
    }

    @Override
    public PrintStream err() {
        return errStream;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(Objects.requireNonNull(name, "name")));
    }

    @Override
    public String user() {
        return "tester";
    }

    @Override
    public synchronized boolean gone() {
        return gone;
    }

    @Override
    public void onGone(Runnable action) {
        Objects.requireNonNull(action, "action");
        synchronized (this) {
            if (!gone) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    /** Bytes as they come, to be waited for. */
    private static final class Screen extends OutputStream {

        private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean left;

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] source, int offset, int length) {
            if (!left) {
                bytes.write(source, offset, length);
                notifyAll();
            }
        }

        synchronized void leave() {
            left = true;
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        synchronized void awaitLines(int count) throws InterruptedException {
            long deadline = System.nanoTime() + WAIT_NANOS;
            while (text().lines().count() < count) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(count + " lines expected, came:\n" + text());
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }

    /** Bytes as the caller types them. */
    private static final class Keyboard extends InputStream {

        private final Deque<Byte> typed = new ArrayDeque<>();
        private boolean ended;
        private boolean left;

        synchronized void type(byte[] bytes) {
            for (byte one : bytes) {
                typed.add(one);
            }
            notifyAll();
        }

        synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized void leave() {
            left = true;
            notifyAll();
        }

        /** One byte and what else is there: who reads lines must not wait for a full buffer. */
        @Override
        public synchronized int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int first = read();
            if (first < 0) {
                return -1;
            }
            target[offset] = (byte) first;
            int count = 1;
            while (count < length && !typed.isEmpty()) {
                target[offset + count++] = typed.remove();
            }
            return count;
        }

        @Override
        public synchronized int read() throws IOException {
            try {
                while (typed.isEmpty() && !ended && !left) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the caller");
            }
            if (!typed.isEmpty()) {
                return typed.remove() & 0xFF;
            }
            if (!ended) {
                throw new IOException("the caller has gone");
            }
            return -1;
        }
    }
}
