package io.swarmnet.vxlan.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.PortConfig;
import io.swarmnet.vxlan.RemoteEndpoint;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(120)
class KernelOverlayKernelTest {
    private static final int PORT = 4789;
    private static final NetworkId RED = new NetworkId("red0red0red0red0red0red00");
    private static final NetworkId BLUE = new NetworkId("blue0blue0blue0blue0blue0");

    private TwoHosts hosts;

    @BeforeEach
    void up() {
        hosts = new TwoHosts();
    }

    @AfterEach
    void down() {
        hosts.close();
    }

    private OverlayConfig config(NetworkId id, String subnet, int vni, String vtep) {
        Subnet range = Subnet.parse(subnet);
        return new OverlayConfig(
                id,
                List.of(new OverlaySubnet(range, range.network().plus(1), new Vni(vni))),
                1450,
                List.of(IpAddress.parse(vtep)),
                PORT);
    }

    private static EndpointId endpoint(int number) {
        return new EndpointId(String.format("%064x", number).replaceFirst("^0{8}", String.format("%08x", number)));
    }

    private static PortConfig port(int number, Netns sandbox, String name, String cidr) {
        CidrAddress address = CidrAddress.parse(cidr);
        return new PortConfig(
                endpoint(number), sandbox.path(), name, MacAddress.ofIpv4(address.address()), List.of(address));
    }

    private static RemoteEndpoint peer(String ip, String vtep) {
        IpAddress address = IpAddress.parse(ip);
        return new RemoteEndpoint(MacAddress.ofIpv4(address), List.of(address), List.of(IpAddress.parse(vtep)), PORT);
    }

    @Test
    void endpointsOfTwoHostsReachEachOtherOnTwoNetworks() {
        OverlayNetwork redA = hosts.driver(0).open(config(RED, "10.0.9.0/24", 4097, TwoHosts.VTEP_A));
        OverlayNetwork redB = hosts.driver(1).open(config(RED, "10.0.9.0/24", 4097, TwoHosts.VTEP_B));
        OverlayNetwork blueA = hosts.driver(0).open(config(BLUE, "10.0.10.0/24", 4098, TwoHosts.VTEP_A));
        OverlayNetwork blueB = hosts.driver(1).open(config(BLUE, "10.0.10.0/24", 4098, TwoHosts.VTEP_B));
        Netns a = hosts.sandbox("a");
        Netns b = hosts.sandbox("b");
        redA.attach(port(1, a, "eth0", "10.0.9.3/24"));
        blueA.attach(port(2, a, "eth1", "10.0.10.3/24"));
        redB.attach(port(3, b, "eth0", "10.0.9.4/24"));
        blueB.attach(port(4, b, "eth1", "10.0.10.4/24"));
        assertFalse(TwoHosts.pings(a, "10.0.9.4", 56), "nobody has told of the peer yet");
        redA.addPeer(peer("10.0.9.4", TwoHosts.VTEP_B));
        redB.addPeer(peer("10.0.9.3", TwoHosts.VTEP_A));
        blueA.addPeer(peer("10.0.10.4", TwoHosts.VTEP_B));
        blueB.addPeer(peer("10.0.10.3", TwoHosts.VTEP_A));

        assertTrue(TwoHosts.reaches(a, "10.0.9.4", 56));
        assertTrue(TwoHosts.reaches(a, "10.0.10.4", 56));
        assertTrue(TwoHosts.reaches(b, "10.0.9.3", 56));
        assertTrue(TwoHosts.reaches(a, "10.0.9.1", 56), "the gateway answers on each node");
        assertTrue(TwoHosts.reaches(a, "10.0.9.4", 1422), "1,450 bytes pass");
        assertFalse(TwoHosts.pings(a, "10.0.9.4", 1423), "1,451 bytes do not");
        // Broadcast is copied to every VTEP with a peer.
        assertTrue(TwoHosts.answersBroadcast(a, b, "10.0.9.255"));

        String fdb = TwoHosts.inside(new Netns(hosts.directory(0).resolve("ov-red0red0re")), "bridge", "-j", "fdb");
        assertTrue(fdb.contains("\"mac\":\"02:42:0a:00:09:04\""), fdb);
        assertTrue(fdb.contains("\"dst\":\"" + TwoHosts.VTEP_B + "\""), fdb);
        assertEquals(List.of("blue0blue0", "red0red0re"), hosts.driver(0).found());
        assertEquals(Set.of(endpoint(1)), redA.ports());

        redA.removePeer(peer("10.0.9.4", TwoHosts.VTEP_B));
        assertFalse(TwoHosts.pings(a, "10.0.9.4", 56));
        assertTrue(redA.peers().isEmpty());
        String left = TwoHosts.inside(new Netns(hosts.directory(0).resolve("ov-red0red0re")), "bridge", "fdb");
        assertFalse(left.contains("02:42:0a:00:09:04"), left);
        assertFalse(left.contains("dst"), left);

        redA.detach(endpoint(1));
        redA.detach(endpoint(1));
        assertEquals(Set.of(), redA.ports());
        for (OverlayNetwork network : List.of(redA, redB, blueA, blueB)) {
            network.close();
        }
        for (int host = 0; host < 2; host++) {
            assertEquals(List.of(), hosts.driver(host).found());
            assertEquals(0, hosts.directory(host).toFile().list().length);
            assertEquals(Set.of("lo", "ul"), hosts.linksOf(host));
        }
        assertEquals(Set.of("lo"), TwoHosts.links(a));
    }

