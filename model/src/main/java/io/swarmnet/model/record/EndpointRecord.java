package io.swarmnet.model.record;

/** A claim and the newest state its owner gave it: one row of a network's table, and what gossip carries. */
public record EndpointRecord(SignedClaim claim, SignedState state) {}
