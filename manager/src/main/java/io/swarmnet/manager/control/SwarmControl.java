package io.swarmnet.manager.control;

import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.NodeSpec;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the API may do to the swarm. Every method checks first and refuses with a {@code SwarmnetException} in Docker's
 * words; nothing half-made is left. Names, ids and unique id prefixes are taken where Docker takes them. Thread-safe.
 */
public interface SwarmControl {
    /** The newest state; reading never blocks. */
    Snapshot snapshot();

    /** See {@code ClusterStore.watch}. */
    AutoCloseable watch(Consumer<Applied> listener);

    /** Allocates subnets and VNIs and stores the network. */
    Future<Network> createNetwork(NetworkSpec spec);

    /** @param reference id, name or unique prefix of an id */
    Network network(String reference);

    Future<Void> removeNetwork(String reference);

    /** Answer to a service create or update. */
    record Accepted(Service service, List<String> warnings) {}

    Future<Accepted> createService(ServiceSpec spec);

    /** @param version the object version that the caller read; refused with {@code update out of sequence} otherwise */
    Future<Accepted> updateService(String reference, long version, ServiceSpec spec);

    Service service(String reference);

    Future<Void> removeService(String reference);

    io.swarmnet.model.object.Node node(String reference);

    Future<Void> updateNode(String reference, long version, NodeSpec spec);

    Future<Void> removeNode(String reference, boolean force);

    /** Makes new secrets for the join tokens. */
    Future<Void> rotateJoinSecrets(long version, boolean worker, boolean manager);

    /** The join tokens, {@code SWMTKN-1-...}. */
    JoinTokens joinTokens();

    record JoinTokens(String worker, String manager) {}

    /** Asks a node over the clustered event bus; fails with a sentence when the bus or the node's session is away. */
    Future<NodeAnswer> ask(NodeId node, NodeRequest request);
}
