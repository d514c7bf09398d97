package io.swarmnet.worker.network;

import io.swarmnet.dns.names.AttachedNetwork;
import io.swarmnet.dns.names.NameTable;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.session.AssignedNetwork;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.PortConfig;
import io.swarmnet.vxlan.RemoteEndpoint;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.swarmnet.worker.network.NodeNetworks.Member;
import io.swarmnet.worker.network.NodeNetworks.Peer;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One overlay network on this node. Here the tunnel, the gossip and the names meet, which do not know each other: a record
 * from another node becomes an FDB entry and a name; an endpoint of ours becomes a port, a name, and a record for the
 * others. It exists from the first local endpoint to the last. Belongs to the worker's context; the tunnel to its lane.
 */
final class LocalNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(LocalNetwork.class);

    private final AssignedNetwork network;
    private final OverlayConfig config;
    private final KernelExecutor lane;
    private final OverlayDriver driver;
    private final NameTable names;
    private final Announcer gossip;
    private final Map<EndpointId, Attachment> ports = new LinkedHashMap<>();
    private final Map<EndpointId, Member> members = new LinkedHashMap<>();
    private final Set<EndpointId> announced = new LinkedHashSet<>();
    private final Map<EndpointId, Remote> remotes = new HashMap<>();
    private OverlayNetwork overlay; // touched on the lane only

    /** What is known of an endpoint elsewhere. */
    private record Remote(EndpointClaim claim, RemoteEndpoint endpoint) {}

    LocalNetwork(
            AssignedNetwork network,
            OverlayConfig config,
            KernelExecutor lane,
            OverlayDriver driver,
            NameTable names,
            Announcer gossip) {
        this.network = network;
        this.config = config;
        this.lane = lane;
        this.driver = driver;
        this.names = names;
        this.gossip = gossip;
    }

    NetworkId id() {
        return network.id();
    }

    AttachedNetwork forNames() {
        return new AttachedNetwork(
                network.id(),
                network.name(),
                network.subnets().stream().map(OverlaySubnet::subnet).toList(),
                network.internal());
    }

    /** Makes the tunnel end unless it is there, and a port of it in the sandbox. */
    Future<Void> attach(Attachment attachment, String containerId, String containerName, Path sandbox, String device) {
        if (ports.isEmpty()) {
            gossip.join(network.id());
        }
        ports.put(attachment.endpoint(), attachment);
        members.put(
                attachment.endpoint(),
                new Member(
                        containerId,
                        containerName,
                        attachment.endpoint().value(),
                        attachment.mac(),
                        attachment.addresses()));
        PortConfig port =
                new PortConfig(attachment.endpoint(), sandbox, device, attachment.mac(), attachment.addresses());
        return lane.execute(() -> {
            if (overlay == null) {
                overlay = driver.open(config);
            }
            overlay.attach(port);
        });
    }

    /** The endpoint takes traffic from now on: its names resolve here, and the other nodes of the network hear of it. */
    void announce(Attachment attachment) {
        try {
            names.put(attachment.claim().open());
        } catch (DecodeException e) {
            LOG.error(
                    "Claim of our own endpoint unreadable network={} endpoint={}: {}",
                    network.id(),
                    attachment.endpoint(),
                    e.getMessage());
            return;
        }
        announced.add(attachment.endpoint());
        gossip.up(attachment.claim());
    }

    /** Says all our records again, to a gossip that has just started. */
    void announceAgain() {
        gossip.join(network.id());
        announced.forEach(endpoint -> gossip.up(ports.get(endpoint).claim()));
    }

    /** The endpoint takes no traffic any more; its port stays until {@link #detach}. */
    void withdraw(EndpointId endpoint) {
        names.remove(network.id(), endpoint);
        if (announced.remove(endpoint)) {
            gossip.down(network.id(), endpoint);
        }
    }

    /** Takes the port away. Afterwards {@link #isIdle} may be true: then close it. */
    Future<Void> detach(EndpointId endpoint) {
        withdraw(endpoint);
        members.remove(endpoint);
        if (ports.remove(endpoint) == null) {
            return Future.succeededFuture();
        }
        return lane.execute(() -> {
            if (overlay != null) {
                overlay.detach(endpoint);
            }
        });
    }

    boolean isIdle() {
        return ports.isEmpty();
    }

    /** An endpoint on another node is new or has changed. */
    void heard(EndpointClaim claim, EndpointState state) {
        if (ports.containsKey(claim.endpoint())) {
            return; // ours: nobody else can speak for it, but a record of an earlier node may still travel
        }
        names.put(claim, state.phase());
        RemoteEndpoint endpoint = new RemoteEndpoint(
                claim.mac(),
                claim.addresses().stream().map(CidrAddress::address).toList(),
                state.vteps(),
                state.dataPathPort());
        Remote before = remotes.put(claim.endpoint(), new Remote(claim, endpoint));
        if (before != null && before.endpoint().equals(endpoint)) {
            return;
        }
        LOG.info(
                "Peer added network={} ip={} mac={} vtep={}",
                network.name(),
                claim.addresses(),
                claim.mac(),
                state.vteps());
        tunnel(open -> {
            if (before != null) {
                open.removePeer(before.endpoint());
            }
            open.addPeer(endpoint);
        });
    }

    /** An endpoint on another node is gone for good. */
    void gone(EndpointClaim claim) {
        names.remove(network.id(), claim.endpoint());
        Remote before = remotes.remove(claim.endpoint());
        if (before != null) {
            LOG.info("Peer removed network={} ip={} mac={}", network.name(), claim.addresses(), claim.mac());
            tunnel(open -> open.removePeer(before.endpoint()));
        }
    }

    private interface TunnelBody {
        void run(OverlayNetwork open);
    }

    private void tunnel(TunnelBody body) {
        lane.execute(() -> {
                    if (overlay != null) {
                        body.run(overlay);
                    }
                })
                .onFailure(e -> LOG.warn("Tunnel not changed network={}: {}", network.name(), e.getMessage()));
    }

    /** Removes the tunnel end, the names and what gossip told. */
    Future<Void> close() {
        gossip.leave(network.id());
        names.removeNetwork(network.id());
        remotes.clear();
        return lane.execute(() -> {
            if (overlay != null) {
                OverlayNetwork open = overlay;
                overlay = null;
                open.close();
            }
        });
    }

    NodeNetworks.OverlayView view(Peer self) {
        Set<Peer> peers = new LinkedHashSet<>();
        peers.add(self);
        for (Remote remote : remotes.values()) {
            peers.add(new Peer(
                    remote.claim().node().value(), remote.endpoint().vteps().get(0)));
        }
        return new NodeNetworks.OverlayView(
                network, List.copyOf(members.values()), List.copyOf(peers), config.mtuBytes());
    }
}
