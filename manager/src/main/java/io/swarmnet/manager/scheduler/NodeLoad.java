package io.swarmnet.manager.scheduler;

import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import java.util.HashMap;
import java.util.Map;

/** How many tasks each node has, of each service and together, and how often a service failed on it of late. */
final class NodeLoad {
    /** A node on which a service failed this often within the window comes last for it, as in Docker. */
    static final int FAILURES_MAX = 5;

    static final long FAILURE_WINDOW_MILLIS = 5 * 60_000;

    private record Pair(NodeId node, ServiceId service) {}

    private final Map<NodeId, Integer> all = new HashMap<>();
    private final Map<Pair, Integer> ofService = new HashMap<>();
    private final Map<Pair, Integer> failures = new HashMap<>();

    NodeLoad(Snapshot state, long nowMillis) {
        for (Task task : state.tasks()) {
            if (task.nodeId() == null) {
                continue;
            }
            TaskState seen = task.status().state();
            if (!seen.isTerminal() && !task.desiredState().isTerminal()) {
                add(task, task.nodeId());
            } else if ((seen == TaskState.FAILED || seen == TaskState.REJECTED)
                    && task.status().timestamp().toEpochMilli() > nowMillis - FAILURE_WINDOW_MILLIS) {
                failures.merge(new Pair(task.nodeId(), task.serviceId()), 1, Integer::sum);
            }
        }
    }

    void add(Task task, NodeId node) {
        all.merge(node, 1, Integer::sum);
        ofService.merge(new Pair(node, task.serviceId()), 1, Integer::sum);
    }

    boolean failsOften(NodeId node, ServiceId service) {
        return failures.getOrDefault(new Pair(node, service), 0) >= FAILURES_MAX;
    }

    int ofService(NodeId node, ServiceId service) {
        return ofService.getOrDefault(new Pair(node, service), 0);
    }

    int all(NodeId node) {
        return all.getOrDefault(node, 0);
    }
}
