package io.swarmnet.gossip.table;

import io.swarmnet.gossip.message.Draft;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.wire.Encoding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this node says of its own endpoints, and its Lamport clock. The clock starts above any earlier life's (the boot
 * number is its upper half) and goes beyond every version of ours that comes back from others.
 */
final class OwnEndpoints {
    /** What was last said of an endpoint. */
    record Own(SignedClaim claim, EndpointPhase phase) {}

    private final NodeId self;
    private final List<IpAddress> vteps;
    private final int dataPathPort;
    private final Map<NetworkId, Map<EndpointId, Own>> live = new LinkedHashMap<>();
    private long lamport;

    OwnEndpoints(NodeId self, List<IpAddress> vteps, int dataPathPort, long lamport) {
        this.self = self;
        this.vteps = List.copyOf(vteps);
        this.dataPathPort = dataPathPort;
        this.lamport = lamport;
    }

    long tick() {
        return ++lamport;
    }

    void witness(long version) {
        lamport = Math.max(lamport, version);
    }

    /** The state to be signed. */
    Draft.OfState say(NetworkId network, EndpointId endpoint, SignedClaim claim, EndpointPhase phase) {
        Map<EndpointId, Own> endpoints = live.computeIfAbsent(network, key -> new LinkedHashMap<>());
        if (phase == EndpointPhase.DOWN) {
            endpoints.remove(endpoint);
        } else {
            endpoints.put(endpoint, new Own(claim, phase));
        }
        if (endpoints.isEmpty()) {
            live.remove(network);
        }
        EndpointState state = new EndpointState(claim.hash(), self, tick(), phase, vteps, dataPathPort);
        return new Draft.OfState(network, endpoint, claim, Encoding.encode(state));
    }

    /** Live, or null. */
    Own get(NetworkId network, EndpointId endpoint) {
        return live.getOrDefault(network, Map.of()).get(endpoint);
    }

    /** In the order they were published: a set's order differs between runs, and a seed must not. */
    List<EndpointId> of(NetworkId network) {
        return List.copyOf(live.getOrDefault(network, Map.of()).keySet());
    }

    boolean isOurs(Row row) {
        return row.node().equals(self);
    }
}
