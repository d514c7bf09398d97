package io.swarmnet.model.record;

import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import java.util.List;

/**
 * Another node, as the manager tells it: where its gossip listens and how its signatures are checked.
 *
 * @param addresses of both families, best first
 * @param senderIndex its gossip sender index, which must stand in each nonce it makes
 * @param publicKey X.509 SubjectPublicKeyInfo
 * @param boot the boot number that the manager gave last; what is said under a higher one is not the node's. 0 = not told
 */
public record SwimPeer(
        NodeId node,
        String hostname,
        List<IpAddress> addresses,
        int gossipPort,
        int senderIndex,
        byte[] publicKey,
        int boot) {}
