package io.swarmnet.manager.ipam;

import static io.swarmnet.manager.TestSwarm.networkSpec;
import static io.swarmnet.manager.TestSwarm.ok;
import static io.swarmnet.manager.TestSwarm.refusal;
import static io.swarmnet.manager.TestSwarm.route;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.swarmnet.manager.TestSwarm;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.OverlaySubnet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SubnetChoiceTest {
    private final TestSwarm swarm = new TestSwarm(1);

    private static String text(Network network) {
        return network.subnets().stream().map(SubnetChoiceTest::text).toList().toString();
    }

    private static String text(OverlaySubnet subnet) {
        return subnet.subnet() + " gw " + subnet.gateway() + " vni " + subnet.vni();
    }

    @Test
    void ingressIsTheFirstAndOwnNetworksFollow() {
        assertEquals("[10.0.0.0/24 gw 10.0.0.1 vni 4096]", text(swarm.control.network("ingress")));
        assertEquals("[10.0.1.0/24 gw 10.0.1.1 vni 4097]", text(swarm.network("a")));
        assertEquals("[10.0.2.0/24 gw 10.0.2.1 vni 4098]", text(swarm.network("b")));
    }

    @Test
    void aFreedSubnetAndVniRestUntilThePoolWraps() {
        TestSwarm small =
                new TestSwarm(1, new AddressPools(List.of(Subnet.parse("10.0.0.0/22")), 24), UnaryOperator.identity());
        small.network("a");
        ok(small.control.removeNetwork("a"));
        assertEquals("[10.0.2.0/24 gw 10.0.2.1 vni 4098]", text(small.network("b")));
        assertEquals("[10.0.3.0/24 gw 10.0.3.1 vni 4099]", text(small.network("c")));
        assertEquals("[10.0.1.0/24 gw 10.0.1.1 vni 4100]", text(small.network("d")));
        assertEquals(
                "503 all predefined address pools have been fully subnetted",
                refusal(small.control.createNetwork(networkSpec("e", Map.of()))));
    }

    @Test
    void automaticChoiceSkipsWhatOverlaysAndHostsUse() {
        swarm.network("a", "10.0.1.0/25");
        swarm.addNode("n2", route("10.0.2.0/23", "eth1"), route("0.0.0.0/0", "eth0"));
        assertEquals("[10.0.4.0/24 gw 10.0.4.1 vni 4098]", text(swarm.network("b")));
    }

    @Test
    void aDataCentreThatUsesTheWholePoolIsNamed() {
        swarm.addNode("n2", route("10.0.0.0/8", "eth1"));
        assertEquals(
                "503 all predefined address pools have been fully subnetted (the rest is used on node n2: it has route"
                        + " 10.0.0.0/8 on device eth1; choose a --subnet, or --opt swarmnet.force-overlap=true)",
                refusal(swarm.control.createNetwork(networkSpec("a", Map.of()))));
        assertEquals(
                "[10.0.1.0/24 gw 10.0.1.1 vni 4097]",
                text(ok(swarm.control.createNetwork(networkSpec("a", Map.of("swarmnet.force-overlap", "true"))))));
    }

    @Test
    void refusesAnotherOverlaysSubnetNamingIt() {
        swarm.network("a", "10.0.9.0/24");
        assertEquals(
                "403 invalid pool request: Pool overlaps with other one on this address space (network a has 10.0.9.0/24)",
                refusal(swarm.control.createNetwork(networkSpec("b", Map.of(), "10.0.8.0/23"))));
        assertEquals(
                "403 invalid pool request: Pool overlaps with other one on this address space (10.1.0.0/16 was given, too)",
                refusal(swarm.control.createNetwork(networkSpec("b", Map.of(), "10.1.0.0/16", "10.1.2.0/24"))));
    }

    @Test
    void refusesAHostsSubnetNamingNodeRouteAndDevice() {
        swarm.addNode("n2", route("172.20.0.0/16", "docker_gwbridge"));
        assertEquals(
                "403 invalid pool request: 172.20.3.0/24 is used on node n2: it has route 172.20.0.0/16 on device"
                        + " docker_gwbridge; choose another --subnet, or take it with --opt swarmnet.force-overlap=true",
                refusal(swarm.control.createNetwork(networkSpec("a", Map.of(), "172.20.3.0/24"))));
        assertEquals(
                "403 invalid pool request: 198.18.0.0/24 is used on node n1: its name server is 198.18.0.53; choose"
                        + " another --subnet, or take it with --opt swarmnet.force-overlap=true",
                refusal(swarm.control.createNetwork(networkSpec("a", Map.of(), "198.18.0.0/24"))));
        ok(swarm.control.createNetwork(networkSpec("a", Map.of("swarmnet.force-overlap", "true"), "172.20.3.0/24")));
    }

    @Test
    void tellsMalformedSubnetsInDockersWords() {
        assertEquals(
                "400 invalid network config:\ninvalid subnet 10.77.1.0/16: it should be 10.77.0.0/16",
                refusal(swarm.control.createNetwork(networkSpec("a", Map.of(), "10.77.1.0/16"))));
        assertEquals(
                "400 invalid network config:\ninvalid subnet 1.2.3.4.5: invalid CIDR block notation",
                refusal(swarm.control.createNetwork(networkSpec("a", Map.of(), "1.2.3.4.5"))));
        assertEquals(
                List.of(
                        "invalid network config:",
                        "invalid ip-range 10.2.0.0/24: parent subnet 10.1.0.0/16 doesn't contain ip-range",
                        "invalid gateway 10.3.0.1: parent subnet 10.1.0.0/16 doesn't contain this address",
                        "invalid auxiliary address x: invalid address"),
                assertThrows(
                                InvalidSpecException.class,
                                () -> SubnetConfig.parse(List.of(
                                        new IpamConfig("10.1.0.0/16", "10.2.0.0/24", "10.3.0.1", Map.of("x", "nope")))))
                        .getMessage()
                        .lines()
                        .toList());
        for (String unusable : List.of("10.1.2.3/32", "10.1.2.2/31", "127.0.0.0/24", "224.1.0.0/16", "0.0.0.0/0")) {
            assertThrows(
                    InvalidSpecException.class,
                    () -> SubnetConfig.parse(List.of(new IpamConfig(unusable, null, null, Map.of()))),
                    unusable);
        }
    }

    @Test
    void gatewayIsGivenOrTheFirstOfTheRange() {
        List<SubnetConfig> configs = SubnetConfig.parse(List.of(
                new IpamConfig("10.62.0.0/24", "10.62.0.64/30", null, null),
                new IpamConfig("10.63.0.0/24", null, "10.63.0.254", Map.of()),
                new IpamConfig("10.64.0.0/24", "10.64.0.0/25", null, Map.of()),
                new IpamConfig(null, null, null, null)));
        assertEquals(
                List.of("10.62.0.64", "10.63.0.254", "10.64.0.1"),
                configs.stream().map(config -> config.gateway().toString()).toList());
    }

    @Test
    void userChosenVnisAreTakenWhenFree() {
        Map<String, String> chosen = Map.of("com.docker.network.driver.overlay.vxlanid_list", "777");
        assertEquals(
                "[10.0.1.0/24 gw 10.0.1.1 vni 777]", text(ok(swarm.control.createNetwork(networkSpec("a", chosen)))));
        assertEquals(
                "403 VNI 777 is used by network a", refusal(swarm.control.createNetwork(networkSpec("b", chosen))));
        assertEquals(
                "400 option com.docker.network.driver.overlay.vxlanid_list: 1 VNIs for 2 subnets",
                refusal(swarm.control.createNetwork(networkSpec("b", chosen, "10.5.0.0/24", "10.6.0.0/24"))));
        Map<String, String> next = Map.of("com.docker.network.driver.overlay.vxlanid_list", "4097");
        ok(swarm.control.createNetwork(networkSpec("c", next)));
        assertEquals("[10.0.3.0/24 gw 10.0.3.1 vni 4098]", text(swarm.network("d")));
    }

    @Test
    void optionsWithoutEffectAreRefusedByName() {
        assertEquals(
                "400 unknown option foo of driver overlay; known: com.docker.network.driver.overlay.vxlanid_list,"
                        + " com.docker.network.driver.mtu, swarmnet.force-overlap",
                refusal(swarm.control.createNetwork(networkSpec("a", Map.of("foo", "1")))));
        assertEquals(
                "501 encrypted overlay networks are not there yet; the network was not created, because its traffic would"
                        + " travel in clear",
                refusal(swarm.control.createNetwork(networkSpec("a", Map.of("encrypted", "")))));
        assertEquals(
                "400 option com.docker.network.driver.mtu: \"x\" is no number from 118 to 65535",
                refusal(swarm.control.createNetwork(networkSpec("a", Map.of("com.docker.network.driver.mtu", "x")))));
    }

    @Test
    void bothFamiliesOfASubnetShareAVni() {
        assertEquals(
                "[10.5.0.0/24 gw 10.5.0.1 vni 4097, fd05::/64 gw fd05::1 vni 4097, 10.6.0.0/24 gw 10.6.0.1 vni 4098]",
                text(swarm.network("a", "10.5.0.0/24", "10.6.0.0/24", "fd05::/64")));
        NetworkSpec bare =
                new NetworkSpec("b", Map.of(), "overlay", Map.of(), true, true, false, false, false, List.of());
        assertEquals(
                "400 an IPv6 overlay needs a subnet of its own: give one with --subnet; there are no automatic IPv6 pools",
                refusal(swarm.control.createNetwork(bare)));
        NetworkSpec none =
                new NetworkSpec("b", Map.of(), "overlay", Map.of(), false, false, false, false, false, List.of());
        assertEquals("400 IPv4 or IPv6 must be enabled", refusal(swarm.control.createNetwork(none)));
    }

    @Test
    void poolsAreChecked() {
        assertThrows(InvalidSpecException.class, () -> new AddressPools(List.of(Subnet.parse("10.0.0.0/25")), 24));
        assertThrows(
                InvalidSpecException.class,
                () -> new AddressPools(List.of(Subnet.parse("10.0.0.0/8"), Subnet.parse("10.3.0.0/16")), 24));
        AddressPools two = new AddressPools(List.of(Subnet.parse("10.0.0.0/23"), Subnet.parse("10.9.0.0/24")), 24);
        assertEquals(
                List.of("10.0.0.0/24", "10.0.1.0/24", "10.9.0.0/24", "10.0.0.0/24"),
                List.of(0L, 1L, 2L, 3L).stream()
                        .map(serial -> two.at(serial).toString())
                        .toList());
    }
}
