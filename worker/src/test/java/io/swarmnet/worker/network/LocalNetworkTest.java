package io.swarmnet.worker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.dns.names.NameTable;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.session.AssignedNetwork;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.PortConfig;
import io.swarmnet.vxlan.RemoteEndpoint;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One overlay over a tunnel that only notes its entries. */
class LocalNetworkTest {
    private static final NetworkId NET = new NetworkId("net0123456789");
    private static final NodeId OTHER = new NodeId("other");
    private static final IpAddress VTEP = IpAddress.parse("192.0.2.2");

    private final Vertx vertx = Vertx.vertx();
    private final KernelExecutor lane = new KernelExecutor(vertx, "test", 1);
    private final NameTable names = new NameTable();
    private final FakeTunnel tunnel = new FakeTunnel();
    private LocalNetwork network;

    @BeforeEach
    void open() throws Exception {
        Subnet subnet = Subnet.parse("10.0.9.0/24");
        OverlaySubnet of = new OverlaySubnet(subnet, IpAddress.parse("10.0.9.1"), new Vni(4097));
        AssignedNetwork assigned =
                new AssignedNetwork(NET, "my-net", Instant.EPOCH, List.of(of), Map.of(), Map.of(), false, false);
        OverlayConfig config = new OverlayConfig(NET, List.of(of), 1450, List.of(IpAddress.parse("192.0.2.1")), 4789);
        network = new LocalNetwork(assigned, config, lane, tunnel.driver(), names, new Mute());
        IpAddress own = IpAddress.parse("10.0.9.2");
        Attachment attachment = new Attachment(
                NET, new EndpointId("own"), List.of(new CidrAddress(own, 24)), MacAddress.ofIpv4(own), List.of(), null);
        await(network.attach(attachment, "c", "web.1", Path.of("/none"), "eth0"));
    }

    @AfterEach
    void close() {
        lane.close();
        vertx.close();
    }

    @Test
    void entriesOfAnEarlierLifeThatGossipDoesNotConfirmGo() throws Exception {
        tunnel.peers.put(mac("10.0.9.7"), remote("10.0.9.7"));
        tunnel.peers.put(mac("10.0.9.8"), remote("10.0.9.8"));
        network.heard(claim("e8", "10.0.9.8"), state(EndpointPhase.UP, VTEP));
        network.forgetUnconfirmed();
        drain();
        assertEquals(Set.of(mac("10.0.9.8")), tunnel.peers.keySet());
    }

    @Test
    void whatIsRememberedHasANameUntilGossipHadItsTime() throws Exception {
        network.remember(claim("e7", "10.0.9.7"), state(EndpointPhase.UP, VTEP));
        network.remember(claim("e8", "10.0.9.8"), state(EndpointPhase.UP, VTEP));
        drain();
        assertEquals(2, names.addresses(NET, "web").size());
        assertEquals(2, tunnel.peers.size());
        tunnel.peers.clear(); // lost by the kernel
        network.heard(claim("e8", "10.0.9.8"), state(EndpointPhase.UP, VTEP));
        network.forgetUnconfirmed();
        drain();
        assertEquals(List.of(IpAddress.parse("10.0.9.8")), names.addresses(NET, "web"));
        assertEquals(Set.of(mac("10.0.9.8")), tunnel.peers.keySet());
    }

    @Test
    void anEndThatIsToldLateTakesNothingFromWhoHasTheAddressNow() throws Exception {
        EndpointClaim old = claim("old", "10.0.9.7");
        network.heard(old, state(EndpointPhase.UP, VTEP));
        network.heard(claim("new", "10.0.9.7"), state(EndpointPhase.UP, VTEP));
        network.gone(old);
        drain();
        assertEquals(Set.of(mac("10.0.9.7")), tunnel.peers.keySet());
    }

