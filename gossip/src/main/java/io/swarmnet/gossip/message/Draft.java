package io.swarmnet.gossip.message;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.record.SignedClaim;

/** Something of ours that waits for our signature. */
public sealed interface Draft {
    /** What is signed. */
    byte[] bytes();

    /** @param bytes encoding of an {@link io.swarmnet.model.record.EndpointState} */
    record OfState(NetworkId network, EndpointId endpoint, SignedClaim claim, byte[] bytes) implements Draft {}

    /** @param holdings with an empty signature */
    record OfHoldings(Rumor.OfHoldings holdings) implements Draft {
        @Override
        public byte[] bytes() {
            return holdings.signedBytes();
        }
    }
}
