package io.swarmnet.engine.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.swarmnet.engine.daemon.AddressChoice.LinkAddress;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class AddressChoiceTest {
    private static final HostPort ANY = HostPort.parse("0.0.0.0:2377");

    private static AddressChoice of(String... linksAndAddresses) {
        List<LinkAddress> addresses = new ArrayList<>();
        for (int i = 0; i < linksAndAddresses.length; i += 2) {
            addresses.add(new LinkAddress(linksAndAddresses[i], IpAddress.parse(linksAndAddresses[i + 1])));
        }
        return new AddressChoice(addresses);
    }

    private static String refusal(Executable body) {
        return assertThrows(InvalidSpecException.class, body).getMessage();
    }

    @Test
    void takesTheOnlyAddressAndPrefersIpv4OfALink() {
        assertEquals(
                "198.18.0.1:2377", of("eth0", "198.18.0.1").advertise("", ANY).toString());
        assertEquals(
                "198.18.0.1:2377",
                of("eth0", "fd00::1", "eth0", "198.18.0.1").advertise("", ANY).toString());
    }

    @Test
    void refusesToGuessInDockersWords() {
        assertEquals(
                "could not choose an IP address to advertise since this system has multiple addresses on interface eth0"
                        + " (10.0.0.1 and 10.0.0.2)",
                refusal(() -> of("eth0", "10.0.0.1", "eth0", "10.0.0.2").advertise("", ANY)));
        assertEquals(
                "could not choose an IP address to advertise since this system has multiple addresses on different"
                        + " interfaces (10.0.0.1 on eth0 and 10.1.0.1 on eth1)",
                refusal(() -> of("eth0", "10.0.0.1", "eth1", "10.1.0.1").advertise("", ANY)));
        assertEquals("could not find the system's IP address", refusal(() -> of().advertise("", ANY)));
    }

    @Test
    void takesAddressesAndLinksWithAndWithoutPorts() {
        AddressChoice choice = of("eth0", "10.0.0.1", "eth1", "10.1.0.1");
        assertEquals("10.9.9.9:2377", choice.advertise("10.9.9.9", ANY).toString());
        assertEquals("10.9.9.9:99", choice.advertise("10.9.9.9:99", ANY).toString());
        assertEquals("10.1.0.1:2377", choice.advertise("eth1", ANY).toString());
        assertEquals("10.1.0.1:7000", choice.advertise("eth1:7000", ANY).toString());
        assertEquals("10.0.0.1:2377", choice.listen("eth0", "").toString());
        assertEquals("0.0.0.0:2377", choice.listen("", "0.0.0.0:2377").toString());
        assertEquals(
                "10.1.0.1", choice.dataPath("eth1", IpAddress.parse("10.0.0.1")).toString());
        refusal(() -> choice.advertise("nosuch0", ANY));
        refusal(() -> choice.advertise("eth0:0", ANY));
        refusal(() -> choice.advertise("0.0.0.0", ANY));
    }

    @Test
    void advertisesASpecificListenAddress() {
        HostPort listen = HostPort.parse("10.1.0.1:4000");
        assertEquals(listen, of("eth0", "10.0.0.1", "eth1", "10.1.0.1").advertise("", listen));
    }
}
