package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;

/** The Internet checksum (RFC 1071). */
final class Checksum {
    private Checksum() {}

    /** A sum of 16- and 32-bit words as one of 16 bits, not complemented. */
    static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & 0xffff_ffffL);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) folded;
    }

    /** Sum over bytes; not folded. At most 64 KiB, so it cannot overflow. */
    static long sum(ByteBuffer packet, int offset, int bytes) {
        long sum = 0;
        int at = offset;
        int end = offset + (bytes & ~1);
        for (; at < end; at += 2) {
            sum += packet.getShort(at) & 0xffff;
        }
        return (bytes & 1) == 0 ? sum : sum + ((packet.get(at) & 0xff) << 8);
    }
}
