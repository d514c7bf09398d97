package io.swarmnet.vxlan.bridge;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.BridgePort;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.sysctl.Sysctl;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.vxlan.OverlayConfig;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The bridge {@code br<n>} of one VNI of a network, with the gateways of its subnets. */
public final class SegmentBridge {
    private SegmentBridge() {}

    /** Makes it, or adopts the one that is there and repairs what differs. Returns its index; it is not set up yet. */
    public static int open(NetlinkHandle inside, String name, String owner, List<OverlaySubnet> subnets, int mtuBytes) {
        Optional<Link> there = inside.link(name);
        if (there.isPresent() && !there.get().kind().equals("bridge")) {
            inside.linkDelete(there.get().index());
            there = Optional.empty();
        }
        int index = there.map(Link::index).orElseGet(() -> inside.linkAddBridge(name, options(subnets, mtuBytes)));
        if (there.isPresent() && there.get().mtuBytes() != mtuBytes) {
            inside.linkSetMtu(index, mtuBytes);
        }
        inside.linkSetAlias(index, Aliases.of(owner));
        // Head-end replication carries all multicast; there is no querier that snooping could hear.
        inside.linkSetBridgeSnooping(index, false);
        gateways(inside, index, subnets);
        return index;
    }

    /** The gateway's MAC follows from its address, the same on every node: each node answers for it itself. */
    private static LinkOptions options(List<OverlaySubnet> subnets, int mtuBytes) {
        LinkOptions options = LinkOptions.mtu(mtuBytes);
        return subnets.stream()
                .map(OverlaySubnet::gateway)
                .filter(gateway -> gateway != null && gateway.isV4())
                .findFirst()
                .map(gateway -> options.withAddress(Convert.mac(MacAddress.ofIpv4(gateway))))
                .orElse(options);
    }

    private static void gateways(NetlinkHandle inside, int bridge, List<OverlaySubnet> subnets) {
        Set<IpPrefix> wanted = new HashSet<>();
        for (OverlaySubnet subnet : subnets) {
            if (subnet.gateway() != null) {
                wanted.add(
                        new IpPrefix(subnet.gateway().toInet(), subnet.subnet().prefixLength()));
            }
        }
        inside.addresses(bridge).forEach(address -> {
            boolean linkLocal = address.prefix().address().isLinkLocalAddress();
            if (!wanted.remove(address.prefix()) && !linkLocal) {
                inside.addressDelete(bridge, address.prefix());
            }
        });
        wanted.forEach(prefix -> inside.addressAddNodad(bridge, prefix));
    }

    /** Puts the tunnel's end on the bridge and both up. */
    public static void join(NetlinkHandle inside, int bridge, int tunnel) {
        inside.linkSetMaster(tunnel, bridge);
        // The bridge sends a peer's frames here by a static entry, so it need neither learn nor flood unknown unicast
        // here.
        inside.linkSetBridgePort(
                tunnel, BridgePort.UNCHANGED.withLearning(false).withFlood(false));
        inside.linkSetUp(tunnel);
        inside.linkSetUp(bridge);
    }

    /** A network's subnets by their VNIs, in order: each VNI is a segment with a bridge of its own. */
    public static Map<Vni, List<OverlaySubnet>> byVni(OverlayConfig config) {
        return config.subnets().stream()
                .collect(Collectors.groupingBy(OverlaySubnet::vni, LinkedHashMap::new, Collectors.toList()));
    }

    /** The address of this node that the network's tunnels use: IPv4 if there is one. */
    public static IpAddress localVtep(OverlayConfig config) {
        return config.localVteps().stream()
                .filter(IpAddress::isV4)
                .findFirst()
                .or(() -> config.localVteps().stream().findFirst())
                .orElseThrow(() -> new IllegalArgumentException(
                        "overlay " + config.network() + " needs an address of this node for its tunnels"));
    }

    /** Without IPv6 subnets the namespace's own devices have no business in IPv6: no router solicitations, no MLD. */
    public static void quiet(Netns netns, OverlayConfig config) {
        boolean v6 =
                config.subnets().stream().anyMatch(subnet -> !subnet.subnet().isV4());
        String key = "net/ipv6/conf/default/disable_ipv6";
        if (!v6 && Sysctl.readIfPresent(netns, key).filter("0"::equals).isPresent()) {
            Sysctl.write(netns, key, "1");
        }
    }
}
