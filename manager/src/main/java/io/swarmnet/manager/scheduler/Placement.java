package io.swarmnet.manager.scheduler;

import io.swarmnet.manager.ipam.HostClash;
import io.swarmnet.manager.ipam.OverlayOptions;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkAttachmentSpec;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.object.TaskSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which nodes a task may run on, and in Docker's words why it may not run on the others. */
final class Placement {
    private final List<Node> suitable = new ArrayList<>();
    private final List<String> clashes = new ArrayList<>();
    private int unavailable;
    private int unmet;

    Placement(TaskSpec spec, Collection<Node> nodes, Snapshot state) {
        for (Node node : nodes) {
            if (node.status().state() != NodeState.READY || node.spec().availability() != NodeAvailability.ACTIVE) {
                unavailable++;
            } else if (!Constraint.allMatch(spec.constraints(), node)) {
                unmet++;
            } else {
                Optional<String> clash = clash(spec, node, state);
                clash.ifPresentOrElse(clashes::add, () -> suitable.add(node));
            }
        }
    }

    List<Node> suitable() {
        return suitable;
    }

    /** {@code no suitable node (scheduling constraints not satisfied on 2 nodes; ...)}. */
    String whyNone() {
        List<String> reasons = new ArrayList<>();
        if (unmet > 0) {
            reasons.add("scheduling constraints not satisfied on " + count(unmet));
        }
        if (unavailable > 0) {
            reasons.add(count(unavailable) + " not available for new tasks");
        }
        if (unavailable > unmet && reasons.size() == 2) {
            java.util.Collections.reverse(reasons);
        }
        reasons.addAll(clashes);
        return reasons.isEmpty() ? "no suitable node" : "no suitable node (" + String.join("; ", reasons) + ")";
    }

    private static String count(int nodes) {
        return nodes + (nodes == 1 ? " node" : " nodes");
    }

    // A node that joined into a clash stays, but a network is not extended to it (details P).
    private static Optional<String> clash(TaskSpec spec, Node node, Snapshot state) {
        for (NetworkAttachmentSpec wanted : spec.networks()) {
            Optional<Network> network =
                    state.find(EntityKind.NETWORK, wanted.target().value(), Network.class);
            if (network.isEmpty() || isForced(network.get())) {
                continue;
            }
            for (OverlaySubnet overlay : network.get().subnets()) {
                Optional<HostClash> clash = HostClash.withRoute(overlay.subnet(), node);
                if (clash.isPresent()) {
                    return Optional.of("network " + network.get().spec().name() + " (" + overlay.subnet()
                            + ") is not extended to " + clash.get());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isForced(Network network) {
        try {
            return OverlayOptions.parse(network.spec().options()).forceOverlap();
        } catch (SwarmnetException e) {
            return false; // stored by another build, which knew more options
        }
    }
}
