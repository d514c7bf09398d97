package io.swarmnet.model.object;

/**
 * What the managers see of a node.
 *
 * @param address the address it came from
 */
public record NodeStatus(NodeState state, String message, String address) {}
