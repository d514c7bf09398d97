package io.swarmnet.vxlan.userspace;

import static io.swarmnet.vxlan.userspace.MixedHosts.BLUE;
import static io.swarmnet.vxlan.userspace.MixedHosts.MTU_BYTES;
import static io.swarmnet.vxlan.userspace.MixedHosts.RED;
import static io.swarmnet.vxlan.userspace.MixedHosts.config;
import static io.swarmnet.vxlan.userspace.MixedHosts.endpoint;
import static io.swarmnet.vxlan.userspace.MixedHosts.inner;
import static io.swarmnet.vxlan.userspace.MixedHosts.peer;
import static io.swarmnet.vxlan.userspace.MixedHosts.port;
import static io.swarmnet.vxlan.userspace.MixedHosts.reaches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.forwarding.DropReason;
import io.swarmnet.vxlan.kernel.KernelOverlay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("root")
@Timeout(120)
class UserspaceOverlayKernelTest {
    private MixedHosts hosts;

    @BeforeEach
    void up() {
        hosts = new MixedHosts();
    }

    @AfterEach
    void down() {
        hosts.close();
    }

    private OverlayDriver driver(String kind, int host) {
        return kind.equals("kernel") ? hosts.kernel(host) : hosts.userspace(host);
    }

    /** Both ends hash what they get: TCP in long streams and byte by byte, UDP and ICMP in all sizes up to the MTU. */
    @ParameterizedTest
    @CsvSource({
        "kernel,userspace,4",
        "userspace,kernel,4",
        "userspace,userspace,4",
        "kernel,userspace,6",
        "userspace,userspace,6"
    })
    void payloadsArriveAsTheyWereSent(String left, String right, int underlay) throws Exception {
        Netns a = hosts.sandbox("a");
        Netns b = hosts.sandbox("b");
        List<OverlayNetwork> networks = hosts.join(driver(left, 0), driver(right, 1), RED, a, b, "eth0", underlay == 4);
        for (boolean v4 : List.of(true, false)) {
            int headers = v4 ? 28 : 48;
            assertTrue(reaches(a, inner(RED, 4, v4), 56), "ping, v4 " + v4);
            for (int bytes : new int[] {0, 1, 8, 64, 511, 1200, MTU_BYTES - headers}) {
                assertTrue(reaches(a, inner(RED, 4, v4), bytes), "ping of " + bytes);
                assertTrue(reaches(b, inner(RED, 3, v4), bytes), "ping back of " + bytes);
            }
            assertFalse(MixedHosts.pings(a, inner(RED, 4, v4), MTU_BYTES - headers + 1), "over the MTU");
            Exchange there = new Exchange(a, b, inner(RED, 4, v4));
            Exchange back = new Exchange(b, a, inner(RED, 3, v4));
            for (int bytes : new int[] {1, 2, 63, 512, 1399, MTU_BYTES - headers, 4000}) {
                assertTrue(there.udp(bytes), "UDP of " + bytes + ", v4 " + v4);
                assertTrue(back.udp(bytes), "UDP back of " + bytes + ", v4 " + v4);
            }
            for (int bytes : new int[] {1, 1000, 3 << 20}) {
                assertTrue(there.tcp(bytes), "TCP of " + bytes + ", v4 " + v4);
                assertTrue(back.tcp(bytes), "TCP back of " + bytes + ", v4 " + v4);
            }
        }
        networks.forEach(OverlayNetwork::close);
        for (int host = 0; host < 2; host++) {
            assertEquals(Set.of("lo", "ul"), MixedHosts.links(hosts.host(host)));
            assertEquals("", MixedHosts.inside(hosts.host(host), "nft", "list", "ruleset"));
            assertEquals("", MixedHosts.inside(hosts.host(host), "ss", "-uanH"));
        }
    }

    @Test
    void kernelDevicesAndThisDriverShareThePort() throws Exception {
        Netns a = hosts.sandbox("a");
        Netns b = hosts.sandbox("b");
        UserspaceOverlay user = hosts.userspace(0);
        // On host 0 the kernel has the port for the blue network; host 1 has both in the kernel.
        KernelOverlay other = hosts.kernel(1);
        List<OverlayNetwork> blue = hosts.join(hosts.kernel(0), other, BLUE, a, b, "eth1");
        List<OverlayNetwork> red = hosts.join(user, other, RED, a, b, "eth0");
        assertTrue(MixedHosts.inside(hosts.host(0), "nft", "list", "ruleset").contains("0x1001"));
        for (int i = 0; i < 2; i++) {
            assertTrue(reaches(a, inner(RED, 4, i == 0), 1300));
            assertTrue(reaches(a, inner(BLUE, 4, i == 0), 1300));
            assertTrue(new Exchange(b, a, inner(RED, 3, i == 0)).tcp(1 << 20));
            assertTrue(new Exchange(b, a, inner(BLUE, 3, i == 0)).tcp(1 << 20));
        }
        red.get(0).close();
        assertEquals("", MixedHosts.inside(hosts.host(0), "nft", "list", "ruleset"));
        assertTrue(reaches(a, inner(BLUE, 4, true), 1300));
        blue.forEach(OverlayNetwork::close);
        red.get(1).close();
    }

