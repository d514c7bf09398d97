package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;

/**
 * What the headers of a frame from the underlay say about its checksum. A packet of a kernel peer that never met a real
 * device (veth, a hypervisor's switch) may come with the inner TCP or UDP checksum not made yet, and with many TCP segments
 * in one: the field then holds the sum over the pseudo-header alone, and the kernel here has to finish the work.
 */
final class InnerFrame {
    static final int ETHERNET_BYTES = 14;
    static final int TYPE_AT = 12;
    static final int IPV4 = 0x0800;
    static final int ARP = 0x0806;
    static final int IPV6 = 0x86dd;
    static final int VLAN = 0x8100;
    static final int VLAN_SERVICE = 0x88a8;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;
    static final int SCTP = 132;

    private static final int TCP_BYTES_MIN = 20;
    private static final int TCP_CWR = 0x80;
    private static final int TCP_CHECKSUM_AT = 16;
    private static final int UDP_BYTES = 8;
    private static final int UDP_CHECKSUM_AT = 6;
    private static final int EXTENSIONS_MAX = 4;

    private InnerFrame() {}

    /**
     * Writes the {@link VirtioHeader} before the frame. False if the frame is longer than the MTU and not TCP segments that
     * the kernel can cut; nothing is written then.
     */
    static boolean describe(ByteBuffer packet, int frame, int bytes, int mtuBytes) {
        int ip = frame + ETHERNET_BYTES;
        int room = bytes - ETHERNET_BYTES;
        int type = packet.getShort(frame + TYPE_AT) & 0xffff;
        int header = VirtioHeader.BYTES;
        boolean big = room > mtuBytes;
        if (type == IPV4 && room >= 20 && packet.get(ip) >>> 4 == 4) {
            int headerBytes = (packet.get(ip) & 0xf) * 4;
            int total = packet.getShort(ip + 2) & 0xffff;
            boolean whole = (packet.getShort(ip + 6) & 0x3fff) == 0;
            if (headerBytes >= 20 && total >= headerBytes && total <= room && whole) {
                long sum = (packet.getInt(ip + 12) & 0xffff_ffffL) + (packet.getInt(ip + 16) & 0xffff_ffffL);
                int protocol = packet.get(ip + 9) & 0xff;
                return finish(
                        packet, frame, headerBytes, total - headerBytes, protocol, sum, big ? mtuBytes : 0, false);
            }
        } else if (type == IPV6 && room >= 40 && (packet.get(ip) & 0xf0) == 0x60) {
            int end = 40 + (packet.getShort(ip + 4) & 0xffff);
            if (end <= room) {
                return ipv6(packet, frame, end, big ? mtuBytes : 0);
            }
        }
        if (!big) {
            VirtioHeader.writePlain(packet, frame - header);
        }
        return !big;
    }

    private static boolean ipv6(ByteBuffer packet, int frame, int end, int cutMtuBytes) {
        int ip = frame + ETHERNET_BYTES;
        int protocol = packet.get(ip + 6) & 0xff;
        int at = 40;
        // Hop-by-hop, routing and destination options; a fragment's checksum is not looked at.
        for (int i = 0; i < EXTENSIONS_MAX && (protocol == 0 || protocol == 43 || protocol == 60); i++) {
            if (at + 8 > end) {
                protocol = -1;
                break;
            }
            protocol = packet.get(ip + at) & 0xff;
            at += 8 + (packet.get(ip + at + 1) & 0xff) * 8;
        }
        long sum = 0;
        for (int word = 8; word < 40; word += 4) {
            sum += packet.getInt(ip + word) & 0xffff_ffffL;
        }
        return finish(packet, frame, at, end - at, protocol, sum, cutMtuBytes, true);
    }

    /**
     * @param at offset of the transport header in the IP packet
     * @param bytes of transport header and payload
     * @param addresses sum over the pseudo-header's addresses
     * @param cutMtuBytes 0 if the frame is not too long
     */
    private static boolean finish(
            ByteBuffer packet,
            int frame,
            int at,
            int bytes,
            int protocol,
            long addresses,
            int cutMtuBytes,
            boolean v6) {
        int header = frame - VirtioHeader.BYTES;
        int transport = frame + ETHERNET_BYTES + at;
        int field = protocol == TCP ? TCP_CHECKSUM_AT : UDP_CHECKSUM_AT;
        boolean longEnough = protocol == TCP && bytes >= TCP_BYTES_MIN || protocol == UDP && bytes >= UDP_BYTES;
        // A checksum that is done equals this sum once in 65,536: the kernel then makes it again, which does no harm.
        boolean toDo = longEnough
                && (packet.getShort(transport + field) & 0xffff) == Checksum.fold(addresses + protocol + bytes);
        if (cutMtuBytes > 0) {
            int tcpBytes = toDo && protocol == TCP ? (packet.get(transport + 12) >>> 4 & 0xf) * 4 : 0;
            int segment = cutMtuBytes - at - tcpBytes;
            if (tcpBytes < TCP_BYTES_MIN || bytes <= tcpBytes || segment <= 0) {
                return false;
            }
            int type = v6 ? VirtioHeader.GSO_TCPV6 : VirtioHeader.GSO_TCPV4;
            type |= (packet.get(transport + 13) & TCP_CWR) != 0 ? VirtioHeader.GSO_ECN : 0;
            VirtioHeader.write(
                    packet, header, type, ETHERNET_BYTES + at + tcpBytes, segment, ETHERNET_BYTES + at, field);
        } else if (toDo) {
            VirtioHeader.write(packet, header, VirtioHeader.GSO_NONE, 0, 0, ETHERNET_BYTES + at, field);
        } else {
            VirtioHeader.writePlain(packet, header);
        }
        return true;
    }
}
