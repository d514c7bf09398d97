package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;

/**
 * Answers ARP requests (RFC 826) and IPv6 neighbour solicitations (RFC 4861) for remote endpoints from the static table, so
 * that neither crosses the underlay. An answer is written over the question.
 */
final class NeighbourAnswers {
    /** What an answer may be longer than its question. */
    static final int GROWTH_BYTES = 8;

    static final int SOLICITATION = 135;

    private static final int ARP_BYTES = 28;
    private static final long ARP_ETHERNET_IPV4 = 0x0001_0800_0604L;
    private static final int ARP_REQUEST = 1;
    private static final int ARP_REPLY = 2;

    private static final int ADVERTISEMENT = 136;
    private static final int IP_BYTES = 40;
    private static final int SOLICITATION_BYTES = 24;
    private static final int ADVERTISEMENT_BYTES = 32;
    private static final int FLAG_SOLICITED = 0x4000_0000;
    private static final int FLAG_OVERRIDE = 0x2000_0000;
    private static final int OPTION_TARGET_LINK_ADDRESS = 2;
    private static final long MAC_BITS = 0xffff_ffff_ffffL;

    private NeighbourAnswers() {}

    /** True for a frame that asks by ND. */
    static boolean solicits(ByteBuffer packet, int frame, int bytes) {
        int ip = frame + InnerFrame.ETHERNET_BYTES;
        return bytes >= InnerFrame.ETHERNET_BYTES + IP_BYTES + SOLICITATION_BYTES
                && (packet.getShort(frame + InnerFrame.TYPE_AT) & 0xffff) == InnerFrame.IPV6
                && (packet.get(ip) & 0xf0) == 0x60
                && packet.get(ip + 6) == InnerFrame.ICMPV6
                && (packet.get(ip + IP_BYTES) & 0xff) == SOLICITATION;
    }

    /** Handles any ARP frame of a local port; gratuitous ones and replies are of no use to nodes that learn nothing. */
    static void arp(NeighbourTable table, ByteBuffer packet, int frame, int bytes, FrameSink sink) {
        int arp = frame + InnerFrame.ETHERNET_BYTES;
        if (bytes < InnerFrame.ETHERNET_BYTES + ARP_BYTES
                || packet.getLong(arp) != (ARP_ETHERNET_IPV4 << 16 | ARP_REQUEST)) {
            sink.drop(DropReason.NEIGHBOUR_NOT_ASKED);
            return;
        }
        int senderIp = packet.getInt(arp + 14);
        int targetIp = packet.getInt(arp + 24);
        if (senderIp == targetIp) {
            sink.drop(DropReason.NEIGHBOUR_NOT_ASKED);
            return;
        }
        long senderMac = mac(packet, arp + 8);
        long answer = table.v4(targetIp);
        if (answer == NeighbourTable.NONE || answer == senderMac) {
            sink.drop(DropReason.NEIGHBOUR_UNKNOWN);
            return;
        }
        packet.putShort(arp + 6, (short) ARP_REPLY);
        putMac(packet, arp + 8, answer);
        packet.putInt(arp + 14, targetIp);
        putMac(packet, arp + 18, senderMac);
        packet.putInt(arp + 24, senderIp);
        reply(packet, frame, answer, InnerFrame.ETHERNET_BYTES + ARP_BYTES, sink);
    }

    /** Handles a neighbour solicitation of a local port, checked as RFC 4861 section 7.1.1 demands. */
    static void solicitation(NeighbourTable table, ByteBuffer packet, int frame, int bytes, FrameSink sink) {
        int ip = frame + InnerFrame.ETHERNET_BYTES;
        int icmp = ip + IP_BYTES;
        int length = packet.getShort(ip + 4) & 0xffff;
        if (length < SOLICITATION_BYTES
                || length > bytes - InnerFrame.ETHERNET_BYTES - IP_BYTES
                || (packet.get(ip + 7) & 0xff) != 255
                || packet.get(icmp + 1) != 0
                || packet.get(icmp + 8) == (byte) 0xff
                || !optionsAreWhole(packet, icmp + SOLICITATION_BYTES, icmp + length)
                || Checksum.fold(pseudoHeader(packet, ip, length) + Checksum.sum(packet, icmp, length)) != 0xffff) {
            sink.drop(DropReason.NEIGHBOUR_NOT_ASKED);
            return;
        }
        long answer = table.v6(packet, icmp + 8);
        long asker = mac(packet, frame + 6);
        if (answer == NeighbourTable.NONE || answer == asker) {
            sink.drop(DropReason.NEIGHBOUR_UNKNOWN);
            return;
        }
        advertise(packet, ip, answer);
        reply(packet, frame, answer, InnerFrame.ETHERNET_BYTES + IP_BYTES + ADVERTISEMENT_BYTES, sink);
    }

    private static boolean optionsAreWhole(ByteBuffer packet, int from, int end) {
        int at = from;
        while (at < end) {
            int units = at + 1 < end ? packet.get(at + 1) & 0xff : 0;
            if (units == 0 || at + units * 8 > end) {
                return false;
            }
            at += units * 8;
        }
        return true;
    }

    private static void advertise(ByteBuffer packet, int ip, long mac) {
        int icmp = ip + IP_BYTES;
        long askerHigh = packet.getLong(ip + 8);
        long askerLow = packet.getLong(ip + 16);
        // Who asks without an address is checking that nobody has it: all nodes are to hear.
        boolean unspecified = askerHigh == 0 && askerLow == 0;
        packet.putShort(ip + 4, (short) ADVERTISEMENT_BYTES);
        packet.put(ip + 7, (byte) 255);
        packet.putLong(ip + 8, packet.getLong(icmp + 8));
        packet.putLong(ip + 16, packet.getLong(icmp + 16));
        packet.putLong(ip + 24, unspecified ? 0xff02L << 48 : askerHigh);
        packet.putLong(ip + 32, unspecified ? 1 : askerLow);
        packet.putInt(icmp, ADVERTISEMENT << 24);
        packet.putInt(icmp + 4, unspecified ? FLAG_OVERRIDE : FLAG_SOLICITED | FLAG_OVERRIDE);
        packet.putShort(icmp + 24, (short) (OPTION_TARGET_LINK_ADDRESS << 8 | 1));
        putMac(packet, icmp + 26, mac);
        long sum = pseudoHeader(packet, ip, ADVERTISEMENT_BYTES) + Checksum.sum(packet, icmp, ADVERTISEMENT_BYTES);
        packet.putShort(icmp + 2, (short) ~Checksum.fold(sum));
    }

    private static long pseudoHeader(ByteBuffer packet, int ip, int length) {
        return Checksum.sum(packet, ip + 8, 32) + length + InnerFrame.ICMPV6;
    }

    private static void reply(ByteBuffer packet, int frame, long from, int bytes, FrameSink sink) {
        putMac(packet, frame, mac(packet, frame + 6));
        putMac(packet, frame + 6, from);
        VirtioHeader.writePlain(packet, frame - VirtioHeader.BYTES);
        sink.toPort(packet, frame - VirtioHeader.BYTES, bytes + VirtioHeader.BYTES);
    }

    static long mac(ByteBuffer packet, int offset) {
        return (packet.getShort(offset) & 0xffffL) << 32 | packet.getInt(offset + 2) & 0xffff_ffffL;
    }

    private static void putMac(ByteBuffer packet, int offset, long mac) {
        packet.putShort(offset, (short) (mac >>> 32));
        packet.putInt(offset + 2, (int) (mac & MAC_BITS));
    }
}
