package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.LinkAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Commands of iproute2 whose request was captured, and our request for the same. Device 2 is a bridge, 3 and 4 a veth pair, 5 a vxlan. */
enum GoldenRequest {
    LINK_ADD_BRIDGE(
            "ip link add br1 address 02:42:0a:00:09:01 mtu 1450 type bridge",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.addBridge("br1", LinkOptions.mtu(1450).withAddress(mac("02:42:0a:00:09:01")))),
    LINK_ADD_VETH(
            "ip link add va address 02:42:0a:00:09:02 mtu 1450 type veth peer name vb address 02:42:0a:00:09:03 mtu 1450",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.addVeth(
                    "va",
                    LinkOptions.mtu(1450).withAddress(mac("02:42:0a:00:09:02")),
                    "vb",
                    LinkOptions.mtu(1450).withAddress(mac("02:42:0a:00:09:03")),
                    -1)),
    LINK_ADD_VETH_NETNS(
            "ip link add va type veth peer name vb netns /proc/self/ns/net",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.addVeth("va", LinkOptions.DEFAULT, "vb", LinkOptions.DEFAULT, 4)),
    LINK_ADD_VXLAN(
            "ip link add vx1 mtu 1450 type vxlan id 4097 local 198.18.0.1 ttl 64 nolearning proxy nol2miss nol3miss"
                    + " dstport 4789 udpcsum",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.addVxlan(
                    "vx1",
                    LinkOptions.mtu(1450),
                    new Vxlan(4097, Optional.of(ip("198.18.0.1")), 4789, false, true, false, false, 64, true, 0))),
    LINK_ADD_VXLAN6(
            "ip link add vx1 type vxlan id 16777215 local fd00::1 dev v0 learning noproxy l2miss l3miss dstport 8472"
                    + " noudpcsum",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.addVxlan(
                    "vx1",
                    LinkOptions.DEFAULT,
                    new Vxlan(16777215, Optional.of(ip("fd00::1")), 8472, true, false, true, true, 0, false, 3))),
    LINK_SET_UP("ip link set v0 up", Rtnl.RTM_NEWLINK, () -> LinkRequests.setUp(3, true)),
    LINK_SET_DOWN("ip link set v0 down", Rtnl.RTM_NEWLINK, () -> LinkRequests.setUp(3, false)),
    LINK_SET_MASTER("ip link set v0 master br0", Rtnl.RTM_NEWLINK, () -> LinkRequests.setMaster(3, 2)),
    LINK_SET_NOMASTER("ip link set v0 nomaster", Rtnl.RTM_NEWLINK, () -> LinkRequests.setMaster(3, 0)),
    LINK_SET_MTU("ip link set v0 mtu 1408", Rtnl.RTM_NEWLINK, () -> LinkRequests.setMtu(3, 1408)),
    LINK_SET_ADDRESS(
            "ip link set v0 address 02:42:0a:00:09:07",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.setAddress(3, mac("02:42:0a:00:09:07"))),
    LINK_SET_NAME("ip link set v0 name eth0", Rtnl.RTM_NEWLINK, () -> LinkRequests.setName(3, "eth0")),
    LINK_SET_ALIAS(
            "ip link set v0 alias owner=0a1b2c3d", Rtnl.RTM_NEWLINK, () -> LinkRequests.setAlias(3, "owner=0a1b2c3d")),
    LINK_SET_NETNS(
            "ip link set v0 netns /proc/self/ns/net name eth1",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.setNetns(3, 4, "eth1")),
    LINK_SET_BRIDGE_PORT(
            "ip link set p0 type bridge_slave isolated on learning off flood off neigh_suppress on hairpin on",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.setBridgePort(
                    4,
                    BridgePort.UNCHANGED
                            .withIsolated(true)
                            .withLearning(false)
                            .withFlood(false)
                            .withNeighSuppress(true)
                            .withHairpin(true))),
    LINK_SET_BRIDGE_SNOOPING(
            "ip link set br0 type bridge mcast_snooping 0",
            Rtnl.RTM_NEWLINK,
            () -> LinkRequests.setBridgeSnooping(2, false)),
    LINK_SET_GSO_MAX_SIZE(
            "ip link set v0 gso_max_size 61440", Rtnl.RTM_NEWLINK, () -> LinkRequests.setGsoMaxSize(3, 61440)),
    LINK_DELETE("ip link del v0", Rtnl.RTM_DELLINK, () -> LinkRequests.delete(3)),
    ADDRESS_ADD(
            "ip address add 10.0.9.2/24 dev v0",
            Rtnl.RTM_NEWADDR,
            () -> Address.add(3, IpPrefix.parse("10.0.9.2/24"), false)),
    ADDRESS_ADD_NODAD(
            "ip address add fd00:9::2/64 dev v0 nodad",
            Rtnl.RTM_NEWADDR,
            () -> Address.add(3, IpPrefix.parse("fd00:9::2/64"), true)),
    ADDRESS_DELETE(
            "ip address del 10.0.8.1/24 dev br0",
            Rtnl.RTM_DELADDR,
            () -> Address.delete(2, IpPrefix.parse("10.0.8.1/24"))),
    ROUTE_ADD_DEFAULT(
            "ip route add default via 10.0.8.2 dev br0", Rtnl.RTM_NEWROUTE, () -> Route.defaultVia(ip("10.0.8.2"), 2)
                    .add()),
    ROUTE_ADD_DEFAULT6("ip -6 route add default via fd00:8::2 dev br0", Rtnl.RTM_NEWROUTE, () -> Route.defaultVia(
                    ip("fd00:8::2"), 2)
            .add()),
    ROUTE_REPLACE_DEVICE("ip route replace 192.0.2.0/24 dev br0", Rtnl.RTM_NEWROUTE, () -> Route.onLink(
                    IpPrefix.parse("192.0.2.0/24"), 2)
            .replace()),
    ROUTE_REPLACE_TABLE(
            "ip route replace 192.0.2.0/24 via 10.0.8.2 dev br0 table 1000 metric 7 src 10.0.8.1 onlink",
            Rtnl.RTM_NEWROUTE,
            () -> Route.via(IpPrefix.parse("192.0.2.0/24"), ip("10.0.8.2"), 2)
                    .withTable(1000)
                    .withMetric(7)
                    .withSource(ip("10.0.8.1"))
                    .withOnlink()
                    .replace()),
    ROUTE_ADD_TABLE("ip route add 192.0.2.0/24 via 10.0.8.2 dev br0 table 100", Rtnl.RTM_NEWROUTE, () -> Route.via(
                    IpPrefix.parse("192.0.2.0/24"), ip("10.0.8.2"), 2)
            .withTable(100)
            .add()),
    NEIGHBOUR_ADD(
            "ip neighbour add 10.0.8.3 lladdr 02:42:0a:00:08:03 dev br0 nud permanent",
            Rtnl.RTM_NEWNEIGH,
            () -> Neighbour.permanent(2, ip("10.0.8.3"), mac("02:42:0a:00:08:03"))
                    .add()),
    NEIGHBOUR_REPLACE6(
            "ip neighbour replace fd00:8::3 lladdr 02:42:0a:00:08:03 dev br0 nud permanent",
            Rtnl.RTM_NEWNEIGH,
            () -> Neighbour.permanent(2, ip("fd00:8::3"), mac("02:42:0a:00:08:03"))
                    .replace()),
    NEIGHBOUR_DELETE("ip neighbour del 10.0.8.2 dev br0", Rtnl.RTM_DELNEIGH, () -> Neighbour.permanent(
                    2, ip("10.0.8.2"), mac("02:42:0a:00:08:02"))
            .delete()),
    FDB_ADD(
            "bridge fdb add 02:42:0a:00:09:03 dev vx0 dst 198.18.0.2 self permanent",
            Rtnl.RTM_NEWNEIGH,
            () -> FdbEntry.toVtep(5, mac("02:42:0a:00:09:03"), ip("198.18.0.2")).add()),
    FDB_APPEND(
            "bridge fdb append 00:00:00:00:00:00 dev vx0 dst 198.18.0.2 self permanent",
            Rtnl.RTM_NEWNEIGH,
            () -> FdbEntry.toVtep(5, LinkAddress.ZERO, ip("198.18.0.2")).append()),
    FDB_REPLACE(
            "bridge fdb replace 02:42:0a:00:09:03 dev vx0 dst 198.18.0.3 self permanent",
            Rtnl.RTM_NEWNEIGH,
            () -> FdbEntry.toVtep(5, mac("02:42:0a:00:09:03"), ip("198.18.0.3")).replace()),
    FDB_ADD_PORT(
            "bridge fdb add 02:42:0a:00:09:03 dev vx0 dst 198.18.0.2 port 4790 self permanent",
            Rtnl.RTM_NEWNEIGH,
            () -> FdbEntry.toVtep(5, mac("02:42:0a:00:09:03"), ip("198.18.0.2"), 4790)
                    .add()),
    FDB_REPLACE_MASTER(
            "bridge fdb replace 02:42:0a:00:09:03 dev p0 master static",
            Rtnl.RTM_NEWNEIGH,
            () -> FdbEntry.toPort(4, mac("02:42:0a:00:09:03")).replace()),
    FDB_DELETE("bridge fdb del 02:42:0a:00:09:09 dev vx0 dst 198.18.0.9 self", Rtnl.RTM_DELNEIGH, () -> FdbEntry.toVtep(
                    5, mac("02:42:0a:00:09:09"), ip("198.18.0.9"))
            .delete());

    /** The namespace each command is run in, freshly made. */
    static final List<String> SETTING = List.of(
            "ip link add br0 type bridge",
            "ip link set br0 up",
            "ip address add 10.0.8.1/24 dev br0",
            "ip address add fd00:8::1/64 dev br0 nodad",
            "ip link add p0 index 4 type veth peer name v0 index 3",
            "ip link set p0 master br0",
            "ip link add vx0 index 5 type vxlan id 1 dstport 4791",
            "ip neighbour add 10.0.8.2 lladdr 02:42:0a:00:08:02 dev br0 nud permanent",
            "bridge fdb add 02:42:0a:00:09:09 dev vx0 dst 198.18.0.9 self permanent");

    final String command;
    final int type;
    final Supplier<NetlinkRequest> ours;

    GoldenRequest(String command, int type, Supplier<NetlinkRequest> ours) {
        this.command = command;
        this.type = type;
        this.ours = ours;
    }

    String resource() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".golden";
    }

    private static LinkAddress mac(String text) {
        return LinkAddress.parse(text);
    }

    private static InetAddress ip(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
