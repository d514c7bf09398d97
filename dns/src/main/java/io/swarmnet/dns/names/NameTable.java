package io.swarmnet.dns.names;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The names of every network this node takes part in, from the claims of its endpoints. Pure and owned by one event loop
 * ({@code DnsServer.context()}). It holds what it was given and no more: its bound is the number of endpoints.
 */
public final class NameTable {
    private final Map<NetworkId, NetworkNames> networks = new HashMap<>();
    private final Map<NodeId, Integer> endpointsOfNode = new HashMap<>();
    private final Set<NodeId> suspects = new HashSet<>();

    /** As {@link #put(EndpointClaim, EndpointPhase)} with an endpoint that is up. */
    public boolean put(EndpointClaim claim) {
        return put(claim, EndpointPhase.UP);
    }

    /**
     * Adds an endpoint or replaces what is known of it. A draining one keeps its own names and leaves those of its service
     * while another task remains; one that is down is removed.
     *
     * @return false when a later allocation of the endpoint is known already, and nothing changed
     */
    public boolean put(EndpointClaim claim, EndpointPhase phase) {
        NetworkNames names = networks.computeIfAbsent(claim.network(), id -> new NetworkNames());
        NetworkNames.Entry before = names.entry(claim.endpoint());
        if (before != null && before.claim().epoch() > claim.epoch()) {
            return false;
        }
        remove(claim.network(), claim.endpoint());
        if (phase != EndpointPhase.DOWN) {
            networks.computeIfAbsent(claim.network(), id -> new NetworkNames())
                    .add(new NetworkNames.Entry(claim, phase));
            endpointsOfNode.merge(claim.node(), 1, Integer::sum);
        } else if (names.isEmpty()) {
            networks.remove(claim.network());
        }
        return true;
    }

    /** Forgets an endpoint; nothing happens when it is not known. */
    public void remove(NetworkId network, EndpointId endpoint) {
        NetworkNames names = networks.get(network);
        NetworkNames.Entry gone = names == null ? null : names.remove(endpoint);
        if (gone != null) {
            forgetNodeOf(gone);
            if (names.isEmpty()) {
                networks.remove(network);
            }
        }
    }

    /** Forgets all endpoints of a network, when the last local one has left it. */
    public void removeNetwork(NetworkId network) {
        NetworkNames names = networks.remove(network);
        if (names != null) {
            names.entries().forEach(this::forgetNodeOf);
        }
    }

    private void forgetNodeOf(NetworkNames.Entry entry) {
        endpointsOfNode.computeIfPresent(entry.claim().node(), (node, count) -> count == 1 ? null : count - 1);
    }

    /** Takes note of the soft verdict on a node (details G) or of its refutation. */
    public void suspect(NodeId node, boolean suspect) {
        if (suspect) {
            suspects.add(node);
        } else {
            suspects.remove(node);
        }
    }

    /**
     * The addresses, of both families and in no order, that a name stands for in one network.
     *
     * @param name without final dot, in any case
     * @return empty when the network has no such name
     */
    public List<IpAddress> addresses(NetworkId network, String name) {
        NetworkNames names = networks.get(network);
        return names == null ? List.of() : names.addresses(name.toLowerCase(Locale.ROOT), believed());
    }

    /** The endpoint's own first name at the address, or null: what PTR answers, without the network's name. */
    public String nameAt(NetworkId network, IpAddress address) {
        NetworkNames names = networks.get(network);
        return names == null ? null : names.nameAt(address);
    }

    /** How many endpoints are known in all networks. */
    public int size() {
        return networks.values().stream().mapToInt(n -> n.entries().size()).sum();
    }

    /** When more than half of the nodes seem silent, it is we who are cut off: then nobody is suspect. */
    private Set<NodeId> believed() {
        if (suspects.isEmpty()) {
            return suspects;
        }
        long silent = suspects.stream().filter(endpointsOfNode::containsKey).count();
        return 2 * silent > endpointsOfNode.size() ? Set.of() : suspects;
    }
}
