package io.swarmnet.gossip.table;

import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which other node holds which network, in each node's own signed words. Bounded by the list of members. */
final class Holders {
    private final Map<NodeId, Rumor.OfHoldings> byNode = new HashMap<>();
    private final Map<NetworkId, Set<NodeId>> byNetwork = new LinkedHashMap<>();

    boolean isNewer(Rumor.OfHoldings holdings) {
        Rumor.OfHoldings known = byNode.get(holdings.node());
        return known == null || holdings.lamport() > known.lamport();
    }

    /** Takes over what the node says. @return networks in which it is new */
    Set<NetworkId> put(Rumor.OfHoldings holdings) {
        Set<NetworkId> added = new TreeSet<>(holdings.networks());
        Rumor.OfHoldings before = byNode.put(holdings.node(), holdings);
        if (before != null) {
            before.networks().forEach(network -> drop(network, holdings.node()));
            before.networks().forEach(added::remove);
        }
        holdings.networks().forEach(network -> byNetwork
                .computeIfAbsent(network, key -> new LinkedHashSet<>())
                .add(holdings.node()));
        return added;
    }

    void forget(NodeId node) {
        Rumor.OfHoldings before = byNode.remove(node);
        if (before != null) {
            before.networks().forEach(network -> drop(network, node));
        }
    }

    boolean holds(NodeId node, NetworkId network) {
        return byNetwork.getOrDefault(network, Set.of()).contains(node);
    }

    List<NodeId> of(NetworkId network) {
        return List.copyOf(byNetwork.getOrDefault(network, Set.of()));
    }

    Set<NodeId> nodes() {
        return Set.copyOf(byNode.keySet());
    }

    private void drop(NetworkId network, NodeId node) {
        Set<NodeId> nodes = byNetwork.get(network);
        if (nodes != null) {
            nodes.remove(node);
            if (nodes.isEmpty()) {
                byNetwork.remove(network);
            }
        }
    }
}