    /** The VTEPs are IPv6; inside, both families share a VNI. */
    @Test
    void tunnelsOverIpv6CarryBothFamilies() {
        List<OverlaySubnet> subnets = List.of(
                new OverlaySubnet(Subnet.parse("10.0.9.0/24"), IpAddress.parse("10.0.9.1"), new Vni(4097)),
                new OverlaySubnet(Subnet.parse("fd00:9::/64"), IpAddress.parse("fd00:9::1"), new Vni(4097)));
        List<String> vteps = List.of(TwoHosts.VTEP6_A, TwoHosts.VTEP6_B);
        Netns[] sandbox = {hosts.sandbox("a"), hosts.sandbox("b")};
        for (int i = 0; i < 2; i++) {
            OverlayNetwork network = hosts.driver(i)
                    .open(new OverlayConfig(RED, subnets, 1430, List.of(IpAddress.parse(vteps.get(i))), PORT));
            String ip = "10.0.9." + (3 + i);
            String ip6 = "fd00:9::" + (3 + i);
            MacAddress mac = MacAddress.ofIpv4(IpAddress.parse(ip));
            network.attach(new PortConfig(
                    endpoint(i + 1),
                    sandbox[i].path(),
                    "eth0",
                    mac,
                    List.of(CidrAddress.parse(ip + "/24"), CidrAddress.parse(ip6 + "/64"))));
            IpAddress other = IpAddress.parse("10.0.9." + (4 - i));
            network.addPeer(new RemoteEndpoint(
                    MacAddress.ofIpv4(other),
                    List.of(other, IpAddress.parse("fd00:9::" + (4 - i))),
                    List.of(IpAddress.parse(TwoHosts.VTEP_A), IpAddress.parse(vteps.get(1 - i))),
                    PORT));
        }
        assertTrue(TwoHosts.reaches(sandbox[0], "10.0.9.4", 1402));
        assertTrue(TwoHosts.reaches(sandbox[0], "fd00:9::4", 56), "ND is answered by the tunnel end");
        assertTrue(TwoHosts.reaches(sandbox[0], "fd00:9::1", 56));
    }

    @Test
    void anotherDaemonOfTheSameOwnerAdoptsWhatIsThere() {
        OverlayConfig config = config(RED, "10.0.9.0/24", 4097, TwoHosts.VTEP_A);
        OverlayNetwork before = hosts.driver(0).open(config);
        Netns a = hosts.sandbox("a");
        before.attach(port(1, a, "eth0", "10.0.9.3/24"));
        before.addPeer(peer("10.0.9.4", TwoHosts.VTEP_B));
        before.addPeer(peer("10.0.9.5", TwoHosts.VTEP_B));
        Netns inside = new Netns(hosts.directory(0).resolve("ov-red0red0re"));
        List<Integer> indexes = indexes(inside);

        OverlayNetwork after = hosts.driver(0).open(config);
        assertEquals(indexes, indexes(inside), "nothing was made anew");
        assertEquals(Set.of(endpoint(1)), after.ports());
        assertEquals(Set.copyOf(before.peers()), Set.copyOf(after.peers()));
        after.attach(port(1, a, "eth0", "10.0.9.3/24"));
        assertEquals(indexes, indexes(inside), "the port was adopted");
        after.removePeer(peer("10.0.9.5", TwoHosts.VTEP_B));
        assertEquals(1, after.peers().size());

        // Differences are repaired: a foreign port number of the tunnel, a missing gateway address.
        TwoHosts.inside(inside, "ip", "addr", "flush", "dev", "br0");
        TwoHosts.inside(inside, "ip", "link", "set", "br0", "down");
        OverlayConfig other = new OverlayConfig(RED, config.subnets(), 1400, config.localVteps(), 4790);
        OverlayNetwork repaired = hosts.driver(0).open(other);
        repaired.attach(port(1, a, "eth0", "10.0.9.3/24"));
        assertTrue(TwoHosts.reaches(a, "10.0.9.1", 56));
        assertTrue(TwoHosts.inside(inside, "ip", "-d", "link", "show", "vxlan0").contains("dstport 4790"));
        assertTrue(TwoHosts.inside(a, "ip", "link", "show", "eth0").contains("mtu 1400"));

        KernelOverlay stranger = new KernelOverlay("deadbeef", hosts.directory(0), hosts.host(0));
        assertThrows(KernelException.class, () -> stranger.open(config));
        assertEquals(List.of(), stranger.found());
        assertThrows(KernelException.class, () -> stranger.remove("red0red0re"));
        before.close();
        assertFalse(inside.exists());
        hosts.driver(0).remove("red0red0re");
    }

