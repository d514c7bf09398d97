package io.swarmnet.model.object;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.record.SignedClaim;
import java.util.List;

/**
 * The addresses a task was given on a network.
 *
 * @param addresses at least one, both families
 * @param aliases further names there
 * @param claim the same, signed by the leader; null until it is signed
 */
public record Attachment(
        NetworkId network,
        EndpointId endpoint,
        List<CidrAddress> addresses,
        MacAddress mac,
        List<String> aliases,
        SignedClaim claim) {}
