package io.swarmnet.worker;

import io.swarmnet.model.net.HostPort;
import io.swarmnet.worker.container.Containers;
import io.swarmnet.worker.doctor.Finding;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.image.Images;
import io.swarmnet.worker.network.NodeNetworks;
import io.vertx.core.Future;
import java.util.List;

/** A node's worker: it runs what a manager assigns. One per daemon, always there, in a swarm or not. Thread-safe. */
public interface Worker {
    /** Adopts what an earlier life of this daemon left running, removes what is not wanted, and answers names again. */
    Future<Void> start();

    /**
     * Joins the node to its swarm: docker_gwbridge is made, and a session is held to one of the managers from now on,
     * through failures. Completes when the first session is open.
     *
     * @param placement addresses this node tells the others; kept by the caller and given again after a restart
     */
    Future<Void> enter(NodeIdentity identity, Placement placement, List<HostPort> managers);

    /** Leaves for good: tells the manager, ends all tasks, removes networks, docker_gwbridge and all that is stored. */
    Future<Void> leave();

    /** Closes sessions and sockets; tasks go on. The daemon stops. */
    Future<Void> stop();

    Containers containers();

    Images images();

    NodeNetworks networks();

    /** Managers' addresses as last told; empty outside a swarm. */
    List<HostPort> managers();

    /** True while a session to a manager is open. */
    boolean inSession();

    /** All that {@code swarmnet doctor} checks, which takes some seconds; completes also when much is wrong. */
    Future<List<Finding>> doctor();

    /**
     * Puts sysctls of the host back that this daemon changed; a sentence for each. Fails with
     * {@code UnavailableException} in a swarm, which needs them.
     */
    Future<List<String>> undo();
}
