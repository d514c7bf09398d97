package io.swarmnet.worker.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.mount.Mounts;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.nft.Nftables;
import io.swarmnet.linux.socket.Ping;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.worker.NeedsRoot;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The probes on two hosts made of namespaces, joined by a link; what is broken on purpose is found. */
@Tag("root")
@Timeout(60)
class DoctorKernelTest {
    private static final String NEAR = "198.18.9.1";
    private static final String FAR = "198.18.9.2";

    @TempDir
    Path directory;

    private Netns near;
    private Netns far;

    @BeforeEach
    void twoHosts() {
        NeedsRoot.check();
        near = Netns.create(directory.resolve("near"));
        far = Netns.create(directory.resolve("far"));
        try (NetlinkHandle here = NetlinkHandle.open(near);
                NetlinkHandle there = NetlinkHandle.open(far)) {
            here.linkSetUp("lo");
            here.linkAddVeth("d0", LinkOptions.mtu(1_500), "d0", LinkOptions.mtu(1_500), far);
            here.addressAdd("d0", IpPrefix.parse(NEAR + "/24"));
            there.addressAdd("d0", IpPrefix.parse(FAR + "/24"));
            here.linkSetUp("d0");
            there.linkSetUp("d0");
        }
    }

    @AfterEach
    void nothingStays() {
        near.delete();
        far.delete();
    }

    private static Map<String, Finding> byId(List<Finding> found) {
        return found.stream().collect(Collectors.toMap(Finding::id, finding -> finding));
    }

    private NodeView view() {
        IpAddress own = IpAddress.parse(NEAR);
        IpAddress peer = IpAddress.parse(FAR);
        return new NodeView(
                true,
                "",
                OptionalLong.of(0),
                own,
                own,
                1_500,
                7_946,
                4_789,
                List.of(),
                List.of(),
                List.of(new NodeView.Peer("far", peer, 7_946, peer, "ALIVE")));
    }

    private Map<String, Finding> run() {
        return byId(near.call(() -> Doctor.run(directory, directory, Optional.of(view()), "")));
    }

    @Test
    void theKernelsFeaturesAreTriedAndNothingStays() throws Exception {
        List<Path> mounts = ours();
        Map<String, Finding> found = byId(KernelProbe.run(directory.resolve("data")));
        for (String id : List.of(
                "kernel.netns",
                "kernel.veth",
                "kernel.bridge",
                "kernel.vxlan",
                "kernel.nftables",
                "kernel.masquerade",
                "kernel.overlayfs")) {
            assertEquals(Finding.Status.OK, found.get(id).status(), () -> found.get(id)
                    .toString());
        }
        assertEquals(mounts, ours());
        assertFalse(Files.exists(directory.resolve("data")));
        try (var left = Files.list(directory)) {
            assertEquals(
                    List.of("far", "near"),
                    left.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }

    /** Mounts of the probe, and those of this test; the machine has others, which come and go. */
    private List<Path> ours() {
        return Mounts.below(Path.of("/")).stream()
                .filter(path -> path.startsWith(directory) || path.toString().contains("swarmnet-doctor"))
                .toList();
    }

    @Test
    void fullSizePacketsAreTriedWithoutFragmentation() throws Exception {
        InetAddress own = InetAddress.getByName(NEAR);
        InetAddress peer = InetAddress.getByName(FAR);
        assertEquals(Ping.Outcome.ANSWERED, near.call(() -> Ping.send(own, peer, 1_500, 2_000)));
        assertEquals(Ping.Outcome.ANSWERED, near.call(() -> Ping.send(own, peer, 101, 2_000)));
        assertEquals(Ping.Outcome.TOO_BIG, near.call(() -> Ping.send(own, peer, 1_501, 2_000)));
        InetAddress nobody = InetAddress.getByName("198.18.9.3");
        assertEquals(Ping.Outcome.SILENT, near.call(() -> Ping.send(own, nobody, 1_500, 300)));
    }

    @Test
    void aPathThatLosesLargePacketsIsTold() throws Exception {
        Netns other = far;
        try (Nftables nft = Nftables.open(other)) {
            List<com.fasterxml.jackson.databind.JsonNode> commands = new ArrayList<>();
            var json = new com.fasterxml.jackson.databind.ObjectMapper();
            for (String command : List.of(
                    "{\"add\":{\"table\":{\"family\":\"ip\",\"name\":\"t\"}}}",
                    "{\"add\":{\"chain\":{\"family\":\"ip\",\"table\":\"t\",\"name\":\"in\",\"type\":\"filter\","
                            + "\"hook\":\"input\",\"prio\":0,\"policy\":\"accept\"}}}",
                    "{\"add\":{\"rule\":{\"family\":\"ip\",\"table\":\"t\",\"chain\":\"in\",\"expr\":[{\"match\":{\"op\":"
                            + "\">\",\"left\":{\"payload\":{\"protocol\":\"ip\",\"field\":\"length\"}},\"right\":1420}},"
                            + "{\"drop\":null}]}}}")) {
                commands.add(json.readTree(command));
            }
            nft.apply(Nftables.transaction(commands));
        }
        Finding size = run().get("peer.far.size");
        assertEquals(Finding.Status.FAIL, size.status(), size::toString);
        assertEquals("are lost on the way, those of 1400 pass", size.cause());
    }

    @Test
    void portsOfOthersAndPeersThatRefuseAreNamed() throws Exception {
        try (ServerSocket taken = near.call(() -> new ServerSocket(2_377));
                DatagramSocket udp = near.call(() -> new DatagramSocket(4_789));
                ServerSocket gossip = far.call(() -> {
                    ServerSocket socket = new ServerSocket();
                    socket.bind(new InetSocketAddress(FAR, 7_946));
                    return socket;
                })) {
            Map<String, Finding> found = run();
            assertEquals("ours", found.get("port.2377").cause(), "they are this process's");
            assertEquals("ours", found.get("port.4789").cause());
            assertEquals("free", found.get("port.7946").cause());
            assertEquals(Finding.Status.OK, found.get("peer.far.tcp").status(), found::toString);
            assertEquals(Finding.Status.OK, found.get("peer.far.size").status(), found::toString);
            assertTrue(taken.isBound() && udp.isBound() && gossip.isBound());
        }
        Finding refused = run().get("peer.far.tcp");
        assertEquals(FAR + " port 7946: Connection refused", refused.cause());
    }

    @Test
    void aMissingPackageIsNamedWithTheCommand() {
        assertEquals(
                "missing on this host: conmon, runc; install with: apt-get install -y conmon runc",
                Packages.missing(directory));
        assertEquals("", Packages.missing(Path.of("/")));
    }

    @Test
    void cgroupsThatAreNotThereAreToldApart() throws Exception {
        Path root = Files.createDirectories(directory.resolve("cgroup"));
        assertEquals(Finding.Status.FAIL, KernelProbe.cgroups(root).status());
        Files.writeString(root.resolve("cgroup.controllers"), "cpuset cpu io pids\n");
        Finding some = KernelProbe.cgroups(root);
        assertEquals("not there: memory; limits of that kind are not enforced", some.cause());
        Files.writeString(root.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        assertEquals("v2: cpu memory pids", KernelProbe.cgroups(root).cause());
    }
}
