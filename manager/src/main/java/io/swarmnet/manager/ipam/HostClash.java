package io.swarmnet.manager.ipam;

import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.Node;
import java.util.Collection;
import java.util.Optional;

/**
 * A subnet that some node already uses for itself, so that an overlay there would take traffic away from it (details P).
 *
 * @param node its hostname, or its id
 * @param what the route and its device, or the name server
 */
public record HostClash(String node, String what) {
    /** The first clash among the nodes in their order; empty when the subnet is free everywhere. */
    public static Optional<HostClash> find(Subnet subnet, Collection<Node> nodes) {
        return nodes.stream().flatMap(node -> on(node, subnet).stream()).findFirst();
    }

    private static Optional<HostClash> on(Node node, Subnet subnet) {
        Optional<HostClash> route = withRoute(subnet, node);
        if (route.isPresent()
                || node.description() == null
                || node.description().resolvers() == null) {
            return route;
        }
        for (IpAddress resolver : node.description().resolvers()) {
            if (subnet.contains(resolver)) {
                return Optional.of(new HostClash(nameOf(node), "its name server is " + resolver));
            }
        }
        return Optional.empty();
    }

    /** The node's first route that overlaps the subnet. Default routes never clash. */
    public static Optional<HostClash> withRoute(Subnet subnet, Node node) {
        if (node.description() == null || node.description().routes() == null) {
            return Optional.empty();
        }
        for (HostRoute route : node.description().routes()) {
            Subnet destination = route.destination();
            if (destination.prefixLength() > 0 && destination.overlaps(subnet)) {
                return Optional.of(
                        new HostClash(nameOf(node), "it has route " + destination + " on device " + route.device()));
            }
        }
        return Optional.empty();
    }

    private static String nameOf(Node node) {
        String hostname = node.description() == null ? null : node.description().hostname();
        return hostname == null || hostname.isEmpty() ? node.id().value() : hostname;
    }

    /** {@code node n2: it has route 10.0.0.0/16 on device eth1}. */
    @Override
    public String toString() {
        return "node " + node + ": " + what;
    }
}
