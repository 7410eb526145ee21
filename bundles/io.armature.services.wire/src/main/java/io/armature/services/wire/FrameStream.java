package io.armature.services.wire;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Frames in both directions over one descriptor. Any thread may send: what has no room in the
 * kernel waits here, within a limit. The handler runs on the event loop's thread.
 */
public final class FrameStream implements AutoCloseable {

    private static final int READS_A_TURN = 16;

    private final EventLoop loop;
    private final Descriptor descriptor;
    private final Handler handler;
    private final FrameReader reader;
    private final int limit;

    // Guarded by this.
    private final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>(1);
    private int outgoingBytes;
    private EventLoop.Registration registration;
    private boolean reading;
    private int interested = EventLoop.READ;
    private boolean refused;
    private boolean closing;
    private boolean closed;
    private long ownCode = -1;
    private String ownText = "";

    private record Outgoing(byte[] bytes, int from, Optional<Descriptor> passed) {}

    /** Takes what comes; on the event loop's thread. */
    public interface Handler {

        /**
         * A message.
         *
         * @param descriptor came along; belongs to the handler
         * @throws FrameException ends the stream with code 1 and the exception's message
         */
        void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException;

        /** Room to send after {@link FrameStream#send} has refused. */
        void writable();

        /**
         * The stream has ended; told once, also after this side's own {@link FrameStream#close}.
         *
         * @param code 0 to 2^32 - 1
         */
        void closed(long code, String text);
    }

    /**
     * Begins to read at once.
     *
     * @param descriptor belongs to this from now on
     * @param limit bytes that may wait to be sent; one frame always may
     */
    public FrameStream(EventLoop loop, Descriptor descriptor, int limit, Handler handler)
            throws IOException {
        this.loop = loop;
        this.descriptor = descriptor;
        this.limit = limit;
        this.handler = handler;
        this.reader = new FrameReader(new Incoming());
        synchronized (this) {
            reading = true;
            registration = loop.register(descriptor, EventLoop.READ, this::ready);
        }
    }

    private final class Incoming implements FrameReader.Sink {
        @Override
        public void message(byte[] message, Optional<Descriptor> passed) throws FrameException {
            handler.message(message, passed);
        }

        @Override
        public void closed(long code, String text) {
            end(code, text);
        }
    }

    /**
     * Sends a message.
     *
     * @param passed goes along; belongs to this and is closed here once sent, or if refused because
     *     the stream is closed
     * @return false if nothing was sent: the stream is closed, or too much waits
     */
    public boolean send(byte[] message, Optional<Descriptor> passed) {
        return write(FrameReader.message(message), passed, false);
    }

    private boolean write(byte[] frame, Optional<Descriptor> passed, boolean last) {
        boolean broken = false;
        synchronized (this) {
            if (closed || closing) {
                passed.ifPresent(Descriptor::close);
                return false;
            }
            if (!last && outgoingBytes > 0 && outgoingBytes + frame.length > limit) {
                refused = true;
                return false;
            }
            closing = last;
            outgoing.add(new Outgoing(frame, 0, passed));
            outgoingBytes += frame.length;
            if (outgoing.size() == 1) {
                broken = !flush();
            }
        }
        if (broken) {
            loop.execute(() -> end(0, ""));
        }
        return !broken;
    }

    /** Sends what has room; false if the stream broke. */
    private synchronized boolean flush() {
        try {
            while (!outgoing.isEmpty()) {
                Outgoing first = outgoing.peek();
                int length = first.bytes.length - first.from;
                int sent = descriptor.send(first.bytes, first.from, length, first.passed);
                if (sent > 0) {
                    first.passed.ifPresent(Descriptor::close);
                }
                if (sent < length) {
                    if (sent > 0) {
                        outgoing.poll();
                        outgoing.addFirst(
                                new Outgoing(first.bytes, first.from + sent, Optional.empty()));
                        outgoingBytes -= sent;
                        continue;
                    }
                    interest();
                    return true;
                }
                outgoing.poll();
                outgoingBytes -= length;
            }
            interest();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized void interest() throws IOException {
        if (registration != null) {
            int wanted =
                    (reading ? EventLoop.READ : 0) | (outgoing.isEmpty() ? 0 : EventLoop.WRITE);
            if (wanted != interested) {
                interested = wanted;
                registration.interest(wanted);
            }
        }
    }

    /** Stops or resumes reading: what comes meanwhile waits in the kernel. */
    public synchronized void reading(boolean wanted) {
        reading = wanted;
        try {
            interest();
        } catch (IOException e) {
            loop.execute(() -> end(0, ""));
        }
    }

    private void ready(int events) {
        if ((events & EventLoop.WRITE) != 0) {
            afterWrite(flush());
        }
        if ((events & EventLoop.READ) != 0) {
            read();
        }
    }

    private void afterWrite(boolean whole) {
        boolean room;
        boolean done;
        synchronized (this) {
            done = closing && outgoing.isEmpty();
            room = refused && outgoingBytes <= limit / 2;
            refused = refused && !room;
        }
        if (!whole) {
            end(0, "");
        } else if (done) {
            end(0, "");
        } else if (room) {
            handler.writable();
        }
    }

    private void read() {
        try {
            for (int i = 0; i < READS_A_TURN && isReading() && descriptor.receive(reader); i++) {
                // until nothing is left, or it is the others' turn
            }
        } catch (FrameException e) {
            refuse(e.getMessage());
        } catch (IOException e) {
            end(0, "");
        }
    }

    private synchronized boolean isReading() {
        return reading && !closed;
    }

    private void refuse(String text) {
        write(FrameReader.close(1, text), Optional.empty(), true);
        end(1, text);
    }

    /**
     * Closes this side: what waits and the reason are still sent, unless the peer never reads,
     * which ends with the descriptor of this process.
     *
     * @param code 0 to 2^32 - 1; 0 without text sends no close frame
     */
    public void close(long code, String text) {
        if (code != 0 || !text.isEmpty()) {
            write(FrameReader.close(code, text), Optional.empty(), true);
        }
        boolean empty;
        synchronized (this) {
            if (ownCode < 0) {
                ownCode = code;
                ownText = text;
            }
            closing = true;
            reading = false;
            empty = outgoing.isEmpty();
        }
        if (empty) {
            loop.execute(() -> end(code, text));
        }
    }

    @Override
    public void close() {
        close(0, "");
    }

    /** Bytes that wait to be sent. */
    public synchronized int waiting() {
        return outgoingBytes;
    }

    private void end(long code, String text) {
        long toldCode;
        String toldText;
        synchronized (this) {
            if (closed) {
                return;
            }
            toldCode = ownCode < 0 ? code : ownCode;
            toldText = ownCode < 0 ? text : ownText;
            closed = true;
            registration.cancel();
            descriptor.close();
            outgoing.forEach(frame -> frame.passed.ifPresent(Descriptor::close));
            outgoing.clear();
            outgoingBytes = 0;
        }
        reader.end();
        handler.closed(toldCode, toldText);
    }
}
