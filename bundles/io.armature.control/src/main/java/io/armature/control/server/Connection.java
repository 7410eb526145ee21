package io.armature.control.server;

import io.armature.control.wire.DamagedFrameException;
import io.armature.control.wire.Frame;
import io.armature.control.wire.FrameReader;
import io.armature.control.wire.FrameType;
import io.armature.control.wire.Refusal;
import io.armature.control.wire.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client and its command. The socket's thread reads and drains; the command's thread writes and
 * ends. It is over when the channel is closed and the command has returned.
 */
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** Where a connection is. */
    enum State {
        READING_REQUEST,
        RUNNING,
        ENDING,
        CLOSED
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final String user;
    private final long openedNanos = System.nanoTime();
    private final FrameReader reader = new FrameReader();
    private final ConnectionOutput output;
    private final ConnectionInput input;
    private State state = State.READING_REQUEST;
    private boolean started;
    private volatile SocketTerminal terminal;
    private Thread worker;
    private long goneNanos;

    Connection(SocketChannel channel, Selector selector, String user) throws IOException {
        this.channel = channel;
        this.user = user;
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
        this.output =
                new ConnectionOutput(
                        channel,
                        () -> {
                            wantWriting(true);
                            selector.wakeup();
                        });
        this.input = new ConnectionInput(output);
    }

    /** Reads what is there; returns the request if it is complete with these bytes. */
    Optional<Request> readable(ByteBuffer buffer) {
        try {
            buffer.clear();
            if (channel.read(buffer) < 0) {
                gone();
                return Optional.empty();
            }
            buffer.flip();
            Optional<Request> request = Optional.empty();
            for (Optional<Frame> frame = reader.next(buffer);
                    frame.isPresent();
                    frame = reader.next(buffer)) {
                Optional<Request> found = take(frame.get());
                request = found.isPresent() ? found : request;
            }
            return request;
        } catch (DamagedFrameException e) {
            refuse(Refusal.DAMAGED, e.getMessage());
        } catch (IOException e) {
            gone();
        }
        return Optional.empty();
    }

    private Optional<Request> take(Frame frame) throws DamagedFrameException {
        boolean first = state() == State.READING_REQUEST && terminal == null;
        switch (frame.type()) {
            case REQUEST:
                if (!first) {
                    throw new DamagedFrameException("a second request");
                }
                Request request = Request.decode(frame.payload());
                terminal = new SocketTerminal(request, user, input, output);
                return Optional.of(request);
            case STDIN:
                if (first) {
                    throw new DamagedFrameException("standard input before the request");
                }
                input.offer(frame.payload());
                return Optional.empty();
            default:
                if (first) {
                    throw new DamagedFrameException("the first frame is no request");
                }
                input.end();
                return Optional.empty();
        }
    }

    /** Writes what waits. */
    void writable() {
        if (output.drain()) {
            wantWriting(false);
            if (!output.drained()) {
                wantWriting(true); // more came in between
            }
            closeIfEnded();
        }
    }

    private void wantWriting(boolean wanted) {
        try {
            if (wanted) {
                key.interestOpsOr(SelectionKey.OP_WRITE);
            } else {
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        } catch (CancelledKeyException e) {
            LOG.trace("closed in the meantime", e);
        }
    }

    /** The command begins on this thread of its own. */
    synchronized SocketTerminal running(Thread thread) {
        if (state == State.READING_REQUEST) {
            state = State.RUNNING;
        }
        worker = thread;
        return terminal;
    }

    /** From here on the command may have effects. */
    void started() {
        synchronized (this) {
            started = true;
        }
        output.offer(Frame.empty(FrameType.STARTED));
    }

    /** The command has returned. */
    void ended(ByteBuffer last) {
        terminal.out().flush();
        terminal.err().flush();
        synchronized (this) {
            worker = null;
            if (state != State.RUNNING) {
                return;
            }
            state = State.ENDING;
        }
        output.offerLast(last);
        closeIfEnded();
    }

    /** Ends a connection that has no command, or whose command was only waiting. */
    void refuse(Refusal refusal, String line) {
        synchronized (this) {
            if (state == State.CLOSED || state == State.ENDING) {
                return;
            }
            if (state == State.RUNNING && started) {
                LOG.debug("client dropped user={} reason={}", user, line);
                gone();
                return;
            }
            state = State.ENDING;
        }
        output.offerLast(Frame.refusal(refusal, line));
        closeIfEnded();
    }

    /** Ends a running command's connection with a line and a code; the command is told. */
    void cut(Farewell farewell) {
        synchronized (this) {
            if (state != State.RUNNING) {
                return;
            }
            state = State.ENDING;
        }
        byte[] text = (farewell.line() + "\n").getBytes(StandardCharsets.UTF_8);
        output.offer(Frame.encode(FrameType.STDERR, text, 0, text.length));
        output.offerLast(Frame.exit(farewell.code().code()));
        tellCommand();
    }

    /** The client has closed, or is dropped: the command is told and may end in peace. */
    void gone() {
        close();
        tellCommand();
    }

    private void tellCommand() {
        SocketTerminal told = terminal;
        if (told == null) {
            return;
        }
        synchronized (this) {
            if (goneNanos == 0) {
                goneNanos = System.nanoTime();
            }
        }
        List<Runnable> due = told.goneNow();
        if (!due.isEmpty()) {
            // The command's own code: it must not hold up the thread of all the others.
            Thread thread = new Thread(() -> due.forEach(Connection::runQuietly), "control-gone");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void runQuietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("command failed when told that its caller has gone", e);
        }
    }

    /** Interrupts a command that goes on too long for a client that has gone. */
    synchronized void interruptAfter(long graceNanos) {
        if (worker != null && goneNanos != 0 && System.nanoTime() - goneNanos > graceNanos) {
            worker.interrupt();
            goneNanos = System.nanoTime();
        }
    }

    private void closeIfEnded() {
        synchronized (this) {
            if (state != State.ENDING || !output.drained()) {
                return;
            }
        }
        close();
    }

    void close() {
        synchronized (this) {
            state = State.CLOSED;
        }
        output.close();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("close failed", e);
        }
        key.selector().wakeup(); // a closed channel lets go of its descriptor at the next round
    }

    synchronized State state() {
        return state;
    }

    /** True when nothing of it is left. */
    synchronized boolean over() {
        return state == State.CLOSED && worker == null;
    }

    /** True while a command goes on for a client that has gone. */
    synchronized boolean lingers() {
        return state == State.CLOSED && worker != null;
    }

    synchronized Optional<Thread> worker() {
        return Optional.ofNullable(worker);
    }

    /** True while its request is not complete. */
    boolean silent() {
        return terminal == null && state() == State.READING_REQUEST;
    }

    long ageNanos() {
        return System.nanoTime() - openedNanos;
    }

    long stalledNanos() {
        return output.stalledNanos();
    }
}
