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
    private boolean refused;
    private boolean broken; // nothing can be sent any more, there may be something to read
    private boolean closing;
    private boolean leaving; // closing is for the peer to do
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
         * @throws FrameException ends the stream with code 1 and the exception's message; the
         *     descriptor is closed
         */
        void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException;

        /** Part of a frame has come, and nothing more for now. */
        default void partial() {}

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
     * Begins to read at once: the handler may be called before this has returned.
     *
     * @param descriptor belongs to this from now on
     * @param limit bytes that may wait to be sent; one frame always may
     */
    public FrameStream(EventLoop loop, Descriptor descriptor, int limit, Handler handler)
            throws IOException {
        this(loop, descriptor, limit, handler, true);
    }

    /**
     * As the other, reading or not: see {@link #reading}.
     *
     * @throws IOException the descriptor is closed
     */
    public FrameStream(
            EventLoop loop, Descriptor descriptor, int limit, Handler handler, boolean reading)
            throws IOException {
        this.loop = loop;
        this.descriptor = descriptor;
        this.limit = limit;
        this.handler = handler;
        this.reader = new FrameReader(new Incoming());
        this.reading = reading;
        int events = reading ? EventLoop.READ : 0;
        synchronized (this) {
            try {
                registration = loop.register(descriptor, events, this::ready);
            } catch (IOException e) {
                descriptor.close();
                throw e;
            }
        }
    }

    private final class Incoming implements FrameReader.Sink {
        @Override
        public void message(byte[] message, Optional<Descriptor> passed) throws FrameException {
            if (isClosing()) {
                passed.ifPresent(Descriptor::close); // who closes wants nothing more
            } else {
                handler.message(message, passed);
            }
        }

        @Override
        public void closed(long code, String text) {
            end(code, text);
        }
    }

    /**
     * Sends a message.
     *
     * @param passed goes along; belongs to this and is closed here once sent. Where this returns
     *     false it is the caller's, who may close it, though it may have been closed here
     * @return false if nothing was sent: the stream is closed, or too much waits
     */
    public synchronized boolean send(byte[] message, Optional<Descriptor> passed) {
        if (closed || closing || broken) {
            passed.ifPresent(Descriptor::close);
            return false;
        }
        byte[] frame = FrameReader.message(message);
        if (outgoingBytes > 0 && outgoingBytes + frame.length > limit) {
            refused = true;
            return false;
        }
        write(frame, passed);
        return !broken;
    }

    private synchronized void write(byte[] frame, Optional<Descriptor> passed) {
        outgoing.add(new Outgoing(frame, 0, passed));
        outgoingBytes += frame.length;
        if (outgoing.size() == 1) {
            flush();
        }
    }

    /** Sends what has room. */
    private synchronized void flush() {
        try {
            while (!outgoing.isEmpty() && flushFirst()) {
                // until nothing is left or there is no room
            }
        } catch (IOException e) {
            broken = true;
            forget(0);
            loop.execute(this::afterWrite);
        }
        interest();
    }

    private boolean flushFirst() throws IOException {
        Outgoing first = outgoing.peek();
        int length = first.bytes.length - first.from;
        int sent = descriptor.send(first.bytes, first.from, length, first.passed);
        if (sent > 0) {
            first.passed.ifPresent(Descriptor::close);
            outgoing.poll();
            outgoingBytes -= sent;
            if (sent < length) {
                outgoing.addFirst(new Outgoing(first.bytes, first.from + sent, Optional.empty()));
            }
        }
        return sent > 0;
    }

    /** Forgets what waits but for so many frames. */
    private synchronized void forget(int kept) {
        while (outgoing.size() > kept) {
            Outgoing last = outgoing.pollLast();
            last.passed.ifPresent(Descriptor::close);
            outgoingBytes -= last.bytes.length - last.from;
        }
    }

    private synchronized void interest() {
        int wanted = (reading ? EventLoop.READ : 0) | (outgoing.isEmpty() ? 0 : EventLoop.WRITE);
        try {
            registration.interest(wanted);
        } catch (IOException e) {
            loop.execute(() -> end(0, ""));
        }
    }

    /**
     * Stops or resumes reading: what comes meanwhile waits in the kernel, the end as well. The
     * handler may be called once more if it is not the one that calls this.
     */
    public synchronized void reading(boolean wanted) {
        if (!closing && !closed) {
            reading = wanted;
            interest();
        }
    }

    private void ready(int events) {
        boolean hungUp = (events & EventLoop.READ) != 0 && !isReading();
        if ((events & EventLoop.WRITE) != 0 || hungUp) {
            flush();
            afterWrite();
        }
        if ((events & EventLoop.READ) != 0) {
            read();
        }
    }

    private void afterWrite() {
        boolean room;
        boolean done;
        synchronized (this) {
            done = closing && !leaving && outgoing.isEmpty();
            room = refused && outgoingBytes <= limit / 2;
            refused = refused && !room;
        }
        if (done) {
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
            if (reader.inFrame() && isReading()) {
                handler.partial();
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

    private synchronized boolean isClosing() {
        return closing || closed;
    }

    private void refuse(String text) {
        finish(1, text, false);
        end(1, text);
    }

    /**
     * Closes this side: what waits and the reason are still sent, unless the peer never reads,
     * which ends with the descriptor of this process.
     *
     * @param code 0 to 2^32 - 1; 0 without text sends no close frame
     */
    public void close(long code, String text) {
        finish(code, text, false);
    }

    /**
     * Closes this side at the cost of what waits: of that, only a frame that has begun and the
     * reason are sent when the peer reads. Without effect once this side is closed.
     *
     * @param code as in {@link #close(long, String)}
     */
    public void abandon(long code, String text) {
        finish(code, text, true);
    }

    /**
     * Tells the peer that this side wants nothing more, and leaves the closing to it: the end is
     * told when the peer has seen this and all that was sent before. What comes meanwhile is
     * dropped.
     */
    public synchronized void leave() {
        if (closing || closed) {
            return;
        }
        ownCode = 0;
        closing = true;
        leaving = true;
        reading = true;
        if (!broken) {
            write(FrameReader.close(0, ""), Optional.empty());
        }
        interest();
    }

    /** Closes this side at once, without a reason; what waits is lost. */
    public void drop() {
        finish(0, "", true);
        loop.execute(() -> end(0, ""));
    }

    private synchronized void finish(long code, String text, boolean abandoning) {
        if (closing || closed) {
            return;
        }
        if (abandoning && !outgoing.isEmpty()) {
            forget(outgoing.peek().from > 0 ? 1 : 0);
        }
        ownCode = code;
        ownText = text;
        closing = true;
        reading = false;
        if (!broken && (code != 0 || !text.isEmpty())) {
            write(FrameReader.close(code, text), Optional.empty());
        }
        interest();
        if (outgoing.isEmpty()) {
            loop.execute(() -> end(code, text));
        }
    }

    @Override
    public void close() {
        close(0, "");
    }

    /** Whether it has not begun to close, and the other end takes what is sent. */
    public synchronized boolean isOpen() {
        return !closed && !closing && !broken;
    }

    /**
     * Whether half the limit is free, or nothing can be sent any more; if not, the handler is told
     * when it is.
     */
    public synchronized boolean hasRoom() {
        boolean room = !isOpen() || outgoingBytes <= limit / 2;
        refused |= !room;
        return room;
    }

    /** Bytes that wait to be sent. */
    public synchronized int waiting() {
        return outgoingBytes;
    }

    /** Descriptors that wait to be sent. */
    public synchronized int waitingDescriptors() {
        return (int) outgoing.stream().filter(frame -> frame.passed.isPresent()).count();
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
            forget(0);
        }
        reader.end();
        handler.closed(toldCode, toldText);
    }
}
