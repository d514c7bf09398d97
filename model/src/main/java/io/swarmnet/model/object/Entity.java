package io.swarmnet.model.object;

/** One object of the cluster's desired state. Its version is the store's own count of commits, not a Raft index. */
public sealed interface Entity permits Cluster, Node, Network, Service, Task, AddressLease {
    /** Unique among objects of its kind. */
    String key();

    EntityKind kind();

    /** The store version of the commit that wrote it last; 0 before its first commit. */
    long version();

    /** The same object with the version; the store alone calls this. */
    Entity withVersion(long version);
}
