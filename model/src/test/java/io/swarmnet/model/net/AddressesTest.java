package io.swarmnet.model.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressesTest {
    @Test
    void writesIpv6AsRfc5952Asks() {
        assertEquals("::1", IpAddress.parse("0:0:0:0:0:0:0:1").toString());
        assertEquals("::", IpAddress.parse("::").toString());
        assertEquals(
                "2001:db8::1:0:0:1", IpAddress.parse("2001:DB8:0:0:1:0:0:1").toString());
        assertEquals(
                "2001:db8:0:1:1:1:1:1", IpAddress.parse("2001:db8:0:1:1:1:1:1").toString());
        assertEquals("fe80::", IpAddress.parse("fe80::0").toString());
    }

    @Test
    void readsBackWhatItWrites() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = random.nextInt(3) == 0 ? 0 : bytes[j];
            }
            IpAddress address = IpAddress.of(bytes);
            assertEquals(address, IpAddress.parse(address.toString()), address.toString());
            if (bytes.length == 4) {
                assertEquals(InetAddress.getByAddress(bytes).getHostAddress(), address.toString());
            }
        }
    }

    @Test
    void neverAsksANameServer() {
        for (String text :
                new String[] {"localhost", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "", "face.b00c", "::g"}) {
            assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text), text);
        }
        assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(null));
    }

    @Test
    void saysWhatTheSubnetShouldBe() {
        var refused = assertThrows(IllegalArgumentException.class, () -> Subnet.parse("10.77.1.0/16"));
        assertEquals("invalid subnet 10.77.1.0/16: it should be 10.77.0.0/16", refused.getMessage());
    }

    @Test
    void knowsOverlaps() {
        Subnet ten = Subnet.parse("10.0.0.0/8");
        assertTrue(ten.overlaps(Subnet.parse("10.0.9.0/24")));
        assertTrue(Subnet.parse("10.0.9.0/24").overlaps(ten));
        assertFalse(ten.overlaps(Subnet.parse("11.0.0.0/8")));
        assertFalse(ten.overlaps(Subnet.parse("fd00::/8")));
        assertEquals("10.255.255.255", ten.last().toString());
    }

    @Test
    void givesDockersMac() {
        assertEquals(
                "02:42:0a:00:01:04",
                MacAddress.ofIpv4(IpAddress.parse("10.0.1.4")).toString());
    }

    @Test
    void readsHostPorts() {
        assertEquals(2377, HostPort.parse("198.18.0.1", 2377).port());
        assertEquals(5, HostPort.parse("198.18.0.1:5", 2377).port());
        assertEquals("[fd00::1]:7", HostPort.parse("[fd00::1]:7").toString());
        assertEquals(9, HostPort.parse("fd00::1", 9).port());
    }
}
