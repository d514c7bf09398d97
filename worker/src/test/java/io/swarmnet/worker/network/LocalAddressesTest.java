package io.swarmnet.worker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.swarmnet.model.error.PoolExhaustedException;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
    private static final Subnet SUBNET = Subnet.parse("172.18.0.0/29");

    @Test
    void givesTheLowestFreeOneAndAFreedOneAtOnce() {
        LocalAddresses addresses = new LocalAddresses(SUBNET, IpAddress.parse("172.18.0.1"));
        assertEquals("172.18.0.2", addresses.give("a", "n").toString());
        assertEquals("172.18.0.3", addresses.give("b", "n").toString());
        assertEquals("172.18.0.2", addresses.give("a", "n").toString());
        addresses.release("a");
        assertEquals("172.18.0.2", addresses.give("c", "n").toString());
    }

    @Test
    void neverGivesNetworkGatewayOrBroadcast() {
        LocalAddresses addresses = new LocalAddresses(SUBNET, IpAddress.parse("172.18.0.4"));
        List<String> given = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            given.add(addresses.give("h" + i, "gw").toString());
        }
        assertEquals(List.of("172.18.0.1", "172.18.0.2", "172.18.0.3", "172.18.0.5", "172.18.0.6"), given);
        var full = assertThrows(PoolExhaustedException.class, () -> addresses.give("more", "gw"));
        assertEquals("no available IPv4 addresses on this network's address pools: gw", full.getMessage());
    }

    @Test
    void takesDockersPoolsInOrderAndSkipsWhatIsUsed() {
        assertEquals("172.17.0.0/16", LocalPools.nextFree(List.of()).toString());
        List<Subnet> used = new ArrayList<>(List.of(Subnet.parse("172.17.0.0/16"), Subnet.parse("172.19.3.0/24")));
        assertEquals("172.18.0.0/16", LocalPools.nextFree(used).toString());
        used.add(Subnet.parse("172.16.0.0/12"));
        assertEquals("192.168.0.0/20", LocalPools.nextFree(used).toString());
        used.add(Subnet.parse("192.168.0.0/16"));
        assertThrows(PoolExhaustedException.class, () -> LocalPools.nextFree(used));
    }
}
