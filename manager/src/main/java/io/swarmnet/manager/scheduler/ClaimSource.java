package io.swarmnet.manager.scheduler;

import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.SignedClaim;

/** Signs endpoint claims with the swarm's claim key (details F). */
@FunctionalInterface
public interface ClaimSource {
    /** @throws RuntimeException when the key cannot sign; the task then stays unassigned */
    SignedClaim sign(EndpointClaim claim);
}
