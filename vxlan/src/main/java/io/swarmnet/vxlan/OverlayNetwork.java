package io.swarmnet.vxlan;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import java.util.List;
import java.util.Set;

/** One overlay network on this node. Not thread-safe: the kernel executor has one thread. */
public interface OverlayNetwork extends AutoCloseable {
    NetworkId id();

    /** Joins a sandbox to the network: veth, MAC, addresses, link up. Adopts a port that is already there. */
    void attach(PortConfig port);

    /** Takes an endpoint's port away; does nothing when it is gone already. */
    void detach(EndpointId endpoint);

    /** Endpoints that have a port here. */
    Set<EndpointId> ports();

    /** Programs FDB and neighbour entries of an endpoint on another node; replaces those of the same MAC. */
    void addPeer(RemoteEndpoint peer);

    /**
     * Removes them; does nothing when they are gone, or point to another VTEP by now (the endpoint has moved on, and this
     * is the news of its end on the old node).
     */
    void removePeer(RemoteEndpoint peer);

    /** Peers with entries here, those of an earlier daemon that were adopted too: what nobody knows any more is removed. */
    List<RemoteEndpoint> peers();

    /** Removes the namespace with all in it. Goes on past a failure and reports all of them. */
    @Override
    void close();
}
