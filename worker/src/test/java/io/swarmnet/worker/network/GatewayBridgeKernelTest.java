package io.swarmnet.worker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.nft.Nftables;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.worker.container.Container.GatewayLeg;
import io.swarmnet.worker.kernel.Owner;
import io.swarmnet.worker.sandbox.Sandbox;
import io.swarmnet.worker.sandbox.Sandboxes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host and an outside in namespaces of their own; tasks go out through the bridge and nowhere else. */
@Tag("root")
class GatewayBridgeKernelTest {
    private static final String NEW_ID = "c".repeat(64);
    private static final ContainerId ONE = new ContainerId("1".repeat(64));
    private static final ContainerId TWO = new ContainerId("2".repeat(64));

    @TempDir
    Path directory;

    private Netns host;
    private Netns outside;
    private Sandboxes sandboxes;
    private GatewayBridge gateway;

    @BeforeEach
    void twoHosts() throws Exception {
        host = Netns.create(directory.resolve("host"));
        outside = Netns.create(directory.resolve("outside"));
        try (NetlinkHandle inside = NetlinkHandle.open(host);
                NetlinkHandle far = NetlinkHandle.open(outside)) {
            inside.linkSetUp("lo");
            inside.linkAddVeth("up0", LinkOptions.mtu(1_500), "up0", LinkOptions.mtu(1_500), outside);
            inside.addressAdd("up0", IpPrefix.parse("198.18.7.1/24"));
            far.addressAdd("up0", IpPrefix.parse("198.18.7.254/24"));
            inside.linkSetUp("up0");
            far.linkSetUp("up0");
        }
        sandboxes = new Sandboxes(directory.resolve("exec"));
        gateway = new GatewayBridge(directory.resolve("data"), Owner.of(directory));
    }

    @AfterEach
    void nothingStays() {
        sandboxes.found().forEach(sandboxes::remove);
        host.delete();
        outside.delete();
    }

    private GatewayLeg attach(ContainerId container) throws Exception {
        Sandbox sandbox = sandboxes.open(container);
        return host.call(() -> gateway.attach(sandbox, container, "eth0"));
    }

    private void ensure() throws Exception {
        host.call(() -> {
            gateway.ensure(NEW_ID, Instant.EPOCH);
            return null;
        });
    }

    @Test
    void whatCannotBeMadeIsNotThereAfterwards() throws Exception {
        GatewayBridge.Wanted wanted = new GatewayBridge.Wanted(
                null, null, java.util.Map.of(GatewayBridge.OPTION_LINK, "x".repeat(16)), java.util.Map.of(), true);
        org.junit.jupiter.api.Assertions.assertThrows(
                RuntimeException.class, () -> host.run(() -> gateway.ensure(wanted, NEW_ID, Instant.EPOCH)));
        assertTrue(gateway.config().isEmpty());
        GatewayBridge next = new GatewayBridge(directory.resolve("data"), Owner.of(directory));
        next.load();
        assertTrue(next.config().isEmpty());
    }

    @Test
    void aBridgeWhoseMakerWasKilledBeforeItSignedIsSigned() throws Exception {
        ensure();
        try (NetlinkHandle inside = NetlinkHandle.open(host)) {
            inside.linkSetAlias(inside.index("docker_gwbridge"), "");
            ensure();
            assertEquals(
                    Owner.of(directory).alias(),
                    inside.link("docker_gwbridge").orElseThrow().alias());
        }
    }

    @Test
    void taskGoesOutUnderTheNodesAddress() throws Exception {
        ensure();
        GatewayLeg leg = attach(ONE);
        assertEquals("172.18.0.2/16", leg.address().toString());
        try (ServerSocket far = outside.call(() -> listen("198.18.7.254"))) {
            try (Socket task = sandboxes.open(ONE).netns().call(() -> connect("198.18.7.254", far.getLocalPort()));
                    Socket seen = far.accept()) {
                assertEquals(
                        "198.18.7.1",
                        ((InetSocketAddress) seen.getRemoteSocketAddress())
                                .getAddress()
                                .getHostAddress());
                assertTrue(task.isConnected());
            }
        }
    }

    @Test
    void tasksDoNotReachEachOtherOverIt() throws Exception {
        ensure();
        attach(ONE);
        GatewayLeg two = attach(TWO);
        try (ServerSocket server = sandboxes.open(TWO).netns().call(() -> listen("0.0.0.0"))) {
            String address = two.address().address().toString();
            assertThrows(
                    Exception.class,
                    () -> sandboxes.open(ONE).netns().call(() -> connect(address, server.getLocalPort())));
        }
    }

    @Test
    void makingItAgainChangesNothingAndRemovingItLeavesNothing() throws Exception {
        ensure();
        attach(ONE);
        String rules = rules();
        GatewayBridge restarted = new GatewayBridge(directory.resolve("data"), Owner.of(directory));
        restarted.load();
        host.call(() -> {
            restarted.ensure("d".repeat(64), Instant.EPOCH);
            return null;
        });
        assertEquals(NEW_ID, restarted.config().orElseThrow().id());
        assertEquals(rules, rules());
        host.call(() -> {
            restarted.detach(ONE);
            restarted.remove(false);
            return null;
        });
        try (NetlinkHandle inside = NetlinkHandle.open(host)) {
            assertTrue(inside.link("docker_gwbridge").isEmpty());
            assertFalse(inside.links().stream().anyMatch(link -> link.name().startsWith("gw")));
        }
        try (Nftables nft = Nftables.open(host)) {
            assertFalse(nft.list().toString().contains("swarmnet"));
        }
    }

    @Test
    void usersOwnIsRespectedAndStays() throws Exception {
        var wanted = new GatewayBridge.Wanted(
                Subnet.parse("172.30.0.0/16"), IpAddress.parse("172.30.0.9"), Map.of(), Map.of(), true);
        host.call(() -> {
            gateway.ensure(wanted, NEW_ID, Instant.EPOCH);
            gateway.ensure(Ids.sha256Hex("other"), Instant.EPOCH);
            return null;
        });
        assertEquals("172.30.0.9", attach(ONE).gateway().toString());
        host.call(() -> {
            gateway.remove(false);
            return null;
        });
        try (NetlinkHandle inside = NetlinkHandle.open(host)) {
            assertTrue(inside.link("docker_gwbridge").isPresent());
        }
    }

    @Test
    void secondDaemonOfTheNamespaceTakesAnotherLinkAndPool() throws Exception {
        ensure();
        GatewayBridge second = new GatewayBridge(directory.resolve("data2"), new Owner("0badcafe"));
        host.call(() -> {
            second.ensure(NEW_ID, Instant.EPOCH);
            return null;
        });
        assertEquals("gwb-0badcafe", second.config().orElseThrow().link());
        assertNotEquals(
                gateway.config().orElseThrow().subnet(),
                second.config().orElseThrow().subnet());
    }

    private String rules() {
        try (Nftables nft = Nftables.open(host)) {
            return nft.list().toString().replaceAll("\"handle\":\\d+", "");
        }
    }

    private static ServerSocket listen(String address) throws Exception {
        return new ServerSocket(0, 8, InetAddress.getByName(address));
    }

    private static Socket connect(String address, int port) throws Exception {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(address, port), 1_500);
        return socket;
    }
}
