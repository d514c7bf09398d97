package io.swarmnet.manager.orchestrator;

import io.swarmnet.manager.store.Change;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One place of a service that one task fills at a time: a slot of a replicated service, or a node of a global one, with all
 * its tasks, the dead ones too.
 */
final class Slot {
    private static final Comparator<Task> NEWEST_LAST =
            Comparator.comparing(Task::createdAt).thenComparing(Task::id);

    private final Service service;
    private final long number;
    private final NodeId node;
    private final NodeHealth nodes;
    private final List<Task> tasks;

    /**
     * @param number 0 of a global service
     * @param node null of a replicated service
     */
    Slot(Service service, long number, NodeId node, List<Task> tasks, NodeHealth nodes) {
        this.service = service;
        this.number = number;
        this.node = node;
        this.nodes = nodes;
        this.tasks = tasks.stream().sorted(NEWEST_LAST).toList();
    }

    long number() {
        return number;
    }

    /** The task that fills it: wanted, not ended, on a node that keeps it. The newest if there are several. */
    Optional<Task> live() {
        return tasks.stream().filter(this::isLive).reduce((older, newer) -> newer);
    }

    private boolean isLive(Task task) {
        return !task.desiredState().isTerminal() && !task.status().state().isTerminal() && !nodes.isLostTo(task);
    }

    /** Ends what is surplus or lost, and puts a new task where the old one has gone and the policy replaces it. */
    List<Change> fill(TaskBirth birth) {
        List<Change> changes = new ArrayList<>();
        Optional<Task> live = live();
        for (Task task : tasks) {
            boolean keep = live.isPresent() && live.get() == task;
            if (!keep
                    && !task.desiredState().isTerminal()
                    && !task.status().state().isTerminal()) {
                changes.add(new Change.Update(task.withDesiredState(TaskState.SHUTDOWN)));
            }
        }
        if (live.isPresent()) {
            return changes;
        }
        Task newest = tasks.isEmpty() ? null : tasks.get(tasks.size() - 1);
        boolean restart = newest != null && !newest.desiredState().isTerminal() && Restart.endedByItself(newest);
        if (restart && !Restart.allowed(newest, tasks)) {
            return changes;
        }
        if (newest != null
                && newest.status().state().isTerminal()
                && !newest.desiredState().isTerminal()) {
            changes.add(new Change.Update(newest.withDesiredState(TaskState.SHUTDOWN)));
        }
        // The delay is for what fails by itself; a task that lost its node is wanted elsewhere at once (details G).
        long delayMillis = restart ? Restart.policyOf(newest).delayMillis() : 0;
        changes.add(new Change.Create(birth.task(service, number, node, newest, delayMillis)));
        return changes;
    }

    /** Takes the slot away: nothing of it is kept. */
    List<Change> remove() {
        return tasks.stream()
                .filter(task -> task.desiredState() != TaskState.REMOVE)
                .<Change>map(task -> new Change.Update(task.withDesiredState(TaskState.REMOVE)))
                .toList();
    }

    /** Ends its tasks and keeps them as history. */
    List<Change> end() {
        return tasks.stream()
                .filter(task -> !task.desiredState().isTerminal())
                .<Change>map(task -> new Change.Update(task.withDesiredState(TaskState.SHUTDOWN)))
                .toList();
    }
}
