package io.swarmnet.model.trust;

import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.NodeRole;

/** What the swarm's root says about a certificate that a peer showed. */
public sealed interface PeerVerdict {
    /** @param publicKey X.509 SubjectPublicKeyInfo */
    record Trusted(NodeId node, NodeRole role, byte[] publicKey) implements PeerVerdict {}

    /** @param reason a sentence for the peer and the log; holds nothing secret */
    record Refused(String reason) implements PeerVerdict {}
}
