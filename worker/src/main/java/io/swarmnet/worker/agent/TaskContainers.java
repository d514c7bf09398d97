package io.swarmnet.worker.agent;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.worker.container.Container;
import io.swarmnet.worker.container.ContainerRequest;
import io.vertx.core.Future;
import java.util.List;

/** What the agent needs of the container runtime. Each does nothing when it is done already. */
public interface TaskContainers {
    /** Containers of this node, with what became of them while the daemon was away. */
    List<Container> list();

    Future<Container> create(ContainerRequest request);

    Future<Container> start(ContainerId id);

    /** Sends the stop signal, and SIGKILL after the container's grace; completes when it has ended. */
    Future<Void> stop(ContainerId id);

    /** Ends it if need be and removes all of it. */
    Future<Void> remove(ContainerId id);
}
