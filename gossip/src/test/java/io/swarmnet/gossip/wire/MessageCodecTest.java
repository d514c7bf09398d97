package io.swarmnet.gossip.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SignedState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final NodeId SELF = new NodeId("self");

    private final Random random = new Random(42);

    @Test
    void everyMessageComesBackAsItWas() {
        for (int i = 0; i < 20_000; i++) {
            GossipMessage message = message();
            NodeId from = node();
            byte[] bytes = MessageCodec.encode(from, message);
            assertEquals(new Decoded.Message(from, message, 0), MessageCodec.decode(bytes));
        }
    }

    @Test
    void garbageNeverThrows() {
        Map<String, Integer> outcomes = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(120)];
            random.nextBytes(bytes);
            if (bytes.length > 2) {
                bytes[0] = MessageCodec.VERSION;
                bytes[1] = (byte) (1 + random.nextInt(18));
            }
            count(outcomes, MessageCodec.decode(bytes));
        }
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = MessageCodec.encode(SELF, message());
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            count(outcomes, MessageCodec.decode(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))));
        }
        System.out.println("codec garbage: " + outcomes);
        assertTrue(outcomes.get("MALFORMED") > 10_000, outcomes.toString());
    }

    @Test
    void aMessageOfANewerBuildIsSkippedAndCounted() {
        byte[] bytes = MessageCodec.encode(SELF, new GossipMessage.Nack(1));
        bytes[1] = 99;
        assertEquals(new Decoded.Dropped(DropReason.UNKNOWN_TYPE), MessageCodec.decode(bytes));
        bytes[0] = 2;
        assertEquals(new Decoded.Dropped(DropReason.UNKNOWN_VERSION), MessageCodec.decode(bytes));
    }

    @Test
    void aRumorOfANewerBuildIsSkippedAndTheRestIsRead() {
        Rumor known = new Rumor.OfMember(SELF, MemberState.ALIVE, 5, List.of());
        byte[] one = MessageCodec.encode(SELF, new GossipMessage.Rumors(List.of(known)));
        ByteWriter out = new ByteWriter().u8(1).u8(5).id("self").varint(2);
        out.u8(77).blob(new byte[] {1, 2, 3});
        byte[] head = out.toBytes();
        int skip = 2 + 5 + 1;
        byte[] bytes = Arrays.copyOf(head, head.length + one.length - skip);
        System.arraycopy(one, skip, bytes, head.length, one.length - skip);
        Decoded.Message read = assertInstanceOf(Decoded.Message.class, MessageCodec.decode(bytes));
        assertEquals(1, read.skippedRumors());
        assertEquals(new GossipMessage.Rumors(List.of(known)), read.message());
    }

    @Test
    void bytesThatANewerBuildAddedAtTheEndAreIgnored() {
        byte[] bytes = MessageCodec.encode(SELF, new GossipMessage.Compare(9));
        Decoded read = MessageCodec.decode(Arrays.copyOf(bytes, bytes.length + 7));
        assertEquals(new Decoded.Message(SELF, new GossipMessage.Compare(9), 0), read);
    }

    @Test
    void anAnnouncedMillionOfThingsAllocatesNothing() {
        byte[] bytes = new ByteWriter()
                .u8(1)
                .u8(18)
                .id("self")
                .id("net")
                .varint(1_000_000_000)
                .toBytes();
        assertEquals(new Decoded.Dropped(DropReason.MALFORMED), MessageCodec.decode(bytes));
    }

    private static void count(Map<String, Integer> outcomes, Decoded decoded) {
        assertNotNull(decoded);
        outcomes.merge(
                decoded instanceof Decoded.Dropped dropped ? dropped.reason().name() : "read", 1, Integer::sum);
    }

    private GossipMessage message() {
        return switch (random.nextInt(10)) {
            case 0 -> new GossipMessage.Ping(random.nextLong(), list(this::rumor));
            case 1 -> new GossipMessage.Ack(random.nextLong(), list(this::rumor));
            case 2 -> new GossipMessage.Nack(random.nextLong());
            case 3 -> new GossipMessage.PingRequest(random.nextLong(), node(), list(this::rumor));
            case 4 -> new GossipMessage.Rumors(list(this::rumor));
            case 5 -> new GossipMessage.Compare(random.nextLong());
            case 6 -> new GossipMessage.Sync(random.nextBoolean(), list(this::rumor));
            case 7 -> new GossipMessage.Digest(network(), random.nextLong(), random.nextInt(1_000_000));
            case 8 -> new GossipMessage.Summary(network(), random.nextBoolean(), list(this::entry));
            default -> new GossipMessage.Records(network(), list(this::record));
        };
    }

    private Rumor rumor() {
        if (random.nextBoolean()) {
            List<NodeId> confirmers = new ArrayList<>();
            for (int i = random.nextInt(Rumor.OfMember.CONFIRMERS_MAX + 1); i > 0; i--) {
                confirmers.add(node());
            }
            MemberState state = MemberState.values()[random.nextInt(MemberState.values().length)];
            return new Rumor.OfMember(node(), state, number(), confirmers);
        }
        return new Rumor.OfHoldings(node(), number(), list(this::network), blob());
    }

    private GossipMessage.Entry entry() {
        return new GossipMessage.Entry(
                new EndpointId(Ids.newLocalId(random)), number(), number(), random.nextBoolean());
    }

    private EndpointRecord record() {
        return new EndpointRecord(new SignedClaim(blob(), blob()), new SignedState(blob(), blob()));
    }

    private long number() {
        return random.nextLong() >>> 1 + random.nextInt(62);
    }

    private NodeId node() {
        return new NodeId(random.nextInt(20) == 0 ? "n".repeat(128) : Ids.newSwarmId(random));
    }

    private NetworkId network() {
        return new NetworkId(random.nextBoolean() ? Ids.newSwarmId(random) : Ids.newLocalId(random));
    }

    private byte[] blob() {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> List<T> list(Supplier<T> next) {
        List<T> all = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            all.add(next.get());
        }
        return all;
    }
}
