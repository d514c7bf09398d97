package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;

/**
 * The outer source port of a frame: a hash of the inner flow, so that the underlay's equal-cost paths and receive queues
 * share the flows, each in order (RFC 7348 section 5). Flows are told apart by addresses, protocol and ports; fragments,
 * which have no ports after the first, by addresses and protocol; what is not IP by MACs.
 */
final class FlowHash {
    static final int PORT_MIN = 49_152;

    private static final int PORT_BITS = 14;
    private static final int FRAGMENT = 0x3fff; // MF and the offset

    private FlowHash() {}

    /** 49,152 to 65,535. The frame has a whole Ethernet header. */
    static int sourcePort(ByteBuffer packet, int frame, int bytes) {
        return PORT_MIN + (int) (hash(packet, frame, bytes) >>> 64 - PORT_BITS);
    }

    private static long hash(ByteBuffer packet, int frame, int bytes) {
        int type = packet.getShort(frame + InnerFrame.TYPE_AT) & 0xffff;
        int ip = frame + InnerFrame.ETHERNET_BYTES;
        int room = bytes - InnerFrame.ETHERNET_BYTES;
        if (type == InnerFrame.IPV4 && room >= 20 && packet.get(ip) >>> 4 == 4) {
            int protocol = packet.get(ip + 9);
            int header = (packet.get(ip) & 0xf) * 4;
            boolean whole = (packet.getShort(ip + 6) & FRAGMENT) == 0;
            long hash = mix(protocol, packet.getLong(ip + 12));
            return whole && hasPorts(protocol) && room >= header + 4 ? mix(hash, packet.getInt(ip + header)) : hash;
        }
        if (type == InnerFrame.IPV6 && room >= 40 && (packet.get(ip) & 0xf0) == 0x60) {
            int protocol = packet.get(ip + 6);
            long hash = mix(protocol, packet.getLong(ip + 8));
            hash = mix(mix(mix(hash, packet.getLong(ip + 16)), packet.getLong(ip + 24)), packet.getLong(ip + 32));
            return hasPorts(protocol) && room >= 44 ? mix(hash, packet.getInt(ip + 40)) : hash;
        }
        return mix(mix(type, packet.getLong(frame)), packet.getInt(frame + 8));
    }

    private static boolean hasPorts(int protocol) {
        return protocol == InnerFrame.TCP || protocol == InnerFrame.UDP || (protocol & 0xff) == InnerFrame.SCTP;
    }

    /** A step of MurmurHash3's 64-bit finalizer. */
    static long mix(long hash, long value) {
        long x = hash * 0x9e37_79b9_7f4a_7c15L + value;
        x = (x ^ x >>> 33) * 0xff51_afd7_ed55_8ccdL;
        x = (x ^ x >>> 33) * 0xc4ce_b9fe_1a85_ec53L;
        return x ^ x >>> 33;
    }
}
