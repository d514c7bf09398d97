package io.swarmnet.dns.names;

import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import java.util.List;

/**
 * A network as the names of a sandbox see it.
 *
 * @param id whose names are looked up
 * @param name for {@code web.<name>} and for the answer to PTR
 * @param subnets of both families: an address in them is ours, so a PTR question about it never leaves the node
 * @param internal without a way out: its names never leave the node either
 */
public record AttachedNetwork(NetworkId id, String name, List<Subnet> subnets, boolean internal) {
    public AttachedNetwork {
        subnets = List.copyOf(subnets);
    }

    /** Whether the address lies in one of the subnets. */
    public boolean holds(IpAddress address) {
        return subnets.stream().anyMatch(subnet -> subnet.contains(address));
    }
}
