package io.armature.services.wire;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory for one {@code sendmsg} or {@code recvmsg}: {@code struct msghdr}, {@code struct iovec}, a
 * control message for descriptors, and the bytes. A few are kept for the next call.
 */
final class Scratch {

    /** Bytes of one call. */
    static final int DATA_BYTES = 64 << 10;

    private static final int HEADER = 0; // struct msghdr, 56 bytes
    private static final int VECTOR = 64; // struct iovec, 16 bytes
    private static final int CONTROL = 80; // struct cmsghdr, then up to 8 descriptors
    private static final int CONTROL_BYTES = 48;
    private static final int DATA = 128;
    private static final int ONE_DESCRIPTOR = 20; // CMSG_LEN(4)
    private static final int ONE_DESCRIPTOR_SPACE = 24; // CMSG_SPACE(4)

    private static final int KEPT = 4;
    private static final ConcurrentLinkedQueue<Scratch> POOL = new ConcurrentLinkedQueue<>();

    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(DATA + DATA_BYTES).order(ByteOrder.nativeOrder());
    private final long address = Pointer.nativeValue(Native.getDirectBufferPointer(memory));

    private Scratch() {
        memory.putLong(HEADER, 0).putInt(HEADER + 8, 0);
        memory.putLong(HEADER + 16, address + VECTOR).putLong(HEADER + 24, 1);
        memory.putLong(VECTOR, address + DATA);
    }

    static Scratch take() {
        Scratch kept = POOL.poll();
        return kept == null ? new Scratch() : kept;
    }

    void giveBack() {
        if (POOL.size() < KEPT) {
            POOL.add(this);
        }
    }

    /**
     * Writes a {@code struct epoll_event}.
     *
     * @param dataAt where the key goes
     * @return its address, valid until this is given back
     */
    long event(int events, int dataAt, long key) {
        memory.putInt(DATA, events).putLong(DATA + dataAt, key);
        return address + DATA;
    }

    /** Where the {@code struct msghdr} is. */
    long message() {
        return address + HEADER;
    }

    /** The first bytes of the data area. */
    ByteBuffer data(int length) {
        return memory.slice(DATA, length);
    }

    void toSend(byte[] bytes, int offset, int length, int descriptor) {
        memory.put(DATA, bytes, offset, length);
        memory.putLong(VECTOR + 8, length);
        if (descriptor < 0) {
            control(0, 0);
            return;
        }
        control(CONTROL, ONE_DESCRIPTOR_SPACE);
        memory.putLong(CONTROL, ONE_DESCRIPTOR);
        memory.putInt(CONTROL + 8, LinuxCalls.SOL_SOCKET);
        memory.putInt(CONTROL + 12, LinuxCalls.SCM_RIGHTS);
        memory.putInt(CONTROL + 16, descriptor);
    }

    void toReceive(int limit) {
        memory.putLong(VECTOR + 8, limit);
        control(CONTROL, CONTROL_BYTES);
    }

    private void control(int at, long length) {
        memory.putLong(HEADER + 32, at == 0 ? 0 : address + at);
        memory.putLong(HEADER + 40, length);
        memory.putInt(HEADER + 48, 0);
    }

    /** Whether more descriptors came than there was room for; the kernel has closed those. */
    boolean truncated() {
        return (memory.getInt(HEADER + 48) & LinuxCalls.MSG_CTRUNC) != 0;
    }

    /** Descriptors that came; only after a call that succeeded, else these are leavings. */
    int[] descriptors() {
        long length = memory.getLong(HEADER + 40);
        if (length < ONE_DESCRIPTOR
                || memory.getInt(CONTROL + 8) != LinuxCalls.SOL_SOCKET
                || memory.getInt(CONTROL + 12) != LinuxCalls.SCM_RIGHTS) {
            return NONE;
        }
        int[] all = new int[(int) (memory.getLong(CONTROL) - 16) / 4];
        for (int i = 0; i < all.length; i++) {
            all[i] = memory.getInt(CONTROL + 16 + 4 * i);
        }
        return all;
    }

    private static final int[] NONE = {};
}
