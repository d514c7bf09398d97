package io.swarmnet.manager.store.ratis;

import io.swarmnet.manager.PrivateNamespace;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import java.nio.file.Path;

/**
 * Where a store lives and who it is.
 *
 * @param directory holds everything of it; made when missing; locked while open
 * @param self this manager; its Raft peer id
 * @param cluster names the Raft group
 * @param loopback the manager's identity in the private namespace (127.77.x.y); the only address it listens on
 * @param port TCP, 1 to 65,535
 * @param door the private namespace
 * @param keys seals entries and snapshots
 * @param mayCreate true makes an empty store when there is none; false refuses, so that a lost disk is not taken for a new
 *     swarm
 * @param freeBytesMin below this much free space commits are refused
 * @param snapshotEvery log entries between snapshots, 1 and up
 */
public record RatisStoreConfig(
        Path directory,
        NodeId self,
        ClusterId cluster,
        String loopback,
        int port,
        PrivateNamespace door,
        SealingKeys keys,
        boolean mayCreate,
        long freeBytesMin,
        long snapshotEvery) {
    public static final long DEFAULT_FREE_BYTES_MIN = 256L << 20;
    public static final long DEFAULT_SNAPSHOT_EVERY = 10_000;

    /** With the defaults: 256 MiB kept free, a snapshot every 10,000 entries. */
    public RatisStoreConfig(
            Path directory,
            NodeId self,
            ClusterId cluster,
            String loopback,
            int port,
            PrivateNamespace door,
            SealingKeys keys,
            boolean mayCreate) {
        this(
                directory,
                self,
                cluster,
                loopback,
                port,
                door,
                keys,
                mayCreate,
                DEFAULT_FREE_BYTES_MIN,
                DEFAULT_SNAPSHOT_EVERY);
    }
}
