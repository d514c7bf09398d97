package io.swarmnet.deploy.lab;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netlink.wire.Route;
import io.swarmnet.linux.netns.Netns;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The hosts' network: a bridge in a namespace of its own, 198.18.0.0/24 (RFC 2544: for tests between hosts). The outside
 * host stands for the internet: it is the nodes' gateway, and has an address that no node reaches otherwise.
 */
final class Underlay {
    static final String OUTSIDE_ADDRESS = "198.18.0.254";

    /** Of TEST-NET-3, RFC 5737. */
    static final String INTERNET_ADDRESS = "203.0.113.10";

    private static final String BRIDGE = "br0";
    private static final String UPLINK = "eth0";
    private static final int MTU_BYTES = 1_500;
    private static final int PREFIX_BITS = 24;

    private Underlay() {}

    static String nodeAddress(int number) {
        return "198.18.0." + number;
    }

    static void create(LabPlace place) {
        Netns netns = Netns.create(place.netns(LabPlace.UNDERLAY));
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            handle.linkSetUp("lo");
            handle.linkAddBridge(BRIDGE, LinkOptions.mtu(MTU_BYTES));
            handle.linkSetUp(BRIDGE);
        }
    }

    /** Gives the host its uplink; the outside host its address on the internet, too. */
    static void connect(LabPlace place, LabHost host) {
        Netns inside = Netns.open(host.netns(place));
        try (NetlinkHandle underlay = NetlinkHandle.open(Netns.open(place.netns(LabPlace.UNDERLAY)));
                NetlinkHandle handle = NetlinkHandle.open(inside)) {
            String port = host.name();
            underlay.linkAddVeth(port, LinkOptions.mtu(MTU_BYTES), UPLINK, LinkOptions.mtu(MTU_BYTES), inside);
            underlay.linkSetMaster(port, BRIDGE);
            underlay.linkSetUp(port);
            handle.linkSetUp("lo");
            handle.addressAdd(UPLINK, new IpPrefix(address(host.address()), PREFIX_BITS));
            handle.linkSetUp(UPLINK);
            if (host.number() == 0) {
                handle.addressAdd("lo", new IpPrefix(address(INTERNET_ADDRESS), 32));
            } else {
                handle.routeAdd(Route.defaultVia(address(OUTSIDE_ADDRESS), handle.index(UPLINK)));
            }
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(literal + " is an address", e);
        }
    }
}
