package io.swarmnet.manager.orchestrator;

import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.Task;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Which nodes keep their tasks. A node that is only disconnected or paused keeps them. */
final class NodeHealth {
    private final Map<NodeId, Node> nodes = new HashMap<>();

    NodeHealth(Snapshot state) {
        state.nodes().forEach(node -> nodes.put(node.id(), node));
    }

    /** True when the task's node is down, drained or no longer in the swarm. */
    boolean isLostTo(Task task) {
        if (task.nodeId() == null) {
            return false;
        }
        Node node = nodes.get(task.nodeId());
        return node == null
                || node.status().state() == NodeState.DOWN
                || node.spec().availability() == NodeAvailability.DRAIN;
    }

    Collection<Node> all() {
        return nodes.values();
    }
}
