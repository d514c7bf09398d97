package io.swarmnet.worker.doctor;

import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a worker knows of itself and the others when the doctor comes, all read at one moment. Pure.
 *
 * @param manager whether this node is a manager
 * @param sessionError why there is no session to a manager; "" while there is one
 * @param clockAheadMillis of the manager's; empty when it never told
 * @param vtep this node's underlay address
 * @param underlayMtuBytes of the link that has it
 * @param peers the other nodes
 */
public record NodeView(
        boolean manager,
        String sessionError,
        OptionalLong clockAheadMillis,
        IpAddress address,
        IpAddress vtep,
        int underlayMtuBytes,
        int gossipPort,
        int dataPathPort,
        List<HostRoute> routes,
        List<Overlay> overlays,
        List<Peer> peers) {
    /** @param mtuBytes inside the network */
    public record Overlay(String name, List<Subnet> subnets, int mtuBytes) {}

    /** @param gossip what gossip believes of it: a {@code MemberState}'s name, "" when it says nothing */
    public record Peer(String name, IpAddress address, int gossipPort, IpAddress vtep, String gossip) {}
}
