package io.armature.services.wire;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * System calls, by direct mapping. Structures are laid out by hand in {@link Scratch}: 64-bit Linux
 * only. A negative result means {@code errno} ({@link Native#getLastError()}).
 */
final class LinuxCalls {

    static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_TYPE = 3;
    static final int SO_ACCEPTCONN = 30;
    static final int SO_DOMAIN = 39;
    static final int SO_PEERCRED = 17;
    static final int SO_PEERSEC = 31;
    static final int SCM_RIGHTS = 1;
    static final int MSG_PEEK = 0x2;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;
    static final int EPOLL_CLOEXEC = 0x80000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;
    static final int EFD_NONBLOCK = 0x800;
    static final int EFD_CLOEXEC = 0x80000;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ERANGE = 34;
    static final int ENOPROTOOPT = 92;
    static final int ECONNABORTED = 103;

    static {
        Native.register(LinuxCalls.class, NativeLibrary.getInstance("c"));
    }

    private LinuxCalls() {}

    static native int socket(int domain, int type, int protocol);

    static native int socketpair(int domain, int type, int protocol, int[] pair);

    static native int bind(int descriptor, byte[] address, int length);

    static native int listen(int descriptor, int backlog);

    static native int connect(int descriptor, byte[] address, int length);

    static native int accept4(int descriptor, long address, long length, int flags);

    static native int getsockopt(int descriptor, int level, int name, byte[] value, int[] length);

    static native long sendmsg(int descriptor, long message, int flags);

    static native long recvmsg(int descriptor, long message, int flags);

    // The C library's read and write, under names that say what they are used for.
    static native int eventfd(int initial, int flags);

    static native int eventfd_write(int descriptor, long value);

    static native int eventfd_read(int descriptor, long[] value);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int descriptor, long event);

    static native int epoll_wait(int epoll, long events, int limit, int timeoutMillis);

    static native int close(int descriptor);
}
