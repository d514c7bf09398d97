package io.swarmnet.manager.store;

import io.swarmnet.model.object.AddressLease;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.Task;
import java.util.Collection;
import java.util.Optional;

/** The whole state at one version. Immutable; reading it never blocks. */
public interface Snapshot {
    /** Counts commits from 0. */
    long version();

    /** All objects of a kind, ordered by key. */
    <T extends Entity> Collection<T> all(EntityKind kind, Class<T> type);

    <T extends Entity> Optional<T> find(EntityKind kind, String key, Class<T> type);

    /** Empty until the swarm is made. */
    default Optional<Cluster> cluster() {
        return all(EntityKind.CLUSTER, Cluster.class).stream().findFirst();
    }

    default Collection<Node> nodes() {
        return all(EntityKind.NODE, Node.class);
    }

    default Collection<Network> networks() {
        return all(EntityKind.NETWORK, Network.class);
    }

    default Collection<Service> services() {
        return all(EntityKind.SERVICE, Service.class);
    }

    default Collection<Task> tasks() {
        return all(EntityKind.TASK, Task.class);
    }

    default Collection<AddressLease> leases() {
        return all(EntityKind.ADDRESS_LEASE, AddressLease.class);
    }
}
