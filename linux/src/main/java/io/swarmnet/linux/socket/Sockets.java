package io.swarmnet.linux.socket;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.netns.Netns;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Opens sockets in a namespace. What is returned is a descriptor, non-blocking and close-on-exec, which the caller owns:
 * Netty adopts it with {@code new EpollDatagramChannel(fd)} or {@code new EpollServerSocketChannel(fd)}; else
 * {@link #close}.
 */
public final class Sockets {
    private static final int FLAGS = Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK;
    private static final int ADDRESS_BYTES_MAX = 28;

    private Sockets() {}

    /** A UDP socket bound to the address; port 0 is the kernel's choice, see {@link #port}. */
    public static int udp(Netns netns, InetSocketAddress address) {
        return bound(netns, address, Libc.SOCK_DGRAM, "udp", 0, 0);
    }

    /** {@link #udp(Netns, InetSocketAddress)} with a receive buffer of that many bytes (capped by net.core.rmem_max). */
    public static int udp(Netns netns, InetSocketAddress address, int receiveBufferBytes) {
        return bound(netns, address, Libc.SOCK_DGRAM, "udp", 0, receiveBufferBytes);
    }

    /** Buffers of that many bytes whatever net.core.rmem_max and wmem_max say; needs CAP_NET_ADMIN. */
    public static void forceBuffers(int descriptor, int receiveBytes, int sendBytes) {
        Libc.setOption(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, receiveBytes);
        Libc.setOption(descriptor, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, sendBytes);
    }

    /** A TCP socket bound to the address and already listening, which an adopted descriptor must be. */
    public static int tcpListener(Netns netns, InetSocketAddress address, int backlog) {
        return bound(netns, address, Libc.SOCK_STREAM, "tcp", Math.max(1, backlog), 0);
    }

    /** A TCP socket of the address's family, neither bound nor connected. */
    public static int tcp(Netns netns, InetAddress family) {
        return netns.call(
                () -> Libc.check("socket(tcp) in " + netns, C.socket(domain(family), Libc.SOCK_STREAM | FLAGS, 0)));
    }

    /** The local port of a bound socket. */
    public static int port(int descriptor) {
        byte[] address = new byte[ADDRESS_BYTES_MAX];
        Libc.check("getsockname", C.getsockname(descriptor, address, new int[] {address.length}));
        return (address[2] & 0xff) << 8 | address[3] & 0xff;
    }

    /** Closes a descriptor that nobody has adopted. */
    public static void close(int descriptor) {
        Libc.close(descriptor);
    }

    private static int bound(
            Netns netns, InetSocketAddress address, int type, String kind, int backlog, int receiveBufferBytes) {
        String operation = kind + " bind " + address.getAddress().getHostAddress() + " port " + address.getPort()
                + " (netns " + netns + ")";
        int domain = domain(address.getAddress());
        int fd = netns.call(() -> Libc.check(operation, C.socket(domain, type | FLAGS, 0)));
        try {
            if (backlog > 0) {
                Libc.setOption(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
            }
            if (domain == Libc.AF_INET6) {
                Libc.setOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1);
            }
            if (receiveBufferBytes > 0) {
                Libc.setOption(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, receiveBufferBytes);
            }
            // From here on the socket knows its namespace; the thread need not be inside.
            byte[] sockaddr = sockaddr(address);
            Libc.check(operation, C.bind(fd, sockaddr, sockaddr.length));
            if (backlog > 0) {
                Libc.check(operation, C.listen(fd, backlog));
            }
            return fd;
        } catch (RuntimeException e) {
            Libc.close(fd);
            throw e;
        }
    }

    private static int domain(InetAddress address) {
        return address instanceof Inet6Address ? Libc.AF_INET6 : Libc.AF_INET;
    }

    /** {@code struct sockaddr_in} or {@code sockaddr_in6}: family in native order, port in network order. */
    public static byte[] sockaddr(InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        boolean v6 = ip.length == 16;
        ByteBuffer out = ByteBuffer.allocate(v6 ? 28 : 16).order(ByteOrder.nativeOrder());
        out.putShort((short) domain(address.getAddress()));
        out.put((byte) (address.getPort() >>> 8)).put((byte) address.getPort());
        out.position(v6 ? 8 : 4);
        out.put(ip);
        if (v6) {
            out.putInt(24, ((Inet6Address) address.getAddress()).getScopeId());
        }
        return out.array();
    }

    /** The address a {@code struct sockaddr_in} or {@code sockaddr_in6} holds. */
    public static InetSocketAddress address(byte[] sockaddr) {
        int family = ByteBuffer.wrap(sockaddr).order(ByteOrder.nativeOrder()).getShort(0);
        int port = (sockaddr[2] & 0xff) << 8 | sockaddr[3] & 0xff;
        byte[] ip = family == Libc.AF_INET6 ? Arrays.copyOfRange(sockaddr, 8, 24) : Arrays.copyOfRange(sockaddr, 4, 8);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ip), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
