package io.swarmnet.worker;

import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import java.util.List;

/**
 * Where this node is found on the underlay. Lists hold both families, best first.
 *
 * @param addresses under which other nodes reach it; gossip binds the first
 * @param vteps data-path addresses, at most one a family
 * @param gossipPort wanted UDP and TCP port of gossip
 * @param dataPathPort UDP port of VXLAN; 0 = what the swarm says
 * @param managerAddress where its own port 2377 is reached, null of a worker
 */
public record Placement(
        List<IpAddress> addresses, List<IpAddress> vteps, int gossipPort, int dataPathPort, HostPort managerAddress) {}
