package io.swarmnet.manager.cluster;

import io.swarmnet.manager.PrivateNamespace;
import io.swarmnet.model.id.ClusterId;
import java.util.List;

/**
 * Who this manager is on the bus.
 *
 * @param secret known to the swarm's managers alone; with the cluster's id it makes the name that members must agree on
 * @param loopback the manager's identity in the private namespace (127.77.x.y); the only address it listens on
 * @param hazelcastPort TCP, 1 to 65,535
 * @param busPort TCP of the event bus, 1 to 65,535
 * @param peers identities of the other managers, as {@code address:port} of their Hazelcast
 * @param door the private namespace
 */
public record ClusterBusConfig(
        ClusterId cluster,
        String secret,
        String loopback,
        int hazelcastPort,
        int busPort,
        List<String> peers,
        PrivateNamespace door) {
    /** A manager that has no peers. */
    public ClusterBusConfig(
            ClusterId cluster, String secret, String loopback, int hazelcastPort, int busPort, PrivateNamespace door) {
        this(cluster, secret, loopback, hazelcastPort, busPort, List.of(), door);
    }
}