    private static List<Integer> indexes(Netns netns) {
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            return handle.links().stream().map(Link::index).sorted().toList();
        }
    }

    @Test
    void endpointThatMovedIsNotTakenAwayByTheOldNodesNews() {
        OverlayNetwork network = hosts.driver(0).open(config(RED, "10.0.9.0/24", 4097, TwoHosts.VTEP_A));
        network.addPeer(peer("10.0.9.4", TwoHosts.VTEP_B));
        network.addPeer(peer("10.0.9.4", "198.18.7.9"));
        network.removePeer(peer("10.0.9.4", TwoHosts.VTEP_B));
        assertEquals(List.of(peer("10.0.9.4", "198.18.7.9")), network.peers());
        // It comes home: its own port wins over the entry.
        Netns a = hosts.sandbox("a");
        network.attach(port(1, a, "eth0", "10.0.9.4/24"));
        assertEquals(List.of(), network.peers());
        assertTrue(TwoHosts.reaches(a, "10.0.9.1", 56));
        network.close();
    }

    @Test
    void attachTeachesTheBridgeByAGratuitousArp() throws Exception {
        OverlayNetwork network = hosts.driver(0).open(config(RED, "10.0.9.0/24", 4097, TwoHosts.VTEP_A));
        network.attach(port(1, hosts.sandbox("a"), "eth0", "10.0.9.4/24"));
        Netns inside = new Netns(hosts.directory(0).resolve("ov-red0red0re"));
        long end = System.nanoTime() + 5_000_000_000L;
        while (!TwoHosts.inside(inside, "bridge", "fdb").contains("02:42:0a:00:09:04")) {
            assertTrue(System.nanoTime() < end, "the bridge has not heard of the endpoint");
            Thread.sleep(20);
        }
        network.close();
    }

    @Test
    void failedOpenTakesDownWhatItHadPutUp() throws Exception {
        OverlayNetwork first = hosts.driver(0).open(config(RED, "10.0.9.0/24", 4097, TwoHosts.VTEP_A));
        // The same VNI and port once more in this host: the kernel refuses the second device.
        KernelException refused = assertThrows(
                KernelException.class, () -> hosts.driver(0).open(config(BLUE, "10.0.10.0/24", 4097, TwoHosts.VTEP_A)));
        assertTrue(refused.getMessage().contains("EEXIST"), refused.getMessage());
        assertEquals(List.of("red0red0re"), hosts.driver(0).found());
        assertFalse(Files.exists(hosts.directory(0).resolve("ov-blue0blue0")));
        assertEquals(Set.of("lo", "ul"), hosts.linksOf(0));
        first.close();
    }

    @Test
    void fiftyEndpointsAttachAndTheTimeIsPrinted() {
        OverlayNetwork network = hosts.driver(0).open(config(RED, "10.0.9.0/24", 4097, TwoHosts.VTEP_A));
        long[] micros = new long[50];
        for (int i = 0; i < micros.length; i++) {
            Netns sandbox = hosts.sandbox("s" + i);
            PortConfig port = port(100 + i, sandbox, "eth0", "10.0.9." + (i + 3) + "/24");
            long start = System.nanoTime();
            network.attach(port);
            micros[i] = (System.nanoTime() - start) / 1000;
        }
        Arrays.sort(micros);
        System.out.println("attach of an endpoint, 50 times: p50 " + micros[25] + " us, p90 " + micros[45] + " us, max "
                + micros[49] + " us");
        assertEquals(50, network.ports().size());
        network.close();
    }
}
