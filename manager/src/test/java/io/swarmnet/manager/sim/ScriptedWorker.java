package io.swarmnet.manager.sim;

import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A node that runs what it is told, late, and reports it over a road that delays, swaps and repeats. */
final class ScriptedWorker {
    final NodeId id;
    final String name;
    final Map<TaskId, TaskState> containers = new HashMap<>();
    boolean hostUp = true;
    boolean session = true;
    private final SwarmSimulation swarm;
    private long newest = -1;

    ScriptedWorker(String name, NodeId id, SwarmSimulation swarm) {
        this.name = name;
        this.id = id;
        this.swarm = swarm;
    }

    /** An assignment made from the state, which may be older than one that came before. */
    void assigned(Snapshot state) {
        if (!hostUp || !session || state.version() < newest) {
            return;
        }
        newest = state.version();
        Set<TaskId> mine = new HashSet<>();
        for (Task task : state.tasks()) {
            boolean told = id.equals(task.nodeId()) && task.status().state().isAfter(TaskState.PENDING);
            if (!told) {
                continue;
            }
            mine.add(task.id());
            TaskState here = containers.get(task.id());
            if (here == null
                    && task.desiredState() == TaskState.RUNNING
                    && !task.status().state().isTerminal()) {
                if (task.status().state().isAfter(TaskState.ASSIGNED)) {
                    become(task.id(), TaskState.FAILED); // it ran here before the host went down
                } else {
                    become(task.id(), TaskState.PREPARING);
                    swarm.time.in(swarm.between(20, 400), () -> start(task.id()));
                }
            } else if (task.desiredState().isTerminal() && (here == null || !here.isTerminal())) {
                swarm.time.in(swarm.between(10, 800), () -> stop(task.id()));
            } else if (here != null && here.isAfter(task.status().state())) {
                report(task.id(), here); // it was lost on its way
            }
        }
        containers
                .keySet()
                .removeIf(task -> !mine.contains(task)); // stopped and removed: it was not asked for any more
    }

    private void start(TaskId task) {
        if (hostUp && containers.get(task) == TaskState.PREPARING) {
            become(task, TaskState.RUNNING);
        }
    }

    private void stop(TaskId task) {
        TaskState here = containers.get(task);
        if (hostUp && (here == null || !here.isTerminal())) {
            become(task, TaskState.SHUTDOWN);
        }
    }

    void crash(TaskId task, TaskState end) {
        if (hostUp && containers.get(task) == TaskState.RUNNING) {
            become(task, end);
        }
    }

    private void become(TaskId task, TaskState state) {
        containers.put(task, state);
        report(task, state);
    }

    private void report(TaskId task, TaskState state) {
        if (session) {
            swarm.report(id, task, state);
        }
    }

    /** The host dies with all that runs on it. */
    void die() {
        hostUp = false;
        session = false;
        containers.clear();
        newest = -1;
    }
}
