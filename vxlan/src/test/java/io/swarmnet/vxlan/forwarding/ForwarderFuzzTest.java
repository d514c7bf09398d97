package io.swarmnet.vxlan.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever bytes come, the forwarder decides as the slow reference does, and neither throws. */
class ForwarderFuzzTest {
    private static final int INPUTS = 100_000;
    private static final long SEED = 20_260_101;
    private static final String HEADER = "0800000000100100";

    private final Bench bench = new Bench();
    private final Map<String, Integer> portOfFlow = new HashMap<>();
    private final Set<DropReason> seen = EnumSet.noneOf(DropReason.class);
    private int carried;
    private int unfinished;
    private int cut;

    @Test
    void decidesAsTheReferenceDoes() {
        List<byte[]> seeds = seeds();
        for (int i = 0; i < INPUTS; i++) {
            long seed = SEED + i;
            Random random = new Random(seed * 0x9e37_79b9_7f4a_7c15L);
            byte[] payload = mutated(seeds.get(random.nextInt(seeds.size())), random);
            boolean port = random.nextBoolean();
            byte[] input = port ? Arrays.copyOfRange(payload, Math.min(8, payload.length), payload.length) : payload;
            List<String> expected = port ? bench.reference.fromPort(input) : bench.reference.fromVtep(input);
            List<String> got = port ? bench.fromPort(input) : bench.fromVtep(input);
            assertEquals(expected, got, () -> "seed " + seed + " from " + (port ? "port " : "VTEP "));
            note(input, got);
        }
        assertTrue(carried > INPUTS / 5, carried + " inputs were carried");
        Set<DropReason> expected = EnumSet.range(DropReason.SHORT_PAYLOAD, DropReason.NEIGHBOUR_NOT_ASKED);
        expected.remove(DropReason.NO_VTEP); // needs an empty table
        assertEquals(expected, seen);
        assertTrue(unfinished >= INPUTS / 50, unfinished + " checksums were to be made");
        assertTrue(cut >= INPUTS / 1000, cut + " frames were to be cut");
    }

    private void note(byte[] frame, List<String> got) {
        if (got.get(0).startsWith("drop")) {
            seen.add(DropReason.valueOf(got.get(0).substring(5)));
            return;
        }
        carried++;
        unfinished += got.get(0).startsWith("port 01") ? 1 : 0;
        cut += got.get(0).startsWith("port 0101") || got.get(0).startsWith("port 0104") ? 1 : 0;
        for (int sourcePort : bench.sourcePorts()) {
            assertTrue(sourcePort >= 49_152 && sourcePort <= 65_535);
            Integer before = portOfFlow.putIfAbsent(flow(frame), sourcePort);
            assertTrue(before == null || before == sourcePort, "a flow changed its port");
        }
    }

    /** What makes a flow, as a text. */
    private static String flow(byte[] frame) {
        int type = (frame[12] & 0xff) << 8 | frame[13] & 0xff;
        if (type == 0x0800 && frame.length >= 34 && (frame[14] & 0xf0) == 0x40) {
            boolean fragment = (frame[20] & 0x3f) != 0 || frame[21] != 0;
            int at = 14 + (frame[14] & 15) * 4;
            return "4 " + frame[23] + " " + text(frame, 26, 34) + ports(frame, frame[23], fragment ? frame.length : at);
        }
        if (type == 0x86dd && frame.length >= 54 && (frame[14] & 0xf0) == 0x60) {
            return "6 " + frame[20] + " " + text(frame, 22, 54) + ports(frame, frame[20], 54);
        }
        return text(frame, 0, 14);
    }

    private static String ports(byte[] frame, int protocol, int at) {
        boolean some = protocol == 6 || protocol == 17 || (protocol & 0xff) == 132;
        return some && at + 4 <= frame.length ? " ports " + text(frame, at, at + 4) : "";
    }

    private static String text(byte[] frame, int from, int to) {
        return Arrays.toString(Arrays.copyOfRange(frame, from, to));
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        int kind = random.nextInt(10);
        if (kind == 0) {
            random.nextBytes(bytes);
            System.arraycopy(seed, 0, bytes, 0, random.nextInt(Math.min(60, seed.length) + 1));
        } else if (kind == 1) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        } else if (kind == 2) {
            bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(1600));
        }
        int flips = kind < 5 ? 0 : 1 + random.nextInt(4);
        for (int i = 0; i < flips && bytes.length > 0; i++) {
            int reach = random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, 120);
            int at = random.nextInt(reach);
            bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (bytes[at] ^ 1 << random.nextInt(8));
        }
        return bytes;
    }

    private static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] payload : Frames.ofTheKernel()) {
            seeds.add(payload);
            byte[] toUs = payload.clone();
            toUs[13] = 1;
            seeds.add(toUs);
        }
        for (String frame : List.of(
                Frames.ARP_REQUEST,
                Frames.ARP_UNKNOWN,
                Frames.ARP_ANNOUNCEMENT,
                Frames.VLAN,
                Frames.BROADCAST,
                Frames.UNKNOWN,
                Frames.KNOWN)) {
            seeds.add(Frames.hex(HEADER + frame));
        }
        String asker = "fd000009000000000000000000000001";
        for (String target : List.of("fd000009000000000000000000000002", "fd000009000000000000000000000099")) {
            for (String options : List.of("", "010102420a000901", "0e02000000000000000000000000000001010000000000ff")) {
                byte[] frame = Frames.solicitation(asker, target, options);
                byte[] payload = Arrays.copyOf(Frames.hex(HEADER), 8 + frame.length);
                System.arraycopy(frame, 0, payload, 8, frame.length);
                seeds.add(payload);
            }
        }
        // TCP after a hop-by-hop header, its checksum that of the pseudo-header.
        seeds.add(Frames.hex(HEADER + "02420a000901 02420a000902 86dd 60000000 001c 00 40"
                + "fd000009000000000000000000000002 fd000009000000000000000000000001"
                + "0600010400000000 1451b8d8 00000001 00000001 50100040" + "fa30" + "0000"));
        return seeds;
    }
}
