package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.LinkAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A neighbour: which link address answers for an IP address on a device.
 *
 * @param address absent while it is being resolved, or after that failed
 * @param state {@code NUD_*}; ours are {@code NUD_PERMANENT}
 * @param flags {@code NTF_*}
 */
public record Neighbour(int device, InetAddress ip, Optional<LinkAddress> address, int state, int flags) {
    static final int HEADER_BYTES = 12;

    /** {@code $ip lladdr $address dev $device nud permanent}. */
    public static Neighbour permanent(int device, InetAddress ip, LinkAddress address) {
        return new Neighbour(device, ip, Optional.of(address), Rtnl.NUD_PERMANENT, 0);
    }

    /** {@code ip neighbour add}. */
    public NetlinkRequest add() {
        return encode(Rtnl.RTM_NEWNEIGH, Rtnl.NLM_F_CREATE | Rtnl.NLM_F_EXCL);
    }

    /** {@code ip neighbour replace}. */
    public NetlinkRequest replace() {
        return encode(Rtnl.RTM_NEWNEIGH, Rtnl.NLM_F_CREATE | Rtnl.NLM_F_REPLACE);
    }

    /** {@code ip neighbour del}. */
    public NetlinkRequest delete() {
        return NetlinkRequest.of(Rtnl.RTM_DELNEIGH, Rtnl.NLM_F_ACK)
                .ndmsg(Families.of(ip), device, state, flags, 0)
                .put(Rtnl.NDA_DST, ip);
    }

    /** {@code ip neighbour show}, of every device and both families. */
    public static NetlinkRequest list() {
        return NetlinkRequest.of(Rtnl.RTM_GETNEIGH, Rtnl.NLM_F_DUMP).ndmsg(Rtnl.AF_UNSPEC, 0, 0, 0, 0);
    }

    private NetlinkRequest encode(int type, int requestFlags) {
        NetlinkRequest out = NetlinkRequest.of(type, Rtnl.NLM_F_ACK | requestFlags)
                .ndmsg(Families.of(ip), device, state, flags, 0)
                .put(Rtnl.NDA_DST, ip);
        address.ifPresent(mac -> out.put(Rtnl.NDA_LLADDR, mac));
        return out;
    }

    /** Reads RTM_NEWNEIGH or RTM_DELNEIGH of an IP family; absent for others, counted if it cannot be. */
    public static Optional<Neighbour> decode(NetlinkMessage message, DecodeErrors errors) {
        if (message.payload().remaining() < HEADER_BYTES) {
            errors.badMessage();
            return Optional.empty();
        }
        ByteBuffer header = message.payload();
        if (header.get(0) == Rtnl.AF_BRIDGE) {
            return Optional.empty();
        }
        Attributes attributes = Attributes.parse(message.payloadFrom(HEADER_BYTES), errors);
        return attributes
                .ip(Rtnl.NDA_DST)
                .map(ip -> new Neighbour(
                        header.getInt(4),
                        ip,
                        attributes.link(Rtnl.NDA_LLADDR),
                        header.getShort(8) & 0xffff,
                        header.get(10) & 0xff));
    }
}
