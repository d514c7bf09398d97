package io.swarmnet.vxlan.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    private static final String HEADER = "0800000000100100";
    private static final String PLAIN = "00000000000000000000";
    private static final String FOR_US = "02420a000901 02420a000902 88b5 0102030405060708";

    private final Bench bench = new Bench();

    private static String packed(String hex) {
        return hex.replace(" ", "");
    }

    @Test
    void knownUnicastGoesToItsVtepAlone() {
        assertEquals(
                List.of("vtep 198.18.9.3 port 4789 " + HEADER + packed(Frames.KNOWN)), bench.fromPort(Frames.KNOWN));
    }

    @Test
    void unknownUnicastGoesNowhereAndIsCounted() {
        assertEquals(List.of("drop UNKNOWN_UNICAST"), bench.fromPort(Frames.UNKNOWN));
    }

    @Test
    void broadcastGoesToEveryVtepOnce() {
        String packet = HEADER + packed(Frames.BROADCAST);
        assertEquals(
                List.of("vtep 198.18.9.2 port 4789 " + packet, "vtep 198.18.9.3 port 4789 " + packet),
                bench.fromPort(Frames.BROADCAST));
        bench.peers.all().forEach(peer -> bench.peers.remove(peer.mac()));
        assertEquals(List.of("drop NO_VTEP"), bench.fromPort(Frames.BROADCAST));
    }

    @Test
    void neverSendsUnderlayTrafficBackToUnderlay() {
        assertEquals(List.of("drop SPLIT_HORIZON"), bench.fromVtep(HEADER + Frames.KNOWN));
        assertEquals(List.of("port " + PLAIN + packed(Frames.BROADCAST)), bench.fromVtep(HEADER + Frames.BROADCAST));
        assertEquals(List.of("port " + PLAIN + packed(Frames.UNKNOWN)), bench.fromVtep(HEADER + Frames.UNKNOWN));
    }

    @Test
    void headerIsCheckedAsTheRfcSays() {
        assertEquals(List.of("port " + PLAIN + packed(FOR_US)), bench.fromVtep(HEADER + FOR_US));
        assertEquals(
                List.of("port " + PLAIN + packed(FOR_US)),
                bench.fromVtep("ffffffff001001ff" + FOR_US),
                "reserved bits are ignored on receipt");
        assertEquals(List.of("drop NO_VNI_FLAG"), bench.fromVtep("f7ffffff00100100" + FOR_US));
        assertEquals(List.of("drop UNKNOWN_VNI"), bench.fromVtep("0800000000100200" + FOR_US));
        assertEquals(List.of("drop SHORT_PAYLOAD"), bench.fromVtep("08000000001001"));
        assertEquals(List.of("drop RUNT_FRAME"), bench.fromVtep(HEADER + "02420a000901 02420a000902 88"));
        assertEquals(List.of("drop INNER_VLAN"), bench.fromVtep(HEADER + Frames.VLAN));
        assertEquals(List.of("drop INNER_VLAN"), bench.fromPort(Frames.VLAN));
        assertEquals(List.of("drop SOURCE_NOT_UNICAST"), bench.fromVtep(HEADER + "02420a000901 03420a000902 88b5 00"));
    }

    @Test
    void framesOverTheMtuAreDropped() {
        byte[] longest = Arrays.copyOf(Frames.hex(Frames.KNOWN), 14 + Bench.MTU_BYTES);
        assertTrue(bench.fromPort(longest).get(0).startsWith("vtep"));
        assertEquals(List.of("drop FRAME_TOO_BIG"), bench.fromPort(Arrays.copyOf(longest, longest.length + 1)));
        byte[] in = Arrays.copyOf(Frames.hex(HEADER + FOR_US), 8 + 14 + Bench.MTU_BYTES);
        assertTrue(bench.fromVtep(in).get(0).startsWith("port"));
        assertEquals(List.of("drop FRAME_TOO_BIG"), bench.fromVtep(Arrays.copyOf(in, in.length + 1)));
    }

    @Test
    void arpIsAnsweredHereOrNotAtAll() {
        assertEquals(
                List.of("port " + PLAIN
                        + packed("02420a000901 02420a000902 0806 0001080006040002 02420a000902 0a000902"
                                + "02420a000901 0a000901")),
                bench.fromPort(Frames.ARP_REQUEST));
        assertEquals(List.of("drop NEIGHBOUR_UNKNOWN"), bench.fromPort(Frames.ARP_UNKNOWN));
        assertEquals(List.of("drop NEIGHBOUR_NOT_ASKED"), bench.fromPort(Frames.ARP_ANNOUNCEMENT));
    }

    @Test
    void solicitationsAreAnsweredWithARightChecksum() {
        String asker = "fd000009000000000000000000000001";
        String target = "fd000009000000000000000000000002";
        List<String> answer = bench.fromPort(Frames.solicitation(asker, target, "010102420a000901"));
        assertTrue(
                answer.get(0)
                        .startsWith("port " + PLAIN + "02420a00090102420a00090286dd6000000000203aff" + target + asker
                                + "8800"),
                answer.get(0));
        assertTrue(answer.get(0).endsWith("60000000" + target + "020102420a000902"), answer.get(0));
        // Who checks whether the address is free is answered where all hear it.
        List<String> probe = bench.fromPort(Frames.solicitation("0".repeat(32), target, ""));
        assertTrue(probe.get(0).contains(target + "ff020000000000000000000000000001" + "8800"), probe.get(0));
        assertTrue(probe.get(0).endsWith("20000000" + target + "020102420a000902"), probe.get(0));
        byte[] broken = Frames.solicitation(asker, target, "");
        broken[56] ^= 1;
        assertEquals(List.of("drop NEIGHBOUR_NOT_ASKED"), bench.fromPort(broken));
        assertEquals(
                List.of("drop NEIGHBOUR_UNKNOWN"),
                bench.fromPort(Frames.solicitation(asker, target.replace("02", "09"), "")));
    }

    @Test
    void packetsOfTheKernelAreUnderstoodAndMadeAlike() {
        List<byte[]> payloads = Frames.ofTheKernel();
        assertTrue(payloads.size() > 10);
        int cut = 0;
        for (byte[] payload : payloads) {
            byte[] frame = Arrays.copyOfRange(payload, 8, payload.length);
            if (frame.length <= 14 + Bench.MTU_BYTES && frame[0] == 2 && frame[5] == 2) {
                assertEquals(
                        List.of("vtep 198.18.9.2 port 4789 " + HexFormat.of().formatHex(payload)),
                        bench.fromPort(frame));
            }
            frame[5] = 1; // to our port, where the capture has the peer
            System.arraycopy(frame, 0, payload, 8, frame.length);
            String decision = bench.fromVtep(payload).get(0);
            assertTrue(decision.endsWith(HexFormat.of().formatHex(frame)), decision);
            String header = decision.substring(5, 25);
            boolean ipv4 = frame[12] == 8;
            int protocol = ipv4 ? frame[23] : frame[20];
            if (protocol == 6 && frame.length > 14 + Bench.MTU_BYTES) {
                assertEquals("01014200760522001000", header, "segments of 1,398 bytes after 66 of headers");
                cut++;
            } else if (protocol == 6 || protocol == 17) {
                assertEquals(
                        "0100" + "00000000" + (ipv4 ? "2200" : "3600") + (protocol == 6 ? "1000" : "0600"), header);
            } else {
                assertEquals(PLAIN, header);
            }
        }
        assertEquals(1, cut);
    }

    @Test
    void flowKeepsItsSourcePortAndFlowsSpread() {
        Set<Integer> ports = new TreeSet<>();
        for (int i = 0; i < 1000; i++) {
            String flow = "02420a000902 02420a000901 0800 4500001c 00000000 4011 0000 0a000901 0a000902"
                    + String.format("%04x", 1024 + i) + "0050 0008 0000";
            bench.fromPort(flow);
            int port = bench.sourcePort();
            assertTrue(port >= 49_152 && port <= 65_535);
            ports.add(port);
            bench.fromPort(
                    flow.replace("4500001c 00000000", "4500001c 12340000").replace("0008 0000", "0008 beef"));
            assertEquals(port, bench.sourcePort());
        }
        assertTrue(ports.size() > 930, "1,000 flows share " + ports.size() + " ports");
        Set<Integer> sockets =
                new TreeSet<>(ports.stream().map(port -> port % 16).toList());
        assertEquals(16, sockets.size());
    }

    @Test
    void tablesForgetWhatIsRemovedAndKeepTheRest() {
        PeerTable table = new PeerTable();
        for (int i = 0; i < 500; i++) {
            table.add(ReferenceForwarder.peer(
                    String.format("02:42:0a:01:%02x:%02x", i >> 8, i & 255),
                    "198.18.9." + (2 + i % 5),
                    "10.1." + (i >> 8) + "." + (i & 255),
                    String.format("fd00:1::%x", i)));
        }
        assertEquals(5, table.vteps().length);
        for (int i = 0; i < 500; i += 2) {
            assertTrue(table.remove(MacAddress.parse(String.format("02:42:0a:01:%02x:%02x", i >> 8, i & 255))));
        }
        for (int i = 0; i < 500; i++) {
            long mac = 0x0242_0a01_0000L | i;
            assertEquals(i % 2 == 1, table.vtep(mac) != null);
            assertEquals(
                    i % 2 == 1 ? mac : NeighbourTable.NONE, table.neighbours().v4(0x0a01_0000 | i));
        }
        MacAddress mac = MacAddress.parse("02:42:0a:01:00:01");
        assertEquals(false, table.remove(mac, IpAddress.parse("198.18.9.99")), "it has moved on");
        table.add(ReferenceForwarder.peer("02:42:0a:01:ff:ff", "198.18.9.9", "10.1.0.1"));
        assertTrue(table.remove(mac));
        assertNotEquals(NeighbourTable.NONE, table.neighbours().v4(0x0a01_0001), "the address has another MAC by now");
    }
}
