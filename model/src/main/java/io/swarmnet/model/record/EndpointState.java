package io.swarmnet.model.record;

import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import java.util.List;

/**
 * What the owner says about its endpoint (details F).
 *
 * @param claimHash {@link SignedClaim#hash}
 * @param node the owner, which must be the claim's node
 * @param version Lamport time of the owner, the higher one holds
 * @param vteps data-path addresses of both families
 * @param dataPathPort UDP, 1 to 65535
 */
public record EndpointState(
        byte[] claimHash, NodeId node, long version, EndpointPhase phase, List<IpAddress> vteps, int dataPathPort) {}
