package io.swarmnet.model.session;

import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.object.OverlaySubnet;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A network as a node that runs its tasks is told of it. */
public record AssignedNetwork(
        NetworkId id,
        String name,
        Instant createdAt,
        List<OverlaySubnet> subnets,
        Map<String, String> options,
        Map<String, String> labels,
        boolean internal,
        boolean attachable) {}
