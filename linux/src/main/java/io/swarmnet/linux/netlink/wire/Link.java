package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.LinkAddress;
import java.util.Optional;

/**
 * A network device as RTM_NEWLINK describes it.
 *
 * @param kind {@code veth}, {@code bridge}, {@code vxlan}, {@code tun} ..., empty for a plain device
 * @param address absent where the device has none of 48 bits
 * @param master index of its bridge, 0 for none
 * @param peer IFLA_LINK: the veth peer's index, in the namespace {@code peerNetnsId} if that is not -1
 * @param peerNetnsId IFLA_LINK_NETNSID, -1 if the peer is in the same namespace or there is none
 * @param flags {@code IFF_*} of {@link Rtnl}
 * @param alias IFLA_IFALIAS, empty if unset; we keep the owner there
 * @param vxlan the settings of a vxlan device
 * @param port the flags of a bridge port, absent if it is in no bridge
 */
public record Link(
        int index,
        String name,
        String kind,
        Optional<LinkAddress> address,
        int mtuBytes,
        int master,
        int peer,
        int peerNetnsId,
        int flags,
        int operState,
        String alias,
        Optional<Vxlan> vxlan,
        Optional<BridgePort> port) {
    private static final int HEADER_BYTES = 16;

    /** Set up by its administrator; see {@link #carrier()} for whether it carries. */
    public boolean up() {
        return (flags & Rtnl.IFF_UP) != 0;
    }

    /** True if frames can pass. */
    public boolean carrier() {
        return (flags & Rtnl.IFF_LOWER_UP) != 0;
    }

    public boolean loopback() {
        return (flags & Rtnl.IFF_LOOPBACK) != 0;
    }

    /** Reads RTM_NEWLINK or RTM_DELLINK; absent, and counted, if it is too short. */
    public static Optional<Link> decode(NetlinkMessage message, DecodeErrors errors) {
        if (message.payload().remaining() < HEADER_BYTES) {
            errors.badMessage();
            return Optional.empty();
        }
        int index = message.payload().getInt(4);
        int flags = message.payload().getInt(8);
        Attributes attributes = Attributes.parse(message.payloadFrom(HEADER_BYTES), errors);
        Attributes info = attributes.nest(Rtnl.IFLA_LINKINFO);
        String kind = info.text(Rtnl.IFLA_INFO_KIND, "");
        boolean inBridge = info.text(Rtnl.IFLA_INFO_SLAVE_KIND, "").equals("bridge");
        return Optional.of(new Link(
                index,
                attributes.text(Rtnl.IFLA_IFNAME, ""),
                kind,
                attributes.link(Rtnl.IFLA_ADDRESS),
                attributes.u32(Rtnl.IFLA_MTU, 0),
                attributes.u32(Rtnl.IFLA_MASTER, 0),
                attributes.u32(Rtnl.IFLA_LINK, 0),
                attributes.u32(Rtnl.IFLA_LINK_NETNSID, -1),
                flags,
                attributes.u8(Rtnl.IFLA_OPERSTATE, 0),
                attributes.text(Rtnl.IFLA_IFALIAS, ""),
                kind.equals("vxlan") ? Optional.of(Vxlan.decode(info.nest(Rtnl.IFLA_INFO_DATA))) : Optional.empty(),
                inBridge ? Optional.of(BridgePort.decode(info.nest(Rtnl.IFLA_INFO_SLAVE_DATA))) : Optional.empty()));
    }
}
