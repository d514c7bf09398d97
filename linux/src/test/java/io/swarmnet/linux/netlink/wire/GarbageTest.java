package io.swarmnet.linux.netlink.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.LinkAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class GarbageTest {
    private static final long SEED = 4_789;
    private static final int INPUTS = 100_000;

    @Test
    void neverThrowsAndCounts() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        List<byte[]> seeds = List.of(
                GoldenRequest.LINK_ADD_VXLAN.ours.get().bytes(1),
                GoldenRequest.LINK_ADD_VETH.ours.get().bytes(1),
                GoldenRequest.ROUTE_REPLACE_TABLE.ours.get().bytes(1),
                GoldenRequest.FDB_ADD.ours.get().bytes(1),
                Address.add(1, IpPrefix.parse("fd00::1/64"), true).bytes(1),
                Neighbour.permanent(1, InetAddress.getByName("10.0.0.1"), LinkAddress.ZERO)
                        .add()
                        .bytes(1));
        DecodeErrors errors = new DecodeErrors();
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = random.nextInt(4) == 0 ? noise(random) : damaged(random, seeds);
            try {
                decodeAll(input, errors);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + " input " + i, e);
            }
        }
        assertTrue(
                errors.messages() > 1000 && errors.attributes() > 1000, errors.messages() + " " + errors.attributes());
    }

    private static byte[] noise(RandomGenerator random) {
        byte[] input = new byte[random.nextInt(200)];
        random.nextBytes(input);
        if (input.length >= 4 && random.nextBoolean()) {
            ByteBuffer.wrap(input).order(ByteOrder.nativeOrder()).putInt(0, random.nextInt(input.length + 8));
        }
        return input;
    }

    private static byte[] damaged(RandomGenerator random, List<byte[]> seeds) {
        byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
        for (int hit = random.nextInt(6); hit >= 0; hit--) {
            input[random.nextInt(input.length)] = (byte) random.nextInt();
        }
        return random.nextInt(3) == 0 ? java.util.Arrays.copyOf(input, random.nextInt(input.length)) : input;
    }

    private static void decodeAll(byte[] input, DecodeErrors errors) {
        ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.nativeOrder());
        for (NetlinkMessage message : NetlinkMessage.split(in, errors)) {
            Link.decode(message, errors);
            Address.decode(message, errors);
            Route.decode(message, errors);
            Neighbour.decode(message, errors);
            FdbEntry.decode(message, errors);
            message.errno();
            message.errorText(errors);
        }
    }

    @Test
    void kernelsErrorTextIsFoundBehindCappedAndWholeRequests() {
        for (boolean capped : new boolean[] {true, false}) {
            int echoed = capped ? 16 : 32;
            ByteBuffer message = ByteBuffer.allocate(16 + 4 + echoed + 12).order(ByteOrder.nativeOrder());
            message.putInt(message.capacity())
                    .putShort((short) Rtnl.NLMSG_ERROR)
                    .putShort((short) (Rtnl.NLM_F_ACK_TLVS | (capped ? Rtnl.NLM_F_CAPPED : 0)))
                    .putInt(1)
                    .putInt(0)
                    .putInt(-17)
                    .putInt(32);
            message.position(16 + 4 + echoed);
            message.putShort((short) 12)
                    .putShort((short) Rtnl.NLMSGERR_ATTR_MSG)
                    .put("reason\0".getBytes());
            DecodeErrors errors = new DecodeErrors();
            NetlinkMessage error = NetlinkMessage.split(message.clear(), errors).get(0);
            assertEquals(17, error.errno());
            assertEquals("reason", error.errorText(errors));
        }
    }
}
