package io.armature.dbus.wire.link;

import io.armature.dbus.wire.BusAddress;
import io.armature.dbus.wire.Decoder;
import io.armature.dbus.wire.Encoder;
import io.armature.dbus.wire.Greeting;
import io.armature.dbus.wire.MalformedException;
import io.armature.dbus.wire.Message;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** The bytes of one connection. On the loop's thread only; nothing blocks. */
final class BusSocket {

    /** Told of what happens. */
    interface Events extends Decoder.Sink {

        /** Nothing comes or goes any more; told once. */
        void closed(String reason);

        /** All that was sent has left. */
        void drained();
    }

    private static final int CHUNK_BYTES = 64 << 10;

    private final Loop loop;
    private final Events events;
    private final SocketChannel channel;
    private final Greeting greeting = new Greeting();
    private final Decoder decoder;
    private final ByteBuffer in = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(CHUNK_BYTES).flip();
    private final Deque<ByteBuffer> queue = new ArrayDeque<>();
    private long queuedBytes;
    private SelectionKey key;
    private boolean greeted;
    private boolean closed;

    /**
     * Connects.
     *
     * @throws IOException if nobody listens there
     */
    BusSocket(Loop loop, BusAddress address, int limit, Events events) throws IOException {
        this.loop = loop;
        this.events = events;
        this.decoder = new Decoder(limit);
        this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(address.path()));
            loop.attach(this);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        add(Greeting.words());
    }

    void register(Selector selector) throws IOException {
        key = channel.register(selector, channel.isConnected() ? SelectionKey.OP_READ : 0);
        if (!channel.isConnected()) {
            key.interestOps(SelectionKey.OP_CONNECT);
        }
    }

    /** Queues a message; it leaves at the end of the loop's turn. */
    void send(Message message, int serial) {
        if (!closed) {
            add(Encoder.head(message, serial));
            add(message.body());
        }
    }

    /** Bytes that have not left. */
    long queuedBytes() {
        return queuedBytes;
    }

    private void add(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            queue.add(bytes);
            queuedBytes += bytes.remaining();
        }
    }

    /** Sends what the kernel takes. */
    void flush() {
        if (closed || !channel.isConnected()) {
            return;
        }
        boolean wrote = false;
        try {
            while (fill()) {
                int step = channel.write(out);
                wrote |= step > 0;
                queuedBytes -= step;
                if (out.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
            }
            key.interestOps(SelectionKey.OP_READ);
        } catch (IOException e) {
            close(reason(e));
            return;
        }
        if (wrote) {
            events.drained();
        }
    }

    /** Copies through one buffer: the JDK would keep one of the largest message's size. */
    private boolean fill() {
        if (!out.hasRemaining()) {
            out.clear();
            while (out.hasRemaining() && !queue.isEmpty()) {
                ByteBuffer first = queue.peek();
                int step = Math.min(out.remaining(), first.remaining());
                out.put(first.slice(first.position(), step));
                first.position(first.position() + step);
                if (!first.hasRemaining()) {
                    queue.remove();
                }
            }
            out.flip();
        }
        return out.hasRemaining();
    }

    /** Takes what has come. */
    void ready() {
        try {
            if (!channel.isConnected()) {
                channel.finishConnect();
                return;
            }
            in.clear();
            int count = channel.read(in);
            if (count < 0) {
                close("the bus has closed the connection");
                return;
            }
            in.flip();
            if (!greeted) {
                greeted = greeting.accepted(in);
            }
            if (greeted) {
                decoder.feed(in, events);
            }
        } catch (IOException e) {
            close(reason(e));
        } catch (MalformedException e) {
            close(e.getMessage());
        }
    }

    private static String reason(IOException failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** Repeating it is harmless. */
    void close(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        queue.clear();
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to save.
        }
        loop.detach();
        events.closed(reason);
    }
}
