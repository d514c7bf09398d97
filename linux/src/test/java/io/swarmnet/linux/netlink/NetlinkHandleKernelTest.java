package io.swarmnet.linux.netlink;

import static io.swarmnet.linux.ScratchNetns.exitInside;
import static io.swarmnet.linux.ScratchNetns.inside;
import static io.swarmnet.linux.ScratchNetns.jsonInside;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.linux.Errno;
import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.LinkAddress;
import io.swarmnet.linux.ScratchNetns;
import io.swarmnet.linux.netlink.NetlinkEvents.Event;
import io.swarmnet.linux.netlink.wire.BridgePort;
import io.swarmnet.linux.netlink.wire.FdbEntry;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netlink.wire.Neighbour;
import io.swarmnet.linux.netlink.wire.Route;
import io.swarmnet.linux.netlink.wire.Rtnl;
import io.swarmnet.linux.netlink.wire.Vxlan;
import io.swarmnet.linux.netns.Netns;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(60)
class NetlinkHandleKernelTest {
    private static final LinkAddress MAC_A = LinkAddress.parse("02:42:0a:00:09:02");
    private static final LinkAddress MAC_B = LinkAddress.parse("02:42:0a:00:09:03");

    private ScratchNetns scratch;
    private Netns a;
    private Netns b;

    @BeforeEach
    void makeTwo() {
        scratch = new ScratchNetns();
        a = scratch.add("a");
        b = scratch.add("b");
    }

    @AfterEach
    void removeAll() {
        scratch.close();
    }

    private void veth(NetlinkHandle ha, NetlinkHandle hb) {
        ha.linkAddVeth(
                "va",
                LinkOptions.mtu(1450).withAddress(MAC_A),
                "vb",
                LinkOptions.mtu(1450).withAddress(MAC_B),
                b);
        ha.addressAdd("va", IpPrefix.parse("10.0.9.2/24"));
        hb.addressAdd("vb", IpPrefix.parse("10.0.9.3/24"));
        ha.linkSetUp("va");
        hb.linkSetUp("vb");
    }

    @Test
    void kernelIsAskedForVxlanWithoutMakingADevice() {
        Netns asked = scratch.add("asked");
        try (NetlinkHandle handle = NetlinkHandle.open(asked)) {
            assertTrue(handle.hasVxlan());
            assertEquals(1, handle.links().size());
        }
    }

    @Test
    void tcpCrossesVethBetweenNamespaces() throws Exception {
        try (NetlinkHandle ha = NetlinkHandle.open(a);
                NetlinkHandle hb = NetlinkHandle.open(b)) {
            veth(ha, hb);
            InetSocketAddress there = new InetSocketAddress("10.0.9.3", 7000);
            try (ServerSocket server = b.call(() -> new ServerSocket(7000, 5, there.getAddress()));
                    Socket client = a.call(() -> {
                        Socket made = new Socket();
                        made.connect(there, 2000);
                        return made;
                    });
                    Socket accepted = server.accept()) {
                client.getOutputStream().write(42);
                assertEquals(42, accepted.getInputStream().read());
            }
            Link peer = hb.link("vb").orElseThrow();
            assertEquals(1450, peer.mtuBytes());
            assertEquals(MAC_B, peer.address().orElseThrow());
            assertEquals("veth", peer.kind());
            assertTrue(peer.up() && peer.carrier());
            assertTrue(peer.peerNetnsId() >= 0, "the peer is in another namespace: " + peer);
        }
    }

    @Test
    void vxlanWithStaticEntriesCarriesPingBetweenBridges() throws Exception {
        try (NetlinkHandle ha = NetlinkHandle.open(a);
                NetlinkHandle hb = NetlinkHandle.open(b)) {
            ha.linkAddVeth("ul", LinkOptions.DEFAULT, "ul", LinkOptions.DEFAULT, b);
            half(ha, "198.18.0.1", MAC_A, "10.0.9.2", "198.18.0.2", MAC_B, "10.0.9.3");
            half(hb, "198.18.0.2", MAC_B, "10.0.9.3", "198.18.0.1", MAC_A, "10.0.9.2");
            assertEquals(0, exitInside(a, "ping", "-c", "2", "-i", "0.2", "-W", "2", "10.0.9.3"));
            assertEquals(0, exitInside(a, "ping", "-c", "1", "-W", "2", "-M", "do", "-s", "1422", "10.0.9.3"));
            assertTrue(exitInside(a, "ping", "-c", "1", "-W", "1", "-M", "do", "-s", "1423", "10.0.9.3") != 0);

            JsonNode fdb = jsonInside(a, "bridge", "-j", "fdb", "show", "dev", "vx");
            boolean found = false;
            for (JsonNode entry : fdb) {
                found |= entry.path("mac").asText().equals(MAC_B.toString())
                        && entry.path("dst").asText().equals("198.18.0.2")
                        && entry.path("state").asText().equals("permanent");
            }
            assertTrue(found, "bridge shows our entry: " + fdb);
            int vx = ha.index("vx");
            FdbEntry ours = ha.fdb(vx).stream()
                    .filter(e -> e.vtep().isPresent())
                    .findFirst()
                    .orElseThrow();
            assertEquals(MAC_B, ours.address());
            Vxlan seen = ha.link(vx).orElseThrow().vxlan().orElseThrow();
            assertEquals(Vxlan.overlay(4097, InetAddress.getByName("198.18.0.1"), 4789), seen);
        }
    }

