package io.swarmnet.gossip.table;

import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.NodeId;

/** What the tables ask of failure detection. */
public interface Membership {
    /** Whether the manager has told of the node. */
    boolean knows(NodeId node);

    /** Whether there is sense in sending to it: known, and neither dead nor gone. */
    boolean reachable(NodeId node);

    /** Lets the rumor, verified or our own, go round. */
    void spread(Rumor.OfHoldings holdings);
}
