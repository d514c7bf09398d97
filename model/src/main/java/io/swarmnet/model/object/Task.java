package io.swarmnet.model.object;

import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import java.time.Instant;
import java.util.List;

/**
 * One run of a service's slot on one node. Never restarted: a task that ended is replaced by another.
 *
 * @param slot from 1; 0 for global services
 * @param serviceName as it was when the task was made
 * @param nodeId null until it is scheduled
 * @param notBefore when it may start, of a task that replaces one that ended; null = at once
 * @param attachments the addresses it was given, one per network, in the order of its spec
 */
public record Task(
        TaskId id,
        long version,
        Instant createdAt,
        Instant updatedAt,
        ServiceId serviceId,
        String serviceName,
        long slot,
        NodeId nodeId,
        TaskSpec spec,
        TaskState desiredState,
        TaskStatus status,
        Instant notBefore,
        List<Attachment> attachments)
        implements Entity {
    @Override
    public String key() {
        return id.value();
    }

    @Override
    public EntityKind kind() {
        return EntityKind.TASK;
    }

    /** {@code web.1.<id>}, or {@code web.<node id>.<id>} of a global service; also the container's name. */
    public String name() {
        return serviceName + "." + (slot > 0 ? Long.toString(slot) : String.valueOf(nodeId)) + "." + id;
    }

    @Override
    public Task withVersion(long newVersion) {
        return new Task(
                id,
                newVersion,
                createdAt,
                updatedAt,
                serviceId,
                serviceName,
                slot,
                nodeId,
                spec,
                desiredState,
                status,
                notBefore,
                attachments);
    }

    public Task withNode(NodeId node) {
        return new Task(
                id,
                version,
                createdAt,
                updatedAt,
                serviceId,
                serviceName,
                slot,
                node,
                spec,
                desiredState,
                status,
                notBefore,
                attachments);
    }

    public Task withDesiredState(TaskState desired) {
        return new Task(
                id,
                version,
                createdAt,
                updatedAt,
                serviceId,
                serviceName,
                slot,
                nodeId,
                spec,
                desired,
                status,
                notBefore,
                attachments);
    }

    public Task withStatus(TaskStatus newStatus) {
        return new Task(
                id,
                version,
                createdAt,
                newStatus.timestamp(),
                serviceId,
                serviceName,
                slot,
                nodeId,
                spec,
                desiredState,
                newStatus,
                notBefore,
                attachments);
    }

    public Task withAttachments(List<Attachment> given) {
        return new Task(
                id,
                version,
                createdAt,
                updatedAt,
                serviceId,
                serviceName,
                slot,
                nodeId,
                spec,
                desiredState,
                status,
                notBefore,
                given);
    }
}
