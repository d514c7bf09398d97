package io.swarmnet.gossip.wire;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.model.id.NodeId;

/** What bytes turned out to be. */
public sealed interface Decoded {
    /**
     * @param from the node that says it is the sender; the envelope's sender index must be its
     * @param skippedRumors of types this build does not know
     */
    record Message(NodeId from, GossipMessage message, int skippedRumors) implements Decoded {}

    record Dropped(DropReason reason) implements Decoded {}
}
