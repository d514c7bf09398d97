package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.LinkAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An entry of a forwarding database, a vxlan device's ({@code NTF_SELF}, with a VTEP) or a bridge's ({@code NTF_MASTER}).
 *
 * @param address the MAC; all zero stands for every unknown, broadcast and multicast address of a vxlan device
 * @param vtep where a vxlan device sends it
 * @param port UDP port of the VTEP, 0 for the device's own
 * @param state {@code NUD_*}
 * @param flags {@code NTF_*}
 * @param master index of the bridge in a listing, else 0
 */
public record FdbEntry(
        int device, LinkAddress address, Optional<InetAddress> vtep, int port, int state, int flags, int master) {
    private static final int STATIC = Rtnl.NUD_NOARP | Rtnl.NUD_PERMANENT;

    /** {@code $address dev $device dst $vtep self permanent}. */
    public static FdbEntry toVtep(int device, LinkAddress address, InetAddress vtep) {
        return toVtep(device, address, vtep, 0);
    }

    /** {@code $address dev $device dst $vtep port $port self permanent}. */
    public static FdbEntry toVtep(int device, LinkAddress address, InetAddress vtep, int port) {
        return new FdbEntry(device, address, Optional.of(vtep), port, STATIC, Rtnl.NTF_SELF, 0);
    }

    /** {@code $address dev $device master static}: the bridge sends it out of this port and learns nothing else of it. */
    public static FdbEntry toPort(int device, LinkAddress address) {
        // Not NUD_PERMANENT, which in a bridge means that the address is the bridge's own.
        return new FdbEntry(
                device, address, Optional.empty(), 0, Rtnl.NUD_NOARP | Rtnl.NUD_REACHABLE, Rtnl.NTF_MASTER, 0);
    }

    /** {@code bridge fdb add}. */
    public NetlinkRequest add() {
        return encode(Rtnl.RTM_NEWNEIGH, Rtnl.NLM_F_CREATE | Rtnl.NLM_F_EXCL);
    }

    /** {@code bridge fdb append}: one more destination of the same address. */
    public NetlinkRequest append() {
        return encode(Rtnl.RTM_NEWNEIGH, Rtnl.NLM_F_CREATE | Rtnl.NLM_F_APPEND);
    }

    /** {@code bridge fdb replace}. */
    public NetlinkRequest replace() {
        return encode(Rtnl.RTM_NEWNEIGH, Rtnl.NLM_F_CREATE | Rtnl.NLM_F_REPLACE);
    }

    /** {@code bridge fdb del}. */
    public NetlinkRequest delete() {
        return encode(Rtnl.RTM_DELNEIGH, 0);
    }

    /** {@code bridge fdb show}, of every device. */
    public static NetlinkRequest list() {
        return NetlinkRequest.of(Rtnl.RTM_GETNEIGH, Rtnl.NLM_F_DUMP).ndmsg(Rtnl.AF_BRIDGE, 0, 0, 0, 0);
    }

    private NetlinkRequest encode(int type, int requestFlags) {
        NetlinkRequest out = NetlinkRequest.of(type, Rtnl.NLM_F_ACK | requestFlags)
                .ndmsg(Rtnl.AF_BRIDGE, device, state, flags, 0)
                .put(Rtnl.NDA_LLADDR, address);
        vtep.ifPresent(ip -> out.put(Rtnl.NDA_DST, ip));
        if (port != 0) {
            out.putBe16(Rtnl.NDA_PORT, port);
        }
        return out;
    }

    /** Reads RTM_NEWNEIGH or RTM_DELNEIGH of AF_BRIDGE; absent for others, counted if it cannot be. */
    public static Optional<FdbEntry> decode(NetlinkMessage message, DecodeErrors errors) {
        if (message.payload().remaining() < Neighbour.HEADER_BYTES) {
            errors.badMessage();
            return Optional.empty();
        }
        ByteBuffer header = message.payload();
        if (header.get(0) != Rtnl.AF_BRIDGE) {
            return Optional.empty();
        }
        Attributes attributes = Attributes.parse(message.payloadFrom(Neighbour.HEADER_BYTES), errors);
        return attributes
                .link(Rtnl.NDA_LLADDR)
                .map(mac -> new FdbEntry(
                        header.getInt(4),
                        mac,
                        attributes.ip(Rtnl.NDA_DST),
                        attributes.be16(Rtnl.NDA_PORT, 0),
                        header.getShort(8) & 0xffff,
                        header.get(10) & 0xff,
                        attributes.u32(Rtnl.NDA_MASTER, 0)));
    }
}
