package io.swarmnet.worker.network;

import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.model.session.AssignedNetwork;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks as this node has them. Thread-safe; lists are copies. */
public interface NodeNetworks {
    /** A network of local scope; for now only docker_gwbridge can be made. */
    record LocalNetworkView(
            String id,
            String name,
            Instant createdAt,
            String driver,
            List<IpamConfig> ipam,
            Map<String, String> options,
            Map<String, String> labels,
            boolean internal,
            List<Member> members) {}

    /** An endpoint of this node on a network, as {@code network inspect} shows it under Containers. */
    record Member(String containerId, String name, String endpointId, MacAddress mac, List<CidrAddress> addresses) {}

    /** A node that takes part in an overlay, as {@code network inspect} shows it under Peers. */
    record Peer(String name, IpAddress address) {}

    /** An overlay that is up on this node. */
    record OverlayView(AssignedNetwork network, List<Member> members, List<Peer> peers, int mtuBytes) {}

    List<LocalNetworkView> local();

    List<OverlayView> overlays();

    Optional<OverlayView> overlay(NetworkId id);

    /** What the user asked for with {@code network create -d bridge}. */
    record LocalSpec(
            String name,
            String driver,
            List<IpamConfig> ipam,
            Map<String, String> options,
            Map<String, String> labels,
            boolean internal) {}

    /** Makes a bridge network; only docker_gwbridge for now, others are refused with a sentence (501). */
    Future<LocalNetworkView> create(LocalSpec spec);

    /** Removes it; refused while it has endpoints, in Docker's words. */
    Future<Void> remove(String reference);
}
