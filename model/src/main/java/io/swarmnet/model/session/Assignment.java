package io.swarmnet.model.session;

import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.record.SwimPeer;
import java.util.List;

/**
 * All that one node is to do, whole each time; a later one replaces an earlier one.
 *
 * @param sequence the store version it was made from
 * @param networks those of its tasks, no others
 * @param peers the other nodes of the swarm
 * @param gossipKeys newest last, at most three
 * @param claimCertificatePem checks claims; issued by the root
 */
public record Assignment(
        long sequence,
        List<AssignedTask> tasks,
        List<AssignedNetwork> networks,
        List<SwimPeer> peers,
        List<GossipKey> gossipKeys,
        String claimCertificatePem) {}
