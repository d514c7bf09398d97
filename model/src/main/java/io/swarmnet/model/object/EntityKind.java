package io.swarmnet.model.object;

/** The kinds of objects, with the type that each is encoded from. */
public enum EntityKind {
    CLUSTER(Cluster.class),
    NODE(Node.class),
    NETWORK(Network.class),
    SERVICE(Service.class),
    TASK(Task.class),
    ADDRESS_LEASE(AddressLease.class);

    private final Class<? extends Entity> type;

    EntityKind(Class<? extends Entity> type) {
        this.type = type;
    }

    public Class<? extends Entity> type() {
        return type;
    }
}
