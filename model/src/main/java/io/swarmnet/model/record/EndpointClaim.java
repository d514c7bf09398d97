package io.swarmnet.model.record;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.MacAddress;
import java.util.List;

/**
 * What the leader says about an endpoint when it allocates it (details F). Only the leader can sign it, so a stolen node
 * can claim no name or address that was not given to it.
 *
 * @param addresses of both families
 * @param names of this endpoint alone: container name, short id, hostname, task name, in Docker's order; the first is the
 *     answer to PTR
 * @param serviceName shared by all tasks of the service, or null for a container
 * @param serviceAliases further names shared by all tasks
 * @param slot from 1, 0 of a container or a global service
 * @param node where it is
 * @param epoch counts allocations of this endpoint: the higher one holds
 */
public record EndpointClaim(
        NetworkId network,
        EndpointId endpoint,
        List<CidrAddress> addresses,
        MacAddress mac,
        List<String> names,
        ServiceId service,
        String serviceName,
        List<String> serviceAliases,
        long slot,
        TaskId task,
        NodeId node,
        long epoch) {}
