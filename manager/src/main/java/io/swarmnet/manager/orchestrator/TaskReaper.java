package io.swarmnet.manager.orchestrator;

import io.swarmnet.manager.Stage;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.object.ClusterSpec;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes away what nobody will report on any more: tasks that are to be removed and have ended, history beyond the limit
 * (Docker: 5 dead tasks a slot), tasks whose node has left the swarm or was down for a day. Pure.
 */
public final class TaskReaper implements Stage {
    /** After that long on a node that is down a task is given up and its addresses come free, as in Docker. */
    public static final long ORPHAN_MILLIS = 24L * 3600 * 1000;

    private static final int CHANGES_MAX = 500;

    private record Place(ServiceId service, long slot, NodeId node) {}

    @Override
    public String name() {
        return "task reaper";
    }

    @Override
    public List<Change> decide(Snapshot state, long nowMillis) {
        List<Change> changes = new ArrayList<>();
        Map<Place, List<Task>> dead = new HashMap<>();
        for (Task task : state.tasks()) {
            Optional<TaskStatus> end = end(task, state, nowMillis);
            if (isRemovable(task, state)) {
                changes.add(new Change.Delete(EntityKind.TASK, task.key(), task.version()));
            } else if (end.isPresent()) {
                changes.add(new Change.Update(task.withStatus(end.get())));
            } else if (task.status().state().isTerminal() && task.desiredState().isTerminal()) {
                NodeId node = task.slot() == 0 ? task.nodeId() : null;
                dead.computeIfAbsent(new Place(task.serviceId(), task.slot(), node), place -> new ArrayList<>())
                        .add(task);
            }
        }
        dead.values().forEach(tasks -> changes.addAll(beyondLimit(tasks, state)));
        return changes.size() > CHANGES_MAX ? changes.subList(0, CHANGES_MAX) : changes;
    }

    private static boolean isRemovable(Task task, Snapshot state) {
        return task.desiredState() == TaskState.REMOVE
                && (task.status().state().isTerminal()
                        || isUnknownToNodes(task)
                        || nodeOf(task, state).isEmpty());
    }

    // Nodes are told of tasks from ASSIGNED on; before that nobody would ever report an end.
    private static boolean isUnknownToNodes(Task task) {
        return !task.status().state().isAfter(TaskState.PENDING);
    }

    private static Optional<Node> nodeOf(Task task, Snapshot state) {
        return task.nodeId() == null
                ? Optional.empty()
                : state.find(EntityKind.NODE, task.nodeId().value(), Node.class);
    }

    /** The status of a task that will not be heard of again. */
    private static Optional<TaskStatus> end(Task task, Snapshot state, long nowMillis) {
        TaskStatus status = task.status();
        if (status.state().isTerminal()) {
            return Optional.empty();
        }
        Instant now = Instant.ofEpochMilli(nowMillis);
        if (isUnknownToNodes(task)) {
            return task.desiredState().isTerminal()
                    ? Optional.of(new TaskStatus(
                            TaskState.SHUTDOWN, now, "shutdown before it was assigned", status.error(), 0, 0))
                    : Optional.empty();
        }
        Optional<Node> node = nodeOf(task, state);
        if (node.isEmpty()) {
            return Optional.of(new TaskStatus(TaskState.ORPHANED, now, "node left the swarm", status.error(), 0, 0));
        }
        if (isDown(node.get()) && nowMillis >= orphanedAt(node.get())) {
            return Optional.of(
                    new TaskStatus(TaskState.ORPHANED, now, "node was down for 24 hours", status.error(), 0, 0));
        }
        return Optional.empty();
    }

    private static boolean isDown(Node node) {
        return node.status().state() == NodeState.DOWN;
    }

    private static long orphanedAt(Node node) {
        return node.updatedAt().toEpochMilli() + ORPHAN_MILLIS;
    }

    private static List<Change> beyondLimit(List<Task> dead, Snapshot state) {
        int limit = state.cluster()
                .map(cluster -> cluster.spec().taskHistoryLimit())
                .orElse(ClusterSpec.DEFAULT.taskHistoryLimit());
        // Restart attempts are counted in the history, so it is kept as long as they matter.
        long attempts = dead.stream()
                .mapToLong(task -> Restart.policyOf(task).maxAttempts())
                .max()
                .orElse(0);
        return dead.stream()
                .sorted(Comparator.comparing(Task::createdAt)
                        .thenComparing(Task::id)
                        .reversed())
                .skip(Math.max(limit, attempts))
                .<Change>map(task -> new Change.Delete(EntityKind.TASK, task.key(), task.version()))
                .toList();
    }

    /** When the first task on a node that is down is given up. */
    @Override
    public long nextMillis(Snapshot state, long nowMillis) {
        return state.nodes().stream()
                .filter(TaskReaper::isDown)
                .mapToLong(TaskReaper::orphanedAt)
                .filter(millis -> millis > nowMillis)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
