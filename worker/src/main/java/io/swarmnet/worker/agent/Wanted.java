package io.swarmnet.worker.agent;

import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.session.AssignedTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What to do to make the node run what its assignment says. Pure.
 *
 * @param start tasks that are wanted and not known here
 * @param stop tasks that are known and should not run any more
 * @param forget tasks that are known and no longer assigned, or that nothing is to be kept of
 */
record Wanted(List<AssignedTask> start, List<TaskId> stop, List<TaskId> forget) {
    /**
     * What is known of a task here.
     *
     * @param ended it ran and never will again
     */
    record Known(boolean stopping, boolean ended) {}

    static Wanted decide(Collection<AssignedTask> assigned, Map<TaskId, Known> known) {
        List<AssignedTask> start = new ArrayList<>();
        List<TaskId> stop = new ArrayList<>();
        List<TaskId> forget = new ArrayList<>(known.keySet());
        for (AssignedTask task : assigned) {
            Known here = known.get(task.id());
            boolean run = !task.desiredState().isAfter(TaskState.RUNNING);
            if (task.desiredState() != TaskState.REMOVE) {
                forget.remove(task.id());
            }
            if (here == null && run) {
                start.add(task);
            } else if (here == null) {
                stop.add(task.id()); // never begun here, or forgotten: its managers wait to hear that it does not run
            } else if (here != null && task.desiredState() == TaskState.SHUTDOWN && !here.stopping() && !here.ended()) {
                stop.add(task.id());
            }
        }
        return new Wanted(start, stop, forget);
    }
}