    @Test
    void anotherDaemonOfTheSameOwnerAdoptsPortsAndTrafficGoesOn() {
        Netns a = hosts.sandbox("a");
        Netns b = hosts.sandbox("b");
        OverlayDriver right = hosts.kernel(1);
        OverlayNetwork before =
                hosts.join(hosts.userspace(0), right, RED, a, b, "eth0").get(0);
        assertTrue(reaches(a, inner(RED, 4, true), 56));
        // The first daemon is gone: its descriptors are closed, its namespaces stay.
        ((UserspaceNetwork) before).end();
        assertFalse(MixedHosts.pings(a, inner(RED, 4, true), 56));

        UserspaceOverlay driver = hosts.userspace(0);
        assertEquals(List.of("usred0red0"), driver.found());
        OverlayNetwork after = driver.open(config(RED, 0, true));
        assertEquals(Set.of(endpoint(3)), after.ports());
        assertEquals(List.of(), after.peers());
        after.attach(port(RED, 3, a, "eth0"));
        after.addPeer(peer(RED, 4, 1, true));
        assertEquals(List.of(peer(RED, 4, 1, true)), after.peers());
        assertTrue(reaches(a, inner(RED, 4, true), 56));
        assertTrue(reaches(a, inner(RED, 4, false), 56));

        UserspaceOverlay stranger = new UserspaceOverlay("deadbeef", hosts.directory(0), hosts.host(0), hosts.vertx);
        assertThrows(KernelException.class, () -> stranger.open(config(RED, 0, true)));
        assertEquals(List.of(), stranger.found());
        assertThrows(KernelException.class, () -> stranger.remove("usred0red0"));

        // The same namespaces serve the kernel's driver after the next restart, and this one again.
        ((UserspaceNetwork) after).end();
        OverlayNetwork kernel = hosts.kernel(0).open(config(RED, 0, true));
        kernel.addPeer(peer(RED, 4, 1, true));
        assertEquals(Set.of(endpoint(3)), kernel.ports());
        assertTrue(reaches(a, inner(RED, 4, true), 56));
        OverlayNetwork again = driver.open(config(RED, 0, true));
        again.addPeer(peer(RED, 4, 1, true));
        assertTrue(reaches(a, inner(RED, 4, true), 56));
        again.close();
        assertFalse(hosts.namespace(0, RED).exists());
    }

    @Test
    void namespaceThatVanishesEndsItCleanly() throws Exception {
        Netns a = hosts.sandbox("a");
        Netns b = hosts.sandbox("b");
        UserspaceOverlay driver = hosts.userspace(0);
        UserspaceNetwork network = (UserspaceNetwork)
                hosts.join(driver, hosts.kernel(1), RED, a, b, "eth0").get(0);
        assertTrue(reaches(a, inner(RED, 4, true), 56));
        Map<String, Long> before = descriptors();
        hosts.namespace(0, RED).delete();
        a.delete(); // its veth would not keep the namespace, but goes with it
        long end = System.nanoTime() + 20_000_000_000L;
        while (network.alive()) {
            assertTrue(System.nanoTime() < end, "the driver has not noticed");
            Thread.sleep(20);
        }
        long cpu = System.nanoTime();
        assertEquals(before.getOrDefault("/dev/net/tun", 0L) - 1, descriptors().getOrDefault("/dev/net/tun", 0L));
        assertTrue(System.nanoTime() - cpu < 5_000_000_000L, "the loop is busy");
        assertThrows(KernelException.class, () -> network.attach(port(RED, 3, a, "eth0")));
        network.close();
        // It comes anew.
        Netns c = hosts.sandbox("c");
        OverlayNetwork anew = driver.open(config(RED, 0, true));
        anew.attach(port(RED, 3, c, "eth0"));
        anew.addPeer(peer(RED, 4, 1, true));
        assertTrue(reaches(c, inner(RED, 4, true), 56));
        anew.close();
        assertEquals("", MixedHosts.inside(hosts.host(0), "ss", "-uanH"));
    }

    private static Map<String, Long> descriptors() throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(UserspaceOverlayKernelTest::target)
                    .collect(java.util.stream.Collectors.groupingBy(t -> t, java.util.stream.Collectors.counting()));
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (java.io.IOException e) {
            return "closed meanwhile";
        }
    }

    @Test
    void tablesFollowTheirEndpointsAsInTheKernel() {
        UserspaceOverlay driver = hosts.userspace(0);
        OverlayNetwork network = driver.open(config(RED, 0, true));
        network.addPeer(peer(RED, 4, 1, true));
        network.addPeer(peer(RED, 4, 7, true));
        network.removePeer(peer(RED, 4, 1, true));
        assertEquals(List.of(peer(RED, 4, 7, true)), network.peers(), "it has moved on");
        Netns a = hosts.sandbox("a");
        network.attach(port(RED, 4, a, "eth0"));
        assertEquals(List.of(), network.peers(), "it has come home");
        assertTrue(reaches(a, inner(RED, 1, true), 56), "the gateway answers on each node");
        assertFalse(MixedHosts.pings(a, inner(RED, 9, true), 56));
        Map<DropReason, Long> drops =
                driver.traffic(RED).values().iterator().next().drops();
        assertTrue(drops.containsKey(DropReason.NEIGHBOUR_UNKNOWN), drops.toString());
        KernelException refused = assertThrows(
                KernelException.class,
                () -> driver.open(new io.swarmnet.vxlan.OverlayConfig(
                        BLUE, config(RED, 0, true).subnets(), MTU_BYTES, List.of(MixedHosts.vtep(0, true)), 4789)));
        assertTrue(refused.getMessage().contains("EEXIST"), refused.getMessage());
        assertEquals(List.of("usred0red0"), driver.found());
        network.detach(endpoint(4));
        network.detach(endpoint(4));
        assertEquals(Set.of(), network.ports());
        assertEquals(Set.of("lo"), MixedHosts.links(a));
        network.close();
        assertEquals(List.of(), driver.found());
        assertEquals(0, hosts.directory(0).toFile().list().length);
        assertEquals(Set.of("lo", "ul"), MixedHosts.links(hosts.host(0)));
    }
}
