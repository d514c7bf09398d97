package io.swarmnet.gossip.message;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.record.EndpointRecord;
import java.util.List;

/** One message between two nodes. Answers are messages of their own: nothing waits for one. */
public sealed interface GossipMessage {
    /** Failure detection and rumors, for {@link io.swarmnet.gossip.swim.Swim}. */
    sealed interface OfSwim extends GossipMessage {}

    /** Records of a network, for {@link io.swarmnet.gossip.table.Tables}. */
    sealed interface OfTable extends GossipMessage {
        NetworkId network();
    }

    /** Are you there? */
    record Ping(long sequence, List<Rumor> rumors) implements OfSwim {}

    /** Yes, or: yes, the one you asked me to ping is. */
    record Ack(long sequence, List<Rumor> rumors) implements OfSwim {}

    /** The one you asked me to ping has not answered; but I have (Lifeguard). */
    record Nack(long sequence) implements OfSwim {}

    /** Ping this one for me. */
    record PingRequest(long sequence, NodeId target, List<Rumor> rumors) implements OfSwim {}

    /** Nothing but rumors. */
    record Rumors(List<Rumor> rumors) implements OfSwim {}

    /** A digest of all that is known of all members; whoever differs sends a {@link Sync}. */
    record Compare(long digest) implements OfSwim {}

    /**
     * All that is known of all members. Goes over TCP.
     *
     * @param answer the receiver is to send its own
     */
    record Sync(boolean answer, List<Rumor> rumors) implements OfSwim {}

    /** The digest of the sender's live records of a network; whoever differs sends a {@link Summary}. */
    record Digest(NetworkId network, long digest, int records) implements OfTable {}

    /**
     * Which records of a network the sender has.
     *
     * @param answer the receiver is to send its own, when it lacks something
     */
    record Summary(NetworkId network, boolean answer, List<Entry> entries) implements OfTable {}

    /** Endpoint, claim epoch and state version of one record. */
    record Entry(EndpointId endpoint, long epoch, long version, boolean down) {}

    /** New or missing records. */
    record Records(NetworkId network, List<EndpointRecord> records) implements OfTable {}
}
