package io.swarmnet.manager.orchestrator;

import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes new tasks of a service. */
final class TaskBirth {
    private final RandomGenerator random;
    private final long nowMillis;

    TaskBirth(RandomGenerator random, long nowMillis) {
        this.random = random;
        this.nowMillis = nowMillis;
    }

    /**
     * @param slot from 1; 0 with a node of a global service
     * @param before the task it replaces, or null; the new one is later than it, whatever the clock says
     * @param delayMillis from now until it may start
     */
    Task task(Service service, long slot, NodeId node, Task before, long delayMillis) {
        Instant now = Instant.ofEpochMilli(nowMillis);
        Instant created = before == null || before.createdAt().isBefore(now)
                ? now
                : before.createdAt().plusMillis(1);
        return new Task(
                new TaskId(Ids.newSwarmId(random)),
                0,
                created,
                created,
                service.id(),
                service.spec().name(),
                slot,
                node,
                service.spec().task(),
                TaskState.RUNNING,
                new TaskStatus(TaskState.NEW, now, "created", null, 0, 0),
                delayMillis > 0 ? now.plusMillis(delayMillis) : null,
                List.of());
    }
}
