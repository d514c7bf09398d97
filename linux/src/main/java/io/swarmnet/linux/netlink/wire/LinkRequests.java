package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.LinkAddress;

/** Requests about devices, one per verb of {@code ip link}. */
public final class LinkRequests {
    /** IFNAMSIZ without the terminating zero. */
    public static final int NAME_BYTES_MAX = 15;

    private static final int CREATE = Rtnl.NLM_F_ACK | Rtnl.NLM_F_CREATE | Rtnl.NLM_F_EXCL;
    /** RTEXT_FILTER_SKIP_STATS: counters are never read here and are half of an answer. */
    private static final int EXT_MASK_SKIP_STATS = 1 << 3;

    private LinkRequests() {}

    /** {@code ip link add $name type bridge}. */
    public static NetlinkRequest addBridge(String name, LinkOptions options) {
        NetlinkRequest request = create(name, options);
        return request.nest(Rtnl.IFLA_LINKINFO, info -> info.putText(Rtnl.IFLA_INFO_KIND, "bridge"));
    }

    /** {@code ip link add $name type vxlan id $vni ...}. */
    public static NetlinkRequest addVxlan(String name, LinkOptions options, Vxlan vxlan) {
        NetlinkRequest request = create(name, options);
        return request.nest(Rtnl.IFLA_LINKINFO, info -> info.putText(Rtnl.IFLA_INFO_KIND, "vxlan")
                .nest(Rtnl.IFLA_INFO_DATA, vxlan::encode));
    }

    /** A vxlan device without any of the settings that it needs: no kernel makes one. */
    public static NetlinkRequest addVxlanOfNothing() {
        NetlinkRequest request = create("vxlan-question", LinkOptions.DEFAULT);
        return request.nest(Rtnl.IFLA_LINKINFO, info -> info.putText(Rtnl.IFLA_INFO_KIND, "vxlan"));
    }

    /**
     * {@code ip link add $name type veth peer name $peer netns $fd}.
     *
     * @param peerNetnsDescriptor where the peer is born, -1 for the same namespace
     */
    public static NetlinkRequest addVeth(
            String name, LinkOptions options, String peer, LinkOptions peerOptions, int peerNetnsDescriptor) {
        NetlinkRequest request = create(name, options);
        return request.nest(Rtnl.IFLA_LINKINFO, info -> info.putText(Rtnl.IFLA_INFO_KIND, "veth")
                .nest(
                        Rtnl.IFLA_INFO_DATA,
                        data -> data.nest(Rtnl.VETH_INFO_PEER, body -> {
                            // No IFF_UP here: the kernel refuses a peer that asks to be born up.
                            body.ifinfo(Rtnl.AF_UNSPEC, 0, 0, 0).putName(Rtnl.IFLA_IFNAME, checkName(peer));
                            peerOptions.encode(body);
                            if (peerNetnsDescriptor >= 0) {
                                body.put32(Rtnl.IFLA_NET_NS_FD, peerNetnsDescriptor);
                            }
                        })));
    }

    /** {@code ip link del}. */
    public static NetlinkRequest delete(int index) {
        return NetlinkRequest.of(Rtnl.RTM_DELLINK, Rtnl.NLM_F_ACK).ifinfo(Rtnl.AF_UNSPEC, index, 0, 0);
    }

    /** {@code ip link set up} or {@code down}. */
    public static NetlinkRequest setUp(int index, boolean up) {
        return set(index, up ? Rtnl.IFF_UP : 0, Rtnl.IFF_UP);
    }

    /** {@code ip link set master $bridge}; 0 is {@code nomaster}. */
    public static NetlinkRequest setMaster(int index, int master) {
        return set(index, 0, 0).put32(Rtnl.IFLA_MASTER, master);
    }

    /** {@code ip link set mtu}. */
    public static NetlinkRequest setMtu(int index, int mtuBytes) {
        return set(index, 0, 0).put32(Rtnl.IFLA_MTU, mtuBytes);
    }

    /** {@code ip link set address}. */
    public static NetlinkRequest setAddress(int index, LinkAddress address) {
        return set(index, 0, 0).put(Rtnl.IFLA_ADDRESS, address);
    }

