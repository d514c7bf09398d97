package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.session.TaskUpdate;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Which reported statuses are taken: of the reporter's own tasks, and never backwards (swarmkit's rule). Pure. */
final class StatusMerge {
    private static final int TEXT_CHARS = 1_024;

    private StatusMerge() {}

    /** True when the update is well-formed and says what a node may say of a task that the state gives to it. */
    static boolean isOwn(Snapshot state, NodeId node, TaskUpdate update) {
        if (update == null || update.task() == null || update.status() == null) {
            return false;
        }
        TaskState told = update.status().state();
        boolean nodesToSay = told != null && told.isAfter(TaskState.ASSIGNED) && TaskState.REMOVE.isAfter(told);
        return nodesToSay
                && task(state, update)
                        .filter(task -> node.equals(task.nodeId()))
                        .isPresent();
    }

    /** The task with the reported status, or nothing when the state knows as much or more. */
    static Optional<Task> merge(Snapshot state, NodeId node, TaskUpdate update, Instant now) {
        return isOwn(state, node, update)
                ? task(state, update)
                        .filter(task -> isNews(task.status(), update.status()))
                        .map(task -> task.withStatus(bounded(update.status(), task.createdAt(), now)))
                : Optional.empty();
    }

    /** True when the update takes the task a state further; else it changes words at most. */
    static boolean isStep(Snapshot state, TaskUpdate update) {
        return task(state, update)
                .filter(task -> update.status().state().isAfter(task.status().state()))
                .isPresent();
    }

    private static Optional<Task> task(Snapshot state, TaskUpdate update) {
        return state.find(EntityKind.TASK, update.task().value(), Task.class);
    }

    private static boolean isNews(TaskStatus known, TaskStatus told) {
        if (told.state() != known.state()) {
            return told.state().isAfter(known.state());
        }
        return !Objects.equals(known.message(), cut(told.message()))
                || !Objects.equals(known.error(), cut(told.error()))
                || known.pid() != told.pid()
                || known.exitCode() != told.exitCode();
    }

    /** Neither before the task was made nor in the future: the stages reckon with the time, whoever told it. */
    private static TaskStatus bounded(TaskStatus told, Instant created, Instant now) {
        Instant time = told.timestamp() == null || told.timestamp().isAfter(now) ? now : told.timestamp();
        time = time.isBefore(created) ? created : time;
        return new TaskStatus(told.state(), time, cut(told.message()), cut(told.error()), told.pid(), told.exitCode());
    }

    private static String cut(String text) {
        return text == null || text.length() <= TEXT_CHARS ? text : text.substring(0, TEXT_CHARS);
    }
}
