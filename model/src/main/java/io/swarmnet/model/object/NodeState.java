package io.swarmnet.model.object;

/** What the managers know of a node's session. */
public enum NodeState {
    UNKNOWN,
    DOWN,
    READY,
    DISCONNECTED
}