    /** {@code ip link set name}; the device must be down. */
    public static NetlinkRequest setName(int index, String name) {
        return set(index, 0, 0).putName(Rtnl.IFLA_IFNAME, checkName(name));
    }

    /** {@code ip link set alias}; at most 255 bytes. */
    public static NetlinkRequest setAlias(int index, String alias) {
        return set(index, 0, 0).putText(Rtnl.IFLA_IFALIAS, alias);
    }

    /** {@code ip link set netns}, and a new name there unless it is empty. */
    public static NetlinkRequest setNetns(int index, int netnsDescriptor, String newName) {
        NetlinkRequest request = set(index, 0, 0).put32(Rtnl.IFLA_NET_NS_FD, netnsDescriptor);
        return newName.isEmpty() ? request : request.putName(Rtnl.IFLA_IFNAME, checkName(newName));
    }

    /** {@code ip link set type bridge_slave ...}. */
    public static NetlinkRequest setBridgePort(int index, BridgePort port) {
        return set(index, 0, 0).nest(Rtnl.IFLA_LINKINFO, info -> info.putText(Rtnl.IFLA_INFO_KIND, "bridge_slave")
                .nest(Rtnl.IFLA_INFO_SLAVE_DATA, port::encode));
    }

    /** {@code ip link set type bridge mcast_snooping ...}. */
    public static NetlinkRequest setBridgeSnooping(int index, boolean on) {
        return set(index, 0, 0).nest(Rtnl.IFLA_LINKINFO, info -> info.putText(Rtnl.IFLA_INFO_KIND, "bridge")
                .nest(Rtnl.IFLA_INFO_DATA, data -> data.put8(Rtnl.IFLA_BR_MCAST_SNOOPING, on)));
    }

    /** {@code ip link set gso_max_size}. */
    public static NetlinkRequest setGsoMaxSize(int index, int bytes) {
        return set(index, 0, 0).put32(Rtnl.IFLA_GSO_MAX_SIZE, bytes);
    }

    /** {@code ip link show}, all devices. */
    public static NetlinkRequest list() {
        return NetlinkRequest.of(Rtnl.RTM_GETLINK, Rtnl.NLM_F_DUMP)
                .ifinfo(Rtnl.AF_UNSPEC, 0, 0, 0)
                .put32(Rtnl.IFLA_EXT_MASK, EXT_MASK_SKIP_STATS);
    }

    /** {@code ip link show dev}. */
    public static NetlinkRequest get(String name) {
        return NetlinkRequest.of(Rtnl.RTM_GETLINK, 0)
                .ifinfo(Rtnl.AF_UNSPEC, 0, 0, 0)
                .putName(Rtnl.IFLA_IFNAME, checkName(name))
                .put32(Rtnl.IFLA_EXT_MASK, EXT_MASK_SKIP_STATS);
    }

    /** One device by index. */
    public static NetlinkRequest get(int index) {
        return NetlinkRequest.of(Rtnl.RTM_GETLINK, 0)
                .ifinfo(Rtnl.AF_UNSPEC, index, 0, 0)
                .put32(Rtnl.IFLA_EXT_MASK, EXT_MASK_SKIP_STATS);
    }

    private static NetlinkRequest create(String name, LinkOptions options) {
        NetlinkRequest request = NetlinkRequest.of(Rtnl.RTM_NEWLINK, CREATE)
                .ifinfo(Rtnl.AF_UNSPEC, 0, 0, 0)
                .putName(Rtnl.IFLA_IFNAME, checkName(name));
        options.encode(request);
        return request;
    }

    private static NetlinkRequest set(int index, int flags, int change) {
        return NetlinkRequest.of(Rtnl.RTM_NEWLINK, Rtnl.NLM_F_ACK).ifinfo(Rtnl.AF_UNSPEC, index, flags, change);
    }

    private static String checkName(String name) {
        if (name.isEmpty() || name.length() > NAME_BYTES_MAX || !name.matches("[!-.0-~]+")) {
            throw new IllegalArgumentException("Not a device name of 1 to 15 visible ASCII characters: '" + name + "'");
        }
        return name;
    }
}
