package io.swarmnet.worker.agent;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.worker.disk.FileTree;
import io.swarmnet.worker.image.Images;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.swarmnet.worker.network.Connections;
import io.swarmnet.worker.sandbox.SandboxFiles;
import io.swarmnet.worker.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
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
        Connections connector,
        Sandboxes sandboxes,
        KernelExecutor kernel,
        Path filesDirectory,
        String cgroupParent,
        String nodeId,
        Clock clock,
        BiConsumer<TaskId, TaskStatus> reports) {
    /** Removes the files of containers that are not among these. Blocks. */
    void removeFilesBut(Set<ContainerId> wanted) throws IOException {
        if (!Files.isDirectory(filesDirectory)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(filesDirectory)) {
            for (Path found : all) {
                if (!wanted.contains(new ContainerId(found.getFileName().toString()))) {
                    FileTree.delete(found);
                }
            }
        }
    }

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
