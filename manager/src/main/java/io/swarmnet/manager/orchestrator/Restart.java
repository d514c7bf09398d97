package io.swarmnet.manager.orchestrator;

import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import java.util.Collection;

/** Whether a task that ended by itself is replaced, by the service's restart policy. */
final class Restart {
    private Restart() {}

    /**
     * @param slot all tasks of the ended task's slot; those that were replaced after they had ended by themselves count as
     *     attempts
     */
    static boolean allowed(Task ended, Collection<Task> slot) {
        RestartPolicy policy = policyOf(ended);
        boolean wanted =
                switch (policy.condition()) {
                    case "none" -> false;
                    case "on-failure" -> ended.status().state() != TaskState.COMPLETE;
                    default -> true;
                };
        return wanted && (policy.maxAttempts() == 0 || attempts(policy, ended, slot) < policy.maxAttempts());
    }

    private static long attempts(RestartPolicy policy, Task ended, Collection<Task> slot) {
        // Counted back from the end, not from now: a task that stays ended does not come back when time has passed.
        long endMillis = ended.status().timestamp().toEpochMilli();
        long since = policy.windowMillis() > 0 ? endMillis - policy.windowMillis() : Long.MIN_VALUE;
        return slot.stream()
                .filter(task -> task != ended
                        && task.desiredState().isTerminal()
                        && endedByItself(task)
                        && task.status().timestamp().toEpochMilli() >= since)
                .count();
    }

    static RestartPolicy policyOf(Task task) {
        return task.spec().restart() == null
                ? RestartPolicy.DEFAULT
                : task.spec().restart();
    }

    /** False of tasks that were told to end, or were lost with their node. */
    static boolean endedByItself(Task task) {
        return switch (task.status().state()) {
            case COMPLETE, FAILED, REJECTED -> true;
            default -> false;
        };
    }
}
