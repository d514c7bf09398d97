package io.swarmnet.model.object;

import io.swarmnet.model.id.NetworkId;
import java.time.Instant;
import java.util.List;

/**
 * An overlay network of the swarm.
 *
 * @param subnets at least one, each with its own VNI
 * @param lastAddressOffsets for each subnet the offset last given, because swarm-scope allocation is serial
 */
public record Network(
        NetworkId id,
        long version,
        Instant createdAt,
        Instant updatedAt,
        NetworkSpec spec,
        List<OverlaySubnet> subnets,
        List<Long> lastAddressOffsets)
        implements Entity {
    @Override
    public String key() {
        return id.value();
    }

    @Override
    public EntityKind kind() {
        return EntityKind.NETWORK;
    }

    @Override
    public Network withVersion(long newVersion) {
        return new Network(id, newVersion, createdAt, updatedAt, spec, subnets, lastAddressOffsets);
    }
}
