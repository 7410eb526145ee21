package io.armature.control.server;

import io.armature.control.api.Terminal;
import io.armature.control.wire.Frame;
import io.armature.control.wire.FrameType;
import io.armature.control.wire.Request;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The terminal of a client of the control socket. */
public final class SocketTerminal implements Terminal {

    private static final int BUFFER_BYTES = 8192;

    private final Request request;
    private final String user;
    private final ConnectionInput in;
    private final PrintStream out;
    private final PrintStream err;
    private final List<Runnable> actions = new ArrayList<>();
    private boolean gone;
    private List<String> continuation;

    SocketTerminal(Request request, String user, ConnectionInput in, ConnectionOutput output) {
        this.request = request;
        this.user = user;
        this.in = in;
        this.out = printing(output, FrameType.STDOUT);
        this.err = printing(output, FrameType.STDERR);
    }

    private static PrintStream printing(ConnectionOutput output, FrameType type) {
        return new PrintStream(
                new BufferedOutputStream(new FrameStream(output, type), BUFFER_BYTES),
                true,
                StandardCharsets.UTF_8);
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
        return err;
    }

    @Override
    public Path directory() {
        return Path.of(request.directory());
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(request.environment().get(name));
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public int width() {
        return request.columns();
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

    /**
     * Has the client ask once more, with these arguments, on a new connection: for a command that
     * replaces the server it speaks to.
     */
    public synchronized void continueWith(List<String> arguments) {
        continuation = List.copyOf(arguments);
    }

    /** What {@link #continueWith} was told. */
    public synchronized Optional<Request> continuation() {
        return Optional.ofNullable(continuation).map(request::with);
    }

    /** Marks the caller as gone and returns what is to be run about it. */
    synchronized List<Runnable> goneNow() {
        gone = true;
        in.gone();
        List<Runnable> due = List.copyOf(actions);
        actions.clear();
        return due;
    }

    /** One of the two output streams, cut into frames. */
    private static final class FrameStream extends OutputStream {

        private final ConnectionOutput output;
        private final FrameType type;

        FrameStream(ConnectionOutput output, FrameType type) {
            this.output = output;
            this.type = type;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            for (int done = 0; done < length; ) {
                int count = Math.min(FrameType.CHUNK_BYTES, length - done);
                output.send(Frame.encode(type, bytes, offset + done, count));
                done += count;
            }
        }
    }
}
