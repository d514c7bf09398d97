package io.swarmnet.gossip.message;

/** What a node is believed to be, as in the SWIM paper. {@code LEFT} said so itself. */
public enum MemberState {
    ALIVE,
    /** Soft and reversible: did not answer, and may still refute (details G). */
    SUSPECT,
    /** Hard: the suspicion ran out and two nodes confirmed it. Only a higher incarnation brings the node back. */
    DEAD,
    /** Said goodbye. */
    LEFT
}
