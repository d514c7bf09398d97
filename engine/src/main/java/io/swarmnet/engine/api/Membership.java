package io.swarmnet.engine.api;

import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.ClusterSpec;
import io.swarmnet.model.object.NodeAvailability;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** This node's part in a swarm. Thread-safe; refusals are {@code SwarmnetException}s in Docker's words. */
public interface Membership {
    /** Docker's {@code LocalNodeState}. */
    enum State {
        INACTIVE,
        PENDING,
        ACTIVE,
        ERROR
    }

    /**
     * What {@code /info} tells.
     *
     * @param nodeId null outside a swarm
     * @param nodeAddress the address other nodes reach it under, "" outside a swarm
     * @param manager the role it has, also while its manager parts still start
     * @param error why it is in {@link State#ERROR} or does not get further, or ""
     */
    record Status(State state, NodeId nodeId, String nodeAddress, boolean manager, String error) {}

    Status status();

    /**
     * The swarm's control.
     *
     * @throws io.swarmnet.model.error.UnavailableException {@code This node is not a swarm manager. ...} in the words that
     *     fit: no swarm, a worker, or a manager that is not ready
     */
    SwarmControl control();

    /** The same, empty where {@link #control} throws. */
    Optional<SwarmControl> controlIfManager();

    /** Called each time this node's manager parts are ready, at once when they are. */
    void onManager(Consumer<SwarmControl> listener);

    /**
     * What {@code swarm init} asks. Texts are "" when not given.
     *
     * @param listenAddress {@code 0.0.0.0:2377} or {@code interface:port}
     * @param advertiseAddress {@code ip|interface[:port]}
     * @param dataPathPort 0 = 4789
     * @param pools empty = 10.0.0.0/8
     * @param subnetSize 0 = 24
     */
    record Init(
            String listenAddress,
            String advertiseAddress,
            String dataPathAddress,
            int dataPathPort,
            List<Subnet> pools,
            int subnetSize,
            NodeAvailability availability,
            ClusterSpec spec) {}

    Future<NodeId> init(Init request);

    /** What {@code swarm join} asks. */
    record Join(
            String listenAddress,
            String advertiseAddress,
            String dataPathAddress,
            List<String> remotes,
            String token,
            NodeAvailability availability) {
        @Override
        public String toString() {
            return "Join[remotes=" + remotes + "]";
        }
    }

    Future<Void> join(Join request);

    Future<Void> leave(boolean force);
}
