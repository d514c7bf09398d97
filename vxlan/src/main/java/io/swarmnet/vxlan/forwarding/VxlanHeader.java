package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;

/** The header of RFC 7348 section 5: flags, reserved, VNI, reserved. */
public final class VxlanHeader {
    public static final int BYTES = 8;

    private static final int FLAG_I = 0x0800_0000;

    private VxlanHeader() {}

    /** Writes it: the I flag set, reserved fields zero. */
    public static void write(ByteBuffer packet, int offset, int vni) {
        packet.putInt(offset, FLAG_I);
        packet.putInt(offset + 4, vni << 8);
    }

    /** True if a VNI is there; the other flags are reserved and ignored on receipt. */
    public static boolean hasVni(ByteBuffer packet, int offset) {
        return (packet.getInt(offset) & FLAG_I) != 0;
    }

    /** 0 to 2^24-1. */
    public static int vni(ByteBuffer packet, int offset) {
        return packet.getInt(offset + 4) >>> 8;
    }
}
