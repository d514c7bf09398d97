package io.swarmnet.worker.container;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.ContainerSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A container as this node knows it. Immutable.
 *
 * @param name without slash
 * @param task null of a container that no task made
 * @param imageId {@code sha256:<64 hex>}
 * @param labels as Docker shows them, {@code com.docker.swarm.*} included
 * @param sandboxPath of the network namespace
 * @param pid 0 unless it runs
 * @param exitCode of the last run
 * @param gatewayBridge its leg on docker_gwbridge, or null
 */
public record Container(
        ContainerId id,
        String name,
        TaskId task,
        String imageId,
        ContainerSpec spec,
        String path,
        List<String> args,
        Map<String, String> labels,
        String hostname,
        State state,
        int pid,
        int exitCode,
        String error,
        boolean oomKilled,
        Instant createdAt,
        Instant startedAt,
        Instant finishedAt,
        String sandboxPath,
        List<Attachment> attachments,
        GatewayLeg gatewayBridge,
        String logPath) {
    /** Docker's {@code State.Status}. */
    public enum State {
        CREATED,
        RUNNING,
        EXITED,
        REMOVING,
        DEAD
    }

    /** The leg on docker_gwbridge that gives the default route. */
    public record GatewayLeg(
            String endpointId,
            io.swarmnet.model.net.CidrAddress address,
            io.swarmnet.model.net.IpAddress gateway,
            io.swarmnet.model.net.MacAddress mac) {}
}
