package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class JoinRateTest {
    @Test
    void anAddressGetsItsShareOfEachSecond() {
        JoinRate rate = new JoinRate(20, 100);
        int allowed = 0;
        for (long now = 0; now < 10_000; now += 5) {
            allowed += rate.allows("198.18.0.2", now) ? 1 : 0;
        }
        assertTrue(allowed >= 215 && allowed <= 221, allowed + " of 20 at once and 20 a second for 10 s");
        assertTrue(rate.allows("198.18.0.3", 10_000), "another address has a share of its own");
    }

    @Test
    void remembersABoundedNumberOfAddresses() {
        JoinRate rate = new JoinRate(20, 100);
        for (int i = 0; i < 100_000; i++) {
            rate.allows("address-" + i, 0);
        }
        assertEquals(100, rate.addresses());
    }
}
