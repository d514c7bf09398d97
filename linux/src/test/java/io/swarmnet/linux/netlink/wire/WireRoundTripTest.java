package io.swarmnet.linux.netlink.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.LinkAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What we write we read again, over generated values of one printed seed. */
class WireRoundTripTest {
    private static final long SEED = 20_260_101;
    private static final int VALUES = 2_000;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final DecodeErrors errors = new DecodeErrors();

    @Test
    void routes() {
        for (int i = 0; i < VALUES; i++) {
            boolean v6 = random.nextBoolean();
            int bits = random.nextInt(v6 ? 129 : 33);
            Route route = new Route(
                    new IpPrefix(ip(v6), bits).network(),
                    maybe(ip(v6)),
                    random.nextInt(1000),
                    1 + random.nextInt(5000),
                    random.nextInt(256),
                    random.nextInt(256),
                    random.nextInt(12),
                    random.nextInt(10_000),
                    maybe(ip(v6)),
                    random.nextBoolean());
            assertEquals(Optional.of(route), Route.decode(message(route.replace()), errors), "seed " + SEED);
        }
        assertNoErrors();
    }

    @Test
    void neighboursAndForwardingEntries() {
        for (int i = 0; i < VALUES; i++) {
            Neighbour neighbour = new Neighbour(
                    random.nextInt(1000),
                    ip(random.nextBoolean()),
                    maybe(mac()),
                    random.nextInt(256),
                    random.nextInt(256));
            assertEquals(Optional.of(neighbour), Neighbour.decode(message(neighbour.add()), errors), "seed " + SEED);
            FdbEntry entry = new FdbEntry(
                    random.nextInt(1000),
                    mac(),
                    maybe(ip(random.nextBoolean())),
                    random.nextInt(65536),
                    random.nextInt(256),
                    random.nextInt(256),
                    0);
            assertEquals(Optional.of(entry), FdbEntry.decode(message(entry.append()), errors), "seed " + SEED);
        }
        assertNoErrors();
    }

    @Test
    void addresses() {
        for (int i = 0; i < VALUES; i++) {
            boolean v6 = random.nextBoolean();
            IpPrefix prefix = new IpPrefix(ip(v6), random.nextInt(v6 ? 129 : 33));
            boolean nodad = random.nextBoolean();
            Address expected = new Address(random.nextInt(1000), prefix, nodad ? Rtnl.IFA_F_NODAD : 0, 0);
            assertEquals(
                    Optional.of(expected),
                    Address.decode(message(Address.add(expected.index(), prefix, nodad)), errors),
                    "seed " + SEED);
        }
        assertNoErrors();
    }

    @Test
    void vxlanDevices() {
        for (int i = 0; i < VALUES; i++) {
            Vxlan vxlan = new Vxlan(
                    random.nextInt(Vxlan.VNI_MAX + 1),
                    maybe(ip(random.nextBoolean())),
                    random.nextInt(65536),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextInt(256),
                    random.nextBoolean(),
                    random.nextInt(1000));
            LinkOptions options = new LinkOptions(maybe(mac()), random.nextInt(9000));
            Link link = Link.decode(message(LinkRequests.addVxlan("vx" + i, options, vxlan)), errors)
                    .orElseThrow();
            assertEquals(Optional.of(vxlan), link.vxlan(), "seed " + SEED);
            assertEquals("vx" + i, link.name());
            assertEquals(options.mtuBytes(), link.mtuBytes());
            assertEquals(options.address(), link.address());
        }
        assertNoErrors();
    }

    private void assertNoErrors() {
        assertEquals(0, errors.messages() + errors.attributes());
    }

    private NetlinkMessage message(NetlinkRequest request) {
        ByteBuffer bytes = ByteBuffer.wrap(request.bytes(random.nextInt())).order(ByteOrder.nativeOrder());
        return NetlinkMessage.split(bytes, errors).get(0);
    }

    private <T> Optional<T> maybe(T value) {
        return random.nextBoolean() ? Optional.of(value) : Optional.empty();
    }

    private LinkAddress mac() {
        return new LinkAddress(random.nextLong() >>> 16);
    }

    private InetAddress ip(boolean v6) {
        byte[] bytes = new byte[v6 ? 16 : 4];
        random.nextBytes(bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
