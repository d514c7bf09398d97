package io.swarmnet.linux.socket;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.process.Poll;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/** One ICMP echo of a wanted size that must not be fragmented (RFC 792, RFC 4443). Needs CAP_NET_RAW. Blocks. */
public final class Ping {
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPV6_MTU_DISCOVER = 23;
    /** DF is set and what the kernel knows of the path is not asked: the network itself shall answer. */
    private static final int PMTUDISC_PROBE = 3;

    private static final int EMSGSIZE = 90;
    private static final int ECHO_HEADER_BYTES = 8;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int PACKET_BYTES_MAX = 65_535;

    private Ping() {}

    /** What came of it. */
    public enum Outcome {
        ANSWERED,
        /** No answer in time, or the network said that the address cannot be reached. */
        SILENT,
        /** The packet does not fit the link it would leave by. */
        TOO_BIG
    }

    /**
     * Equivalent to: ping -M probe -c 1 -I $from -s $((packetBytes - headers)) $to, in the caller's namespace.
     *
     * @param packetBytes of the whole IP packet, headers included, 48 to 65,535
     */
    public static Outcome send(InetAddress from, InetAddress to, int packetBytes, int timeoutMillis) {
        boolean v6 = to instanceof Inet6Address;
        int header = v6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;
        if (packetBytes < header + ECHO_HEADER_BYTES || packetBytes > PACKET_BYTES_MAX) {
            throw new IllegalArgumentException("Packet size out of range: " + packetBytes);
        }
        String operation =
                "ping " + to.getHostAddress() + " from " + from.getHostAddress() + " (" + packetBytes + " bytes)";
        int fd = Libc.check(
                operation,
                C.socket(
                        v6 ? Libc.AF_INET6 : Libc.AF_INET,
                        Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK,
                        v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP));
        try {
            Libc.setOption(
                    fd, v6 ? Libc.IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, PMTUDISC_PROBE);
            byte[] source = Sockets.sockaddr(new InetSocketAddress(from, 0));
            byte[] target = Sockets.sockaddr(new InetSocketAddress(to, 0));
            Libc.check(operation, C.bind(fd, source, source.length));
            if (C.connect(fd, target, target.length) < 0) {
                return unreachable(operation, Libc.errno());
            }
            long tag = ThreadLocalRandom.current().nextLong() | 1;
            byte[] echo = echo(v6, packetBytes - header, tag);
            if (C.write(fd, echo, echo.length) < 0) {
                return unreachable(operation, Libc.errno());
            }
            return await(fd, v6, tag, timeoutMillis);
        } finally {
            Libc.close(fd);
        }
    }

    private static Outcome unreachable(String operation, int errno) {
        return switch (errno) {
            case EMSGSIZE -> Outcome.TOO_BIG;
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.ECONNREFUSED -> Outcome.SILENT;
            default -> throw new KernelException(operation, errno);
        };
    }

    private static Outcome await(int fd, boolean v6, long tag, int timeoutMillis) {
        byte[] buffer = new byte[PACKET_BYTES_MAX];
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
        while (true) {
            int left = (int) ((deadline - System.nanoTime()) / 1_000_000L);
            if (left <= 0) {
                return Outcome.SILENT;
            }
            if (new Poll().readable(fd).await(left)) {
                int count = (int) C.read(fd, buffer, buffer.length);
                if (count > 0 && isAnswer(buffer, count, v6, tag)) {
                    return Outcome.ANSWERED;
                }
            }
        }
    }

    /** A raw IPv4 socket gives the IP header too, a raw IPv6 one does not. */
    private static boolean isAnswer(byte[] packet, int length, boolean v6, long tag) {
        int start = v6 ? 0 : (packet[0] & 0x0f) * 4;
        return length >= start + ECHO_HEADER_BYTES + Long.BYTES
                && packet[start] == (byte) (v6 ? 129 : 0)
                && ByteBuffer.wrap(packet).getLong(start + ECHO_HEADER_BYTES) == tag;
    }

    /** Type, code, checksum, identifier, sequence, then our tag as the first eight bytes of data. */
    static byte[] echo(boolean v6, int bytes, long tag) {
        ByteBuffer out = ByteBuffer.allocate(Math.max(bytes, ECHO_HEADER_BYTES + Long.BYTES));
        out.put((byte) (v6 ? 128 : 8)).put((byte) 0).putShort((short) 0);
        out.putShort((short) (tag >>> 48)).putShort((short) 1).putLong(tag);
        if (!v6) {
            out.putShort(2, checksum(out.array())); // IPv6's is the kernel's, which knows the pseudo header
        }
        return out.array();
    }

    /** RFC 1071. */
    private static short checksum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