    @Test
    void anEndpointThatMovesIsNeverWithoutAnEntry() throws Exception {
        EndpointClaim claim = claim("e7", "10.0.9.7");
        network.heard(claim, state(EndpointPhase.UP, VTEP));
        network.heard(claim, state(EndpointPhase.UP, IpAddress.parse("192.0.2.3")));
        drain();
        assertEquals(0, tunnel.removals);
        assertEquals(
                List.of(IpAddress.parse("192.0.2.3")),
                tunnel.peers.get(mac("10.0.9.7")).vteps());
    }

    @Test
    void aRecordWithoutAVtepHarmsNothing() {
        network.heard(claim("e7", "10.0.9.7"), state(EndpointPhase.UP));
        assertEquals(
                1, network.view(new NodeNetworks.Peer("self", VTEP)).peers().size());
    }

    @Test
    void whatIsKnownIsKeptOnDisk(@TempDir Path directory) throws Exception {
        RecordMemory memory = new RecordMemory(directory, vertx, lane);
        assertEquals(List.of(), memory.load());
        network.heard(claim("e7", "10.0.9.7"), state(EndpointPhase.UP, VTEP));
        vertx.runOnContext(v -> memory.changed(network::known));
        Path file = directory.resolve("worker/records");
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!Files.exists(file)) {
            assertTrue(System.nanoTime() < deadline, "not written");
            Thread.sleep(10);
        }
        RecordMemory.Known known = memory.load().get(0);
        assertEquals(claim("e7", "10.0.9.7"), known.claim());
        assertEquals(List.of(VTEP), known.state().vteps());
        Files.write(file, new byte[] {1, 2, 3});
        assertEquals(List.of(), memory.load());
    }

    private void drain() throws Exception {
        await(lane.run(() -> null));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static MacAddress mac(String address) {
        return MacAddress.ofIpv4(IpAddress.parse(address));
    }

    private static RemoteEndpoint remote(String address) {
        return new RemoteEndpoint(mac(address), List.of(IpAddress.parse(address)), List.of(VTEP), 4789);
    }

    private static EndpointClaim claim(String endpoint, String address) {
        return new EndpointClaim(
                NET,
                new EndpointId(endpoint),
                List.of(CidrAddress.parse(address + "/24")),
                mac(address),
                List.of(endpoint),
                new ServiceId("s"),
                "web",
                List.of(),
                1,
                new TaskId("t"),
                OTHER,
                1);
    }

    private static EndpointState state(EndpointPhase phase, IpAddress... vteps) {
        return new EndpointState(new byte[32], OTHER, 1, phase, List.of(vteps), 4789);
    }

    private static final class Mute implements Announcer {
        @Override
        public void join(NetworkId network) {}

        @Override
        public void leave(NetworkId network) {}

        @Override
        public void up(SignedClaim claim) {}

        @Override
        public void down(NetworkId network, EndpointId endpoint) {}
    }

    private static final class FakeTunnel implements OverlayNetwork {
        private final Map<MacAddress, RemoteEndpoint> peers = new LinkedHashMap<>();
        private int removals;

        OverlayDriver driver() {
            return new OverlayDriver() {
                @Override
                public String name() {
                    return "fake";
                }

                @Override
                public OverlayNetwork open(OverlayConfig config) {
                    return FakeTunnel.this;
                }

                @Override
                public List<String> found() {
                    return List.of();
                }

                @Override
                public void remove(String found) {}
            };
        }

        @Override
        public NetworkId id() {
            return NET;
        }

        @Override
        public void attach(PortConfig port) {}

        @Override
        public void detach(EndpointId endpoint) {}

        @Override
        public Set<EndpointId> ports() {
            return Set.of();
        }

        @Override
        public void addPeer(RemoteEndpoint peer) {
            peers.put(peer.mac(), peer);
        }

        @Override
        public void removePeer(RemoteEndpoint peer) {
            removals++;
            if (peers.containsKey(peer.mac()) && peers.get(peer.mac()).vteps().equals(peer.vteps())) {
                peers.remove(peer.mac());
            }
        }

        @Override
        public List<RemoteEndpoint> peers() {
            return new ArrayList<>(peers.values());
        }

        @Override
        public void close() {}
    }
}
