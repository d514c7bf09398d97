package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.IpPrefix;
import java.net.InetAddress;
import java.util.Optional;

/**
 * An address on a device.
 *
 * @param flags {@code IFA_F_*}
 * @param scope {@code RT_SCOPE_*}
 */
public record Address(int index, IpPrefix prefix, int flags, int scope) {
    private static final int HEADER_BYTES = 8;

    /** {@code ip address add $prefix dev $index [nodad]}; duplicate detection costs an IPv6 address a second. */
    public static NetlinkRequest add(int index, IpPrefix prefix, boolean nodad) {
        return request(
                Rtnl.RTM_NEWADDR, Rtnl.NLM_F_CREATE | Rtnl.NLM_F_EXCL, index, prefix, nodad ? Rtnl.IFA_F_NODAD : 0);
    }

    /** {@code ip address del $prefix dev $index}. */
    public static NetlinkRequest delete(int index, IpPrefix prefix) {
        return request(Rtnl.RTM_DELADDR, 0, index, prefix, 0);
    }

    /** {@code ip address show}, of every device and family. */
    public static NetlinkRequest list() {
        return NetlinkRequest.of(Rtnl.RTM_GETADDR, Rtnl.NLM_F_DUMP).ifaddr(Rtnl.AF_UNSPEC, 0, 0, 0, 0);
    }

    private static NetlinkRequest request(int type, int flags, int index, IpPrefix prefix, int addressFlags) {
        InetAddress ip = prefix.address();
        return NetlinkRequest.of(type, Rtnl.NLM_F_ACK | flags)
                .ifaddr(Families.of(ip), prefix.lengthBits(), addressFlags, Rtnl.RT_SCOPE_UNIVERSE, index)
                .put(Rtnl.IFA_LOCAL, ip)
                .put(Rtnl.IFA_ADDRESS, ip);
    }

    /** Reads RTM_NEWADDR or RTM_DELADDR; absent, and counted, if it cannot be. */
    public static Optional<Address> decode(NetlinkMessage message, DecodeErrors errors) {
        if (message.payload().remaining() < HEADER_BYTES) {
            errors.badMessage();
            return Optional.empty();
        }
        int bits = message.payload().get(1) & 0xff;
        int shortFlags = message.payload().get(2) & 0xff;
        int scope = message.payload().get(3) & 0xff;
        int index = message.payload().getInt(4);
        Attributes attributes = Attributes.parse(message.payloadFrom(HEADER_BYTES), errors);
        // On point-to-point devices IFA_ADDRESS is the other end; IFA_LOCAL is ours, and absent for IPv6.
        return attributes
                .ip(Rtnl.IFA_LOCAL)
                .or(() -> attributes.ip(Rtnl.IFA_ADDRESS))
                .flatMap(ip -> Families.prefix(ip, bits, errors))
                .map(prefix -> new Address(index, prefix, attributes.u32(Rtnl.IFA_FLAGS, shortFlags), scope));
    }
}
