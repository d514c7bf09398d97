package io.swarmnet.model.object;

import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import java.time.Instant;

/**
 * One address in use on one network, committed before it is used. Keyed (network, address): given twice is impossible.
 *
 * @param holder the endpoint or {@code gateway}
 * @param releasedAt null while it is held; afterwards it rests 30 s before it is given again (details P)
 */
public record AddressLease(NetworkId network, IpAddress address, long version, String holder, Instant releasedAt)
        implements Entity {
    public static String key(NetworkId network, IpAddress address) {
        return network + "/" + address;
    }

    @Override
    public String key() {
        return key(network, address);
    }

    @Override
    public EntityKind kind() {
        return EntityKind.ADDRESS_LEASE;
    }

    @Override
    public AddressLease withVersion(long newVersion) {
        return new AddressLease(network, address, newVersion, holder, releasedAt);
    }
}
