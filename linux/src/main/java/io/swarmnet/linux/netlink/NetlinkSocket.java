package io.swarmnet.linux.netlink;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.netns.Netns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One NETLINK_ROUTE socket, made in a namespace and used from anywhere. Not thread-safe. */
final class NetlinkSocket implements AutoCloseable {
    static final int RECEIVE_BYTES = 64 * 1024;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;

    /** Per thread rather than per socket: a message is copied out before the next call, and sockets are many and short-lived. */
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(RECEIVE_BYTES));

    private int fd;

    private NetlinkSocket(int fd) {
        this.fd = fd;
    }

    static NetlinkSocket open(Netns netns, long timeoutMillis, int... groups) {
        int fd = netns.call(() -> Libc.check(
                "socket(NETLINK_ROUTE) in " + netns,
                C.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, NETLINK_ROUTE)));
        NetlinkSocket socket = new NetlinkSocket(fd);
        try {
            Libc.setOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
            Libc.setOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
            Libc.check("bind netlink in " + netns, C.bind(fd, address(), address().length));
            for (int group : groups) {
                Libc.setOption(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
            }
            socket.timeout(timeoutMillis);
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** {@code struct sockaddr_nl} with port 0: the kernel picks one. */
    private static byte[] address() {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.nativeOrder())
                .putShort((short) Libc.AF_NETLINK)
                .array();
    }

    /** How long {@link #receive} waits; 0 for ever. */
    void timeout(long millis) {
        byte[] timeval = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(millis / 1000)
                .putLong(millis % 1000 * 1000)
                .array();
        Libc.check("setsockopt SO_RCVTIMEO", C.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, timeval, 16));
    }

    void send(String operation, byte[] message) {
        ByteBuffer out = BUFFER.get().clear().put(message).flip();
        while (C.send(fd, out, message.length, 0) < 0) {
            if (!Libc.interrupted()) {
                throw new KernelException(operation, Libc.errno());
            }
        }
    }

    /** One datagram, valid until this thread's next call. EAGAIN after the timeout, ENOBUFS if the kernel had to drop some. */
    ByteBuffer receive(String operation) {
        ByteBuffer receive = BUFFER.get().clear();
        long bytes;
        while ((bytes = C.recv(fd, receive, RECEIVE_BYTES, Libc.MSG_TRUNC)) < 0) {
            if (!Libc.interrupted()) {
                throw new KernelException(operation, Libc.errno());
            }
        }
        if (bytes > RECEIVE_BYTES) {
            throw new KernelException(operation, Errno.ENOBUFS, "datagram of " + bytes + " bytes");
        }
        return receive.limit((int) bytes).slice().order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        Libc.close(fd);
        fd = -1;
    }
}