    private static void half(
            NetlinkHandle h, String local, LinkAddress mac, String ip, String remote, LinkAddress peer, String peerIp)
            throws Exception {
        h.addressAdd("ul", IpPrefix.parse(local + "/24"));
        h.linkSetUp("ul");
        int bridge = h.linkAddBridge("br0", LinkOptions.mtu(1450).withAddress(mac));
        int vx = h.linkAddVxlan("vx", LinkOptions.mtu(1450), Vxlan.overlay(4097, InetAddress.getByName(local), 4789));
        h.linkSetMaster(vx, bridge);
        h.linkSetBridgePort(vx, BridgePort.UNCHANGED.withLearning(false).withNeighSuppress(true));
        h.linkSetUp(vx);
        h.linkSetUp(bridge);
        h.addressAdd(bridge, IpPrefix.parse(ip + "/24"));
        h.fdbAdd(FdbEntry.toVtep(vx, peer, InetAddress.getByName(remote)));
        h.neighbourReplace(Neighbour.permanent(bridge, InetAddress.getByName(peerIp), peer));
        assertEquals(
                java.util.Optional.of(false),
                h.link(vx).orElseThrow().port().orElseThrow().learning());
    }

    @Test
    void appendedDestinationsAndDeletionAreListed() throws Exception {
        try (NetlinkHandle h = NetlinkHandle.open(a)) {
            int vx = h.linkAddVxlan(
                    "vx", LinkOptions.DEFAULT, Vxlan.overlay(5000, InetAddress.getByName("127.0.0.1"), 4790));
            FdbEntry one = FdbEntry.toVtep(vx, LinkAddress.ZERO, InetAddress.getByName("198.18.0.2"));
            FdbEntry two = FdbEntry.toVtep(vx, LinkAddress.ZERO, InetAddress.getByName("198.18.0.3"));
            h.fdbAppend(one);
            h.fdbAppend(two);
            assertEquals(
                    List.of(one, two),
                    h.fdb(vx).stream()
                            .filter(e -> e.address().equals(LinkAddress.ZERO))
                            .toList());
            h.fdbDelete(one);
            assertEquals(1, h.fdb(vx).size());
            FdbEntry unicast = FdbEntry.toVtep(vx, MAC_A, InetAddress.getByName("198.18.0.2"));
            h.fdbReplace(unicast);
            h.fdbReplace(FdbEntry.toVtep(vx, MAC_A, InetAddress.getByName("198.18.0.9")));
            assertEquals(
                    InetAddress.getByName("198.18.0.9"),
                    h.fdb(vx).stream()
                            .filter(e -> e.address().equals(MAC_A))
                            .findFirst()
                            .orElseThrow()
                            .vtep()
                            .orElseThrow());
        }
    }

    @Test
    void routesAndNeighboursAreSeenByIproute2AndBack() throws Exception {
        try (NetlinkHandle ha = NetlinkHandle.open(a);
                NetlinkHandle hb = NetlinkHandle.open(b)) {
            veth(ha, hb);
            int va = ha.index("va");
            ha.addressAddNodad(va, IpPrefix.parse("fd00:9::2/64"));
            InetAddress gateway = InetAddress.getByName("10.0.9.3");
            ha.routeAdd(Route.defaultVia(gateway, va));
            ha.routeReplace(
                    Route.via(IpPrefix.parse("192.0.2.0/24"), gateway, va).withMetric(7));
            ha.routeReplace(Route.defaultVia(gateway, va).withTable(1000));
            ha.routeAdd(Route.defaultVia(InetAddress.getByName("fd00:9::3"), va));
            JsonNode routes = jsonInside(a, "ip", "-j", "route");
            assertEquals("default", routes.get(0).get("dst").asText());
            assertEquals("10.0.9.3", routes.get(0).get("gateway").asText());
            assertTrue(routes.toString().contains("192.0.2.0/24"), routes.toString());
            assertEquals(
                    1,
                    jsonInside(a, "ip", "-j", "route", "show", "table", "1000").size());
            assertTrue(jsonInside(a, "ip", "-6", "-j", "route").toString().contains("\"gateway\":\"fd00:9::3\""));
            assertTrue(ha.routes(Rtnl.RT_TABLE_MAIN)
                    .contains(Route.via(IpPrefix.parse("192.0.2.0/24"), gateway, va)
                            .withMetric(7)));
            assertTrue(ha.routes(1000).contains(Route.defaultVia(gateway, va).withTable(1000)));
            ha.routeDelete(Route.defaultVia(gateway, va));
            assertFalse(ha.routes(Rtnl.RT_TABLE_MAIN).contains(Route.defaultVia(gateway, va)));

            Neighbour neighbour = Neighbour.permanent(va, InetAddress.getByName("10.0.9.77"), MAC_B);
            ha.neighbourAdd(neighbour);
            assertTrue(ha.neighbours(va).contains(neighbour));
            assertTrue(inside(a, "ip", "neigh", "show").contains("10.0.9.77 dev va lladdr " + MAC_B + " PERMANENT"));
            ha.neighbourDelete(neighbour);
            assertFalse(ha.neighbours(va).contains(neighbour));
            assertTrue(ha.addresses(va).stream().anyMatch(x -> x.prefix().equals(IpPrefix.parse("fd00:9::2/64"))));
            ha.addressDelete(va, IpPrefix.parse("10.0.9.2/24"));
            assertFalse(ha.addresses(va).stream().anyMatch(x -> x.prefix().equals(IpPrefix.parse("10.0.9.2/24"))));
            assertEquals(0, ha.errors().messages() + ha.errors().attributes());
        }
    }

