package io.swarmnet.worker.network;

import io.swarmnet.model.error.PoolExhaustedException;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Addresses of one local network: the lowest free one first, a freed one is given again at once, as Docker does. Pure. */
public final class LocalAddresses {
    private final Subnet subnet;
    private final Map<IpAddress, String> holders = new HashMap<>();

    /** @param gateway never given */
    public LocalAddresses(Subnet subnet, IpAddress gateway) {
        this.subnet = subnet;
        holders.put(gateway, "gateway");
        holders.put(subnet.network(), "network");
        holders.put(subnet.last(), "broadcast");
    }

    /**
     * The holder's address; the one it has already, if it has one.
     *
     * @throws PoolExhaustedException in Docker's words
     */
    public IpAddress give(String holder, String networkName) {
        for (Map.Entry<IpAddress, String> held : holders.entrySet()) {
            if (held.getValue().equals(holder)) {
                return held.getKey();
            }
        }
        BigInteger size = subnet.size();
        for (long offset = 1; BigInteger.valueOf(offset).compareTo(size) < 0; offset++) {
            IpAddress address = subnet.network().plus(offset);
            if (holders.putIfAbsent(address, holder) == null) {
                return address;
            }
        }
        throw new PoolExhaustedException("no available IPv4 addresses on this network's address pools: " + networkName);
    }

    /** Notes an address that an earlier life gave. */
    public void keep(IpAddress address, String holder) {
        holders.put(address, holder);
    }

    public void release(String holder) {
        holders.values().removeIf(held -> Objects.equals(held, holder));
    }
}
