package io.swarmnet.gossip.message;

import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointState;

/** What the core wants done. The driver does it, in order. */
public sealed interface Effect {
    /** Small messages go by UDP, large ones and {@link GossipMessage.Sync} by TCP; either may be lost. */
    record Send(NodeId to, GossipMessage message) implements Effect {}

    /** Check the signatures, in the order asked, and tell {@link io.swarmnet.gossip.GossipCore#checked}. */
    record Check(Evidence evidence) implements Effect {}

    /** Sign, in the order asked, and tell {@link io.swarmnet.gossip.GossipCore#signed}. */
    record Sign(Draft draft) implements Effect {}

    /** A verified rumor source: holdings heard from the wire, not yet checked. Stays inside the core. */
    record Heard(Rumor.OfHoldings holdings) implements Effect {}

    record MemberChanged(NodeId node, MemberState before, MemberState state) implements Effect {}

    record Suspended(NodeId node, boolean suspended) implements Effect {}

    /** Another node's record is new or has changed, and is live. */
    record RecordChanged(NetworkId network, EndpointClaim claim, EndpointState state) implements Effect {}

    /** Another node's record is gone for good. */
    record RecordWithdrawn(NetworkId network, EndpointClaim claim) implements Effect {}
}