    @Test
    void settersShowInListing() {
        try (NetlinkHandle ha = NetlinkHandle.open(a);
                NetlinkHandle hb = NetlinkHandle.open(b)) {
            int bridge = ha.linkAddBridge("br0");
            int port = ha.linkAddVeth("p0", LinkOptions.DEFAULT, "p1", LinkOptions.DEFAULT);
            ha.linkSetMaster(port, bridge);
            BridgePort wanted = BridgePort.UNCHANGED
                    .withIsolated(true)
                    .withLearning(false)
                    .withFlood(false)
                    .withHairpin(true)
                    .withNeighSuppress(true);
            ha.linkSetBridgePort(port, wanted);
            ha.linkSetAlias(port, "owner=0a1b2c3d net=x");
            ha.linkSetMtu(port, 1300);
            ha.linkSetAddress(port, MAC_A);
            ha.linkSetUp(port);
            Link link = ha.link("p0").orElseThrow();
            assertEquals(bridge, link.master());
            assertEquals(wanted, link.port().orElseThrow());
            assertEquals("owner=0a1b2c3d net=x", link.alias());
            assertEquals(1300, link.mtuBytes());
            assertEquals(MAC_A, link.address().orElseThrow());
            assertTrue(link.up());
            ha.linkSetNoMaster(port);
            ha.linkSetDown(port);
            assertEquals(0, ha.link(port).orElseThrow().master());
            ha.linkSetName(port, "renamed");
            ha.linkSetNetns(ha.index("p1"), b, "eth7");
            assertEquals("veth", hb.link("eth7").orElseThrow().kind());
            assertTrue(ha.link("p1").isEmpty());
            assertTrue(ha.linkDeleteIfExists("renamed"));
            assertFalse(ha.linkDeleteIfExists("renamed"));
            assertTrue(hb.link("eth7").isEmpty(), "a veth dies with its peer");
            assertEquals(
                    List.of("lo", "br0"), ha.links().stream().map(Link::name).toList());
        }
    }

    @Test
    void failuresCarryErrnoAndTheKernelsWords() throws Exception {
        try (NetlinkHandle h = NetlinkHandle.open(a)) {
            h.linkAddBridge("br0");
            KernelException exists = assertThrows(KernelException.class, () -> h.linkAddBridge("br0"));
            assertEquals(Errno.EEXIST, exists.errno());
            assertTrue(exists.getMessage().startsWith("link add br0 type bridge: EEXIST (17)"), exists.getMessage());
            KernelException unreachable = assertThrows(
                    KernelException.class,
                    () -> h.routeAdd(Route.defaultVia(InetAddress.getByName("203.0.113.1"), h.index("br0"))));
            assertEquals(Errno.ENETUNREACH, unreachable.errno());
            assertTrue(unreachable.getMessage().contains("Nexthop"), unreachable.getMessage());
            assertEquals(
                    Errno.ENODEV,
                    assertThrows(KernelException.class, () -> h.index("none")).errno());
        }
    }

    @Test
    void eventsTellOfLinksAndRoutes() {
        try (NetlinkHandle h = NetlinkHandle.open(a);
                NetlinkEvents events = NetlinkEvents.subscribe(a, Rtnl.RTNLGRP_LINK, Rtnl.RTNLGRP_IPV4_ROUTE)) {
            h.linkAddBridge("br0");
            h.linkDelete("br0");
            boolean added = false;
            boolean removed = false;
            long end = System.nanoTime() + 5_000_000_000L;
            while (!removed && System.nanoTime() < end) {
                for (Event event : events.next(1000)) {
                    if (event instanceof Event.LinkEvent link
                            && link.link().name().equals("br0")) {
                        added |= !link.removed();
                        removed |= link.removed();
                    }
                }
            }
            assertTrue(added && removed);
            assertEquals(List.of(), events.next(1));
        }
    }
}
