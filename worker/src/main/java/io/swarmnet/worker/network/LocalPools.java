package io.swarmnet.worker.network;

import io.swarmnet.model.error.PoolExhaustedException;
import io.swarmnet.model.net.Subnet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Docker's predefined pools of local scope (libnetwork ipamutils): 31 networks, the lowest free one first. Pure. */
public final class LocalPools {
    private static final List<Subnet> POOLS = pools();

    private LocalPools() {}

    /**
     * The lowest predefined pool that overlaps nothing in use.
     *
     * @param used subnets of networks, routes and name servers of the host
     * @throws PoolExhaustedException in Docker's words
     */
    public static Subnet nextFree(Collection<Subnet> used) {
        return POOLS.stream()
                .filter(pool -> used.stream().noneMatch(pool::overlaps))
                .findFirst()
                .orElseThrow(
                        () -> new PoolExhaustedException("all predefined address pools have been fully subnetted"));
    }

    private static List<Subnet> pools() {
        List<Subnet> pools = new ArrayList<>();
        for (int second = 17; second <= 31; second++) {
            pools.add(Subnet.parse("172." + second + ".0.0/16"));
        }
        for (int third = 0; third < 256; third += 16) {
            pools.add(Subnet.parse("192.168." + third + ".0/20"));
        }
        return List.copyOf(pools);
    }
}
