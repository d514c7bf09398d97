package io.swarmnet.gossip.message;

/** Why bytes, a message or a record went no further. Each is counted in {@link io.swarmnet.gossip.message.GossipCounters}. */
public enum DropReason {
    /** Fewer bytes than an envelope or a message needs. */
    TOO_SHORT,
    /** More bytes than {@code Envelope} allows. */
    TOO_LARGE,
    /** Version byte of a build this one does not know. */
    UNKNOWN_VERSION,
    /** Neither datagram nor stream, or a datagram's bytes on a stream. */
    UNKNOWN_KIND,
    /** No key of the ring has this epoch. */
    UNKNOWN_KEY,
    /** The tag does not fit: forged, damaged, or meant for another node. */
    BAD_TAG,
    /** This counter was seen before or lies behind the replay window. */
    REPLAYED,
    /** A boot number below the newest of that sender. */
    OLD_BOOT,
    /** No peer has this sender index. */
    UNKNOWN_SENDER,
    /** The node named in the message is not the one its sender index belongs to. */
    WRONG_SENDER,
    /** The bytes are no message. */
    MALFORMED,
    /** A message type of a newer build. */
    UNKNOWN_TYPE,
    /** A rumor type of a newer build; the rest of its message is used. */
    UNKNOWN_RUMOR,
    /** About a node the manager has not told of. */
    UNKNOWN_MEMBER,
    /** A death with fewer confirmers than needed. */
    UNCONFIRMED_DEATH,
    /** A record of a network that this node does not hold. */
    NOT_HELD,
    /** Asked for records by a node that does not hold their network. */
    NOT_A_HOLDER,
    /** A record whose parts contradict one another, or that is no record. */
    INCONSISTENT,
    /** A record of a node the manager has not told of. */
    UNKNOWN_OWNER,
    /** The claim is not signed by the swarm, or no claim key is known yet. */
    BAD_CLAIM_SIGNATURE,
    /** The state, or the list of held networks, is not signed by its node. */
    BAD_STATE_SIGNATURE,
    /** Too many signatures wait to be checked. */
    CHECKS_FULL,
    /** A table or list is at its bound. */
    TABLE_FULL,
    /** The bound of connections, or of bytes waiting on one, is reached. */
    QUEUE_FULL,
    /** A peer without an address we can send to, or a connection that failed. */
    UNREACHABLE,
    /** Nothing is sent: no key yet, or this boot's counter is used up. */
    NOT_SEALED
}
