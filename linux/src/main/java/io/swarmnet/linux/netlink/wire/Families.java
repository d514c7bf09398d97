package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.IpPrefix;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Address families of Java's addresses. */
final class Families {
    private Families() {}

    static int of(InetAddress ip) {
        return ip instanceof Inet6Address ? Rtnl.AF_INET6 : Rtnl.AF_INET;
    }

    static Optional<IpPrefix> prefix(InetAddress ip, int bits, DecodeErrors errors) {
        if (bits > ip.getAddress().length * 8) {
            errors.badMessage();
            return Optional.empty();
        }
        return Optional.of(new IpPrefix(ip, bits));
    }

    static Optional<InetAddress> any(int family) {
        if (family != Rtnl.AF_INET && family != Rtnl.AF_INET6) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(new byte[family == Rtnl.AF_INET6 ? 16 : 4]));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
