package io.swarmnet.model.session;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.TaskState;
import java.util.List;

/**
 * One task as its node is told of it.
 *
 * @param name {@code web.1.<id>}, the container's name
 * @param desiredState RUNNING, or SHUTDOWN, or REMOVE when nothing of it is to be kept
 */
public record AssignedTask(
        TaskId id,
        ServiceId serviceId,
        String serviceName,
        long slot,
        String name,
        ContainerId container,
        ContainerSpec spec,
        TaskState desiredState,
        List<Attachment> attachments) {}
