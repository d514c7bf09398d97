package io.swarmnet.linux.libc;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** The loaded C library, its constants, and the reading of its error numbers. */
public final class Libc {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_BRIDGE = 7;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int AF_PACKET = 17;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_SEQPACKET = 5;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_REUSEPORT = 15;
    public static final int SO_RCVTIMEO = 20;
    public static final int SO_BINDTODEVICE = 25;
    public static final int SO_SNDBUFFORCE = 32;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPV6_V6ONLY = 26;
    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_DONTWAIT = 0x40;

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;
    public static final int F_GETFD = 1;
    public static final int F_SETFD = 2;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    public static final int F_DUPFD_CLOEXEC = 1030;

    public static final int CLONE_NEWNS = 0x20000;
    public static final int CLONE_NEWUTS = 0x4000000;
    public static final int CLONE_NEWNET = 0x40000000;

    public static final int MS_RDONLY = 1;
    public static final int MS_NOSUID = 2;
    public static final int MS_NODEV = 4;
    public static final int MS_NOEXEC = 8;
    public static final int MS_REMOUNT = 32;
    public static final int MS_BIND = 4096;
    public static final int MS_REC = 16384;
    public static final int MS_UNBINDABLE = 1 << 17;
    public static final int MS_PRIVATE = 1 << 18;
    public static final int MS_SLAVE = 1 << 19;
    public static final int MS_SHARED = 1 << 20;
    public static final int MNT_DETACH = 2;
    public static final int UMOUNT_NOFOLLOW = 8;

    public static final int SYS_PIDFD_OPEN = 434;
    public static final int SYS_PIDFD_GETFD = 438;
    public static final int SYS_PIDFD_SEND_SIGNAL = 424;

    /** The C library itself. */
    public static final SystemCalls C =
            LibraryLoader.create(SystemCalls.class).failImmediately().load("c");

    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    private Libc() {}

    /** The error number of the last call of this thread through {@link #C}. */
    public static int errno() {
        return LastError.getLastError(RUNTIME);
    }

    /** Gives {@code result} back, or throws what {@code errno} says when it is negative. */
    public static int check(String operation, int result) {
        if (result < 0) {
            throw new KernelException(operation, errno());
        }
        return result;
    }

    /** Gives {@code result} back, or throws what {@code errno} says when it is negative. */
    public static long check(String operation, long result) {
        if (result < 0) {
            throw new KernelException(operation, errno());
        }
        return result;
    }

    /** Zeroed native memory that lives as long as the pointer is reachable. */
    public static Pointer memory(int bytes) {
        return Memory.allocateDirect(RUNTIME, bytes, true);
    }

    /** The jnr-ffi runtime of the C library, for structures that hold pointers. */
    public static Runtime runtime() {
        return RUNTIME;
    }

    /** Opens a path with {@code O_CLOEXEC} added to the flags. */
    public static int open(String path, int flags) {
        return check("open " + path, C.open(path, flags | O_CLOEXEC, 0));
    }

    /** Closes a descriptor; a failure is of no use to anyone and is ignored (the kernel has let go of it all the same). */
    public static void close(int fd) {
        if (fd >= 0) {
            C.close(fd);
        }
    }

    /** Sets an integer socket option. */
    public static void setOption(int fd, int level, int option, int value) {
        byte[] bytes = {(byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)};
        check("setsockopt level " + level + " option " + option, C.setsockopt(fd, level, option, bytes, bytes.length));
    }

    /** A descriptor for a process; becomes readable when it ends. See pidfd_open(2). */
    public static int pidfdOpen(int pid) {
        return (int) check("pidfd_open " + pid, C.syscall(SYS_PIDFD_OPEN, pid, 0, 0));
    }

    /** A duplicate, here, of another process's descriptor. See pidfd_getfd(2). */
    public static int pidfdGetfd(int pidfd, int fd) {
        return (int) check("pidfd_getfd " + fd, C.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0));
    }

    /** True if the last call of this thread was interrupted and should be made again. */
    public static boolean interrupted() {
        return errno() == Errno.EINTR;
    }
}
