package io.swarmnet.worker.network;

import io.swarmnet.dns.names.AttachedNetwork;
import io.swarmnet.dns.names.NameTable;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.MacAddress;
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
import java.util.HashSet;
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
    private final Set<EndpointId> unconfirmed = new HashSet<>();
    private OverlayNetwork overlay; // touched on the lane only

    /** What is known of an endpoint elsewhere. */
    private record Remote(EndpointClaim claim, EndpointState state, RemoteEndpoint endpoint) {}

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

    /** An endpoint on another node, as an earlier life of the daemon heard of it: true until {@link #forgetUnconfirmed}. */
    void remember(EndpointClaim claim, EndpointState state) {
        heard(claim, state);
        if (remotes.containsKey(claim.endpoint())) {
            unconfirmed.add(claim.endpoint());
        }
    }

    /**
     * Gossip has had its time to say what is true: what it did not say again goes, of what was remembered and of the
     * entries that were found in the kernel.
     */
    void forgetUnconfirmed() {
        for (EndpointId endpoint : List.copyOf(unconfirmed)) {
            gone(remotes.get(endpoint).claim());
        }
        Set<MacAddress> confirmed = new HashSet<>();
        remotes.values().forEach(remote -> confirmed.add(remote.endpoint().mac()));
        tunnel(open -> {
            for (RemoteEndpoint peer : open.peers()) {
                if (!confirmed.contains(peer.mac())) {
                    LOG.info("Peer of an earlier life removed network={} mac={}", network.name(), peer.mac());
                    open.removePeer(peer);
                }
            }
        });
    }

    /** What is known of other nodes' endpoints. */
    List<RecordMemory.Known> known() {
        return remotes.values().stream()
                .map(remote -> new RecordMemory.Known(remote.claim(), remote.state()))
                .toList();
    }

    /** An endpoint on another node is new or has changed. */
    void heard(EndpointClaim claim, EndpointState state) {
        if (ports.containsKey(claim.endpoint())) {
            return; // ours: nobody else can speak for it, but a record of an earlier node may still travel
        }
        if (state.vteps().isEmpty()) {
            LOG.warn("Endpoint without a VTEP left out network={} endpoint={}", network.name(), claim.endpoint());
            return;
        }
        boolean confirms = unconfirmed.remove(claim.endpoint());
        names.put(claim, state.phase());
        RemoteEndpoint endpoint = new RemoteEndpoint(
                claim.mac(),
                claim.addresses().stream().map(CidrAddress::address).toList(),
                state.vteps(),
                state.dataPathPort());
        Remote before = remotes.put(claim.endpoint(), new Remote(claim, state, endpoint));
        if (before != null && before.endpoint().equals(endpoint) && !confirms) {
            return; // a remembered one is programmed again, for the kernel may have lost it
        }
        LOG.info(
                "Peer added network={} ip={} mac={} vtep={}",
                network.name(),
                claim.addresses(),
                claim.mac(),
                state.vteps());
        tunnel(open -> {
            // Of the same MAC they are replaced, without a moment in which there is none.
            if (before != null && !before.endpoint().mac().equals(endpoint.mac())) {
                open.removePeer(before.endpoint());
            }
            open.addPeer(endpoint);
        });
    }

    /** An endpoint on another node is gone for good. */
    void gone(EndpointClaim claim) {
        names.remove(network.id(), claim.endpoint());
        unconfirmed.remove(claim.endpoint());
        Remote before = remotes.remove(claim.endpoint());
        // Its address, and so its MAC, may have been given to another endpoint of the same node.
        boolean shared = before != null
                && remotes.values().stream().anyMatch(other -> other.endpoint().equals(before.endpoint()));
        if (before != null && !shared) {
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
        unconfirmed.clear();
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
