package io.swarmnet.worker.agent;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.worker.image.Images;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.swarmnet.worker.network.Connector;
import io.swarmnet.worker.sandbox.SandboxFiles;
import io.swarmnet.worker.sandbox.Sandboxes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.function.BiConsumer;

/**
 * What the tasks of this node work with.
 *
 * @param cgroupParent absolute, this daemon's own
 * @param reports takes each new status of a task
 */
public record AgentTools(
        TaskContainers containers,
        Images images,
        Connector connector,
        Sandboxes sandboxes,
        KernelExecutor kernel,
        Path filesDirectory,
        String cgroupParent,
        String nodeId,
        Clock clock,
        BiConsumer<TaskId, TaskStatus> reports) {
    SandboxFiles files(ContainerId container) {
        return new SandboxFiles(filesDirectory.resolve(container.value()));
    }

    Instant now() {
        return clock.instant();
    }

    void report(TaskId task, TaskStatus status) {
        reports.accept(task, status);
    }
}
