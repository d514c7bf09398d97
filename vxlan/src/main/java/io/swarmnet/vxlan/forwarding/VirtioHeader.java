package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The {@code struct virtio_net_hdr} that a TAP with IFF_VNET_HDR has before each frame: which checksum is still to be made,
 * and whether the frame is several segments in one. In the machine's byte order (linux/virtio_net.h, legacy).
 */
public final class VirtioHeader {
    public static final int BYTES = 10;

    static final int GSO_NONE = 0;
    static final int GSO_TCPV4 = 1;
    static final int GSO_TCPV6 = 4;
    /** Added to the type: the first segment alone keeps the CWR flag. */
    static final int GSO_ECN = 0x80;

    private static final int NEEDS_CSUM = 1;
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private VirtioHeader() {}

    /** The frame is complete as it is. */
    static void writePlain(ByteBuffer packet, int offset) {
        packet.putLong(offset, 0);
        packet.putShort(offset + 8, (short) 0);
    }

    /**
     * The checksum from {@code checksumStart} to the end of the frame is to be made.
     *
     * @param gsoType if not {@link #GSO_NONE}, the frame is to be cut into segments
     * @param headerBytes of all headers up to the payload of a segment
     * @param segmentBytes of payload in each
     * @param checksumAt offset of the field from {@code checksumStart}
     */
    static void write(
            ByteBuffer packet,
            int offset,
            int gsoType,
            int headerBytes,
            int segmentBytes,
            int checksumStart,
            int checksumAt) {
        packet.put(offset, (byte) NEEDS_CSUM);
        packet.put(offset + 1, (byte) gsoType);
        put16(packet, offset + 2, headerBytes);
        put16(packet, offset + 4, segmentBytes);
        put16(packet, offset + 6, checksumStart);
        put16(packet, offset + 8, checksumAt);
    }

    private static void put16(ByteBuffer packet, int offset, int value) {
        packet.putShort(offset, SWAP ? Short.reverseBytes((short) value) : (short) value);
    }
}
