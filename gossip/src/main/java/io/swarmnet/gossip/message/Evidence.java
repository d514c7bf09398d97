package io.swarmnet.gossip.message;

/** Something signed that was heard and is not believed yet. */
public sealed interface Evidence {
    /** The claim must be signed by the swarm's claim key, the state by the key of the claim's node. */
    record OfRecord(Row row) implements Evidence {}

    /** Must be signed by its node. */
    record OfHoldings(Rumor.OfHoldings holdings) implements Evidence {}
}
