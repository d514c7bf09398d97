package io.swarmnet.manager.ipam;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.net.Subnet;
import java.util.List;

/**
 * The pools that automatic overlay subnets come from, cut into subnets of one size and counted from 0.
 *
 * @param pools IPv4, not overlapping, each at least as large as one subnet
 * @param subnetSize prefix length of an automatic subnet, 1 to 29 as Docker has it
 */
public record AddressPools(List<Subnet> pools, int subnetSize) {
    /** Docker's: 10.0.0.0/8 in pieces of /24. */
    public static final AddressPools DEFAULT = new AddressPools(List.of(Subnet.parse("10.0.0.0/8")), 24);

    private static final int SIZE_MAX = 29;

    /** @throws InvalidSpecException when a pool is unusable, naming it */
    public AddressPools {
        pools = List.copyOf(pools);
        if (pools.isEmpty()) {
            throw new InvalidSpecException("invalid default-addr-pool: at least one pool must be given");
        }
        if (subnetSize < 1 || subnetSize > SIZE_MAX) {
            throw new InvalidSpecException("invalid CIDR mask length: " + subnetSize + "; must be 1 to " + SIZE_MAX);
        }
        for (int i = 0; i < pools.size(); i++) {
            Subnet pool = pools.get(i);
            if (!pool.isV4()) {
                throw new InvalidSpecException(
                        "default address pool " + pool + ": automatic IPv6 pools are not there yet");
            }
            if (pool.prefixLength() > subnetSize) {
                throw new InvalidSpecException(
                        "default address pool " + pool + " is smaller than one subnet of /" + subnetSize);
            }
            for (Subnet other : pools.subList(0, i)) {
                if (pool.overlaps(other)) {
                    throw new InvalidSpecException("default address pools " + other + " and " + pool + " overlap");
                }
            }
        }
    }

    /** How many subnets there are in all pools together. */
    public long count() {
        return pools.stream().mapToLong(this::countIn).sum();
    }

    /** The subnet of a serial number; numbers go on past {@link #count()} by starting over. */
    public Subnet at(long serial) {
        long left = Math.floorMod(serial, count());
        for (Subnet pool : pools) {
            if (left < countIn(pool)) {
                return new Subnet(pool.network().plus(left << (32 - subnetSize)), subnetSize);
            }
            left -= countIn(pool);
        }
        throw new IllegalStateException("serial " + serial + " of " + count());
    }

    private long countIn(Subnet pool) {
        return 1L << (subnetSize - pool.prefixLength());
    }
}
