package io.armature.services.wire;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * An open {@code AF_UNIX} stream socket of this process. Never blocks. Any thread may call any
 * method; the number is never used after {@link #close()}, so it cannot hit a descriptor that got
 * the same number since.
 */
public final class Descriptor implements AutoCloseable {

    private static final int LABEL_LIMIT = 255; // NAME_MAX, as the original
    private static final int PATH_LIMIT = 107; // sun_path less its terminator

    // Guarded by this; -1 once closed.
    private int number;

    private Descriptor(int number) {
        this.number = number;
    }

    /** Takes a number over that came with a message. */
    static Descriptor of(int number) {
        return new Descriptor(number);
    }

    /**
     * Binds and listens, {@code SOMAXCONN} waiting connections.
     *
     * @param path at most 107 bytes, not there yet; relative to the working directory if not
     *     absolute
     */
    public static Descriptor listening(Path path) throws IOException {
        byte[] address = address(path);
        Descriptor made = create();
        try {
            check(LinuxCalls.bind(made.number, address, address.length), "bind " + path);
            check(LinuxCalls.listen(made.number, 4096), "listen " + path);
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    /**
     * Connects at once or fails: also where the listener's backlog is full.
     *
     * @param path at most 107 bytes
     */
    public static Descriptor connected(Path path) throws IOException {
        byte[] address = address(path);
        Descriptor made = create();
        try {
            check(LinuxCalls.connect(made.number, address, address.length), "connect " + path);
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    /** Two halves of a new connection. */
    public static Descriptor[] pair() throws IOException {
        int[] pair = new int[2];
        int type = LinuxCalls.SOCK_STREAM | LinuxCalls.SOCK_CLOEXEC | LinuxCalls.SOCK_NONBLOCK;
        check(LinuxCalls.socketpair(LinuxCalls.AF_UNIX, type, 0, pair), "socketpair");
        return new Descriptor[] {new Descriptor(pair[0]), new Descriptor(pair[1])};
    }

    private static Descriptor create() throws IOException {
        int type = LinuxCalls.SOCK_STREAM | LinuxCalls.SOCK_CLOEXEC | LinuxCalls.SOCK_NONBLOCK;
        return new Descriptor(check(LinuxCalls.socket(LinuxCalls.AF_UNIX, type, 0), "socket"));
    }

    private static byte[] address(Path path) throws IOException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > PATH_LIMIT) {
            throw new IOException(
                    "a socket's path has at most "
                            + PATH_LIMIT
                            + " bytes, this has "
                            + name.length
                            + ": "
                            + path);
        }
        byte[] address = new byte[2 + name.length + 1];
        ByteBuffer.wrap(address)
                .order(ByteOrder.nativeOrder())
                .putShort((short) LinuxCalls.AF_UNIX)
                .put(name);
        return address;
    }

    /** The next connection that waits, if one does. */
    public synchronized Optional<Descriptor> accept() throws IOException {
        int flags = LinuxCalls.SOCK_CLOEXEC | LinuxCalls.SOCK_NONBLOCK;
        while (true) {
            int accepted = LinuxCalls.accept4(open(), 0, 0, flags);
            if (accepted >= 0) {
                return Optional.of(new Descriptor(accepted));
            }
            int error = Native.getLastError();
            if (error == LinuxCalls.EAGAIN) {
                return Optional.empty();
            }
            if (error != LinuxCalls.EINTR && error != LinuxCalls.ECONNABORTED) {
                throw failure("accept", error);
            }
        }
    }

    /** Who connected. */
    public synchronized Credentials credentials() throws IOException {
        byte[] value = new byte[12];
        int[] length = {value.length};
        check(
                LinuxCalls.getsockopt(
                        open(), LinuxCalls.SOL_SOCKET, LinuxCalls.SO_PEERCRED, value, length),
                "SO_PEERCRED");
        ByteBuffer credentials = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return new Credentials(
                credentials.getInt(),
                Integer.toUnsignedLong(credentials.getInt()),
                Integer.toUnsignedLong(credentials.getInt()));
    }

    /**
     * The peer's security label ({@code SO_PEERSEC}); absent on a kernel without labels, or if it
     * is empty or longer than 255 bytes. A terminating zero that the kernel counts is left out.
     */
    public synchronized Optional<String> label() throws IOException {
        byte[] value = new byte[LABEL_LIMIT];
        int[] length = {value.length};
        int result =
                LinuxCalls.getsockopt(
                        open(), LinuxCalls.SOL_SOCKET, LinuxCalls.SO_PEERSEC, value, length);
        if (result < 0) {
            int error = Native.getLastError();
            if (error == LinuxCalls.ENOPROTOOPT || error == LinuxCalls.ERANGE) {
                return Optional.empty();
            }
            throw failure("SO_PEERSEC", error);
        }
        return labelOf(value, length[0]);
    }

    static Optional<String> labelOf(byte[] value, int length) {
        int end = length > 0 && value[length - 1] == 0 ? length - 1 : length;
        return end == 0
                ? Optional.empty()
                : Optional.of(new String(Arrays.copyOf(value, end), StandardCharsets.ISO_8859_1));
    }

    /** Whether it is half of a stream of {@code AF_UNIX}; what a peer passes may be anything. */
    public boolean isStream() {
        try {
            return option(LinuxCalls.SO_DOMAIN) == LinuxCalls.AF_UNIX
                    && option(LinuxCalls.SO_TYPE) == LinuxCalls.SOCK_STREAM
                    && option(LinuxCalls.SO_ACCEPTCONN) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized int option(int name) throws IOException {
        byte[] value = new byte[4];
        int[] length = {value.length};
        int result = LinuxCalls.getsockopt(open(), LinuxCalls.SOL_SOCKET, name, value, length);
        check(result, "getsockopt");
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }

    /**
     * Sends what fits now.
     *
     * @param passed goes along with the first byte; stays open here
     * @return bytes sent; 0 if there is no room now
     */
    public int send(byte[] bytes, int offset, int length, Optional<Descriptor> passed)
            throws IOException {
        Scratch scratch = Scratch.take();
        try {
            int limit = Math.min(length, Scratch.DATA_BYTES);
            if (passed.isPresent()) {
                synchronized (passed.get()) {
                    scratch.toSend(bytes, offset, limit, passed.get().open());
                    return send(scratch);
                }
            }
            scratch.toSend(bytes, offset, limit, -1);
            return send(scratch);
        } finally {
            scratch.giveBack();
        }
    }

    private synchronized int send(Scratch scratch) throws IOException {
        int flags = LinuxCalls.MSG_NOSIGNAL | LinuxCalls.MSG_DONTWAIT;
        while (true) {
            long sent = LinuxCalls.sendmsg(open(), scratch.message(), flags);
            if (sent >= 0) {
                return (int) sent;
            }
            int error = Native.getLastError();
            if (error == LinuxCalls.EAGAIN) {
                return 0;
            }
            if (error != LinuxCalls.EINTR) {
                throw failure("send", error);
            }
        }
    }

    /**
     * Receives what is there.
     *
     * @return whether more may be there; false is certain only until the next event
     */
    boolean receive(FrameReader reader) throws IOException {
        Scratch scratch = Scratch.take();
        try {
            scratch.toReceive(Scratch.DATA_BYTES);
            long got = receive(scratch, 0);
            if (got < 0) {
                return false;
            }
            if (got == 0) {
                reader.end();
                return false;
            }
            int[] numbers = scratch.descriptors();
            if (numbers.length > 1 || scratch.truncated()) {
                for (int number : numbers) {
                    LinuxCalls.close(number);
                }
                throw new FrameException("at most one descriptor may come with a frame");
            }
            Optional<Descriptor> passed =
                    numbers.length == 0 ? Optional.empty() : Optional.of(of(numbers[0]));
            reader.feed(scratch.data((int) got), passed);
            return got == Scratch.DATA_BYTES || passed.isPresent();
        } finally {
            scratch.giveBack();
        }
    }

    /** Whether the other end is closed and left nothing to read. */
    public boolean gone() {
        Scratch scratch = Scratch.take();
        try {
            scratch.toReceive(1);
            long got = receive(scratch, LinuxCalls.MSG_PEEK);
            if (got > 0) {
                for (int number : scratch.descriptors()) {
                    LinuxCalls.close(number); // peeking duplicates what was passed
                }
            }
            return got == 0;
        } catch (IOException e) {
            return true;
        } finally {
            scratch.giveBack();
        }
    }

    private synchronized long receive(Scratch scratch, int more) throws IOException {
        int flags = LinuxCalls.MSG_CMSG_CLOEXEC | LinuxCalls.MSG_DONTWAIT | more;
        while (true) {
            long got = LinuxCalls.recvmsg(open(), scratch.message(), flags);
            if (got >= 0) {
                return got;
            }
            int error = Native.getLastError();
            if (error == LinuxCalls.EAGAIN) {
                return -1;
            }
            if (error != LinuxCalls.EINTR) {
                throw failure("receive", error);
            }
        }
    }

    /** Runs with the number, which stays valid meanwhile; false if closed. */
    synchronized boolean with(NumberUse use) throws IOException {
        if (number < 0) {
            return false;
        }
        use.use(number);
        return true;
    }

    interface NumberUse {
        void use(int number) throws IOException;
    }

    private int open() throws IOException {
        if (number < 0) {
            throw new IOException("the descriptor is closed");
        }
        return number;
    }

    /** Whether it has not been closed. */
    public synchronized boolean isOpen() {
        return number >= 0;
    }

    /** Closes it; repeating that is harmless. */
    @Override
    public synchronized void close() {
        if (number >= 0) {
            LinuxCalls.close(number);
            number = -1;
        }
    }

    static int check(int result, String what) throws IOException {
        if (result < 0) {
            throw failure(what, Native.getLastError());
        }
        return result;
    }

    private static SystemCallException failure(String what, int error) {
        return new SystemCallException(what, error);
    }
}
