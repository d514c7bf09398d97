package io.swarmnet.manager.orchestrator;

import io.swarmnet.manager.Stage;
import io.swarmnet.manager.scheduler.Constraint;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Keeps one task of each global service on each node that takes tasks and meets the constraints. A paused node keeps what it
 * has and gets nothing new. Pure but for the ids it draws.
 */
public final class GlobalOrchestrator implements Stage {
    private static final int CHANGES_MAX = 500;

    private final RandomGenerator random;

    public GlobalOrchestrator(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public String name() {
        return "global orchestrator";
    }

    @Override
    public List<Change> decide(Snapshot state, long nowMillis) {
        Map<ServiceId, TreeMap<NodeId, List<Task>>> tasks = new HashMap<>();
        for (Task task : state.tasks()) {
            if (task.desiredState() != TaskState.REMOVE && task.slot() == 0 && task.nodeId() != null) {
                tasks.computeIfAbsent(task.serviceId(), id -> new TreeMap<>())
                        .computeIfAbsent(task.nodeId(), id -> new ArrayList<>())
                        .add(task);
            }
        }
        TaskBirth birth = new TaskBirth(random, nowMillis);
        NodeHealth health = new NodeHealth(state);
        List<Change> changes = new ArrayList<>();
        for (Service service : state.services()) {
            if (!service.spec().isGlobal()) {
                continue;
            }
            TreeMap<NodeId, List<Task>> byNode = tasks.getOrDefault(service.id(), new TreeMap<>());
            for (Node node : state.nodes()) {
                List<Task> here = byNode.remove(node.id());
                Slot slot = new Slot(service, 0, node.id(), here == null ? List.of() : here, health);
                changes.addAll(onNode(service, node, slot, birth));
            }
            // What is left was on nodes that have gone.
            byNode.forEach((gone, left) -> changes.addAll(new Slot(service, 0, gone, left, health).remove()));
        }
        return changes.size() > CHANGES_MAX ? changes.subList(0, CHANGES_MAX) : changes;
    }

    private static List<Change> onNode(Service service, Node node, Slot slot, TaskBirth birth) {
        boolean wanted = node.spec().availability() != NodeAvailability.DRAIN
                && node.status().state() != NodeState.DOWN
                && Constraint.allMatch(service.spec().task().constraints(), node);
        if (!wanted) {
            return slot.end();
        }
        boolean takesNew =
                node.status().state() == NodeState.READY && node.spec().availability() == NodeAvailability.ACTIVE;
        return takesNew ? slot.fill(birth) : List.of();
    }

    @Override
    public long nextMillis(Snapshot state, long nowMillis) {
        return Long.MAX_VALUE;
    }
}
