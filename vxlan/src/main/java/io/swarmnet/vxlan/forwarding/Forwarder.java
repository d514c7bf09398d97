package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;

/**
 * One VNI's tunnel end: says of each frame of the local ports, and of each packet of the underlay, where it goes. Pure, and
 * belongs to one event loop. No byte makes it throw, and no packet makes an object.
 *
 * <p>RFC 7348 with static tables: a frame goes to the one VTEP of its destination, broadcast and multicast to every VTEP
 * once, unknown unicast nowhere; ARP and ND are answered here; what comes from the underlay never goes back there.
 */
public final class Forwarder {
    /** What must be free before a frame of a port, and is overwritten. */
    public static final int HEADROOM_BYTES = VirtioHeader.BYTES;

    /** What must be free before a packet of the underlay, and is overwritten. */
    public static final int PACKET_HEADROOM_BYTES = VirtioHeader.BYTES - VxlanHeader.BYTES;

    /** What must be free behind a frame of a port: an answer may be longer than its question. */
    public static final int TAILROOM_BYTES = NeighbourAnswers.GROWTH_BYTES;

    private static final long GROUP_BIT = 0x0100_0000_0000L;

    private final int vni;
    private final int mtuBytes;
    private final PeerTable peers;

    /** @param mtuBytes of the network's devices: the longest IP packet inside */
    public Forwarder(int vni, int mtuBytes, PeerTable peers) {
        this.vni = vni;
        this.mtuBytes = mtuBytes;
        this.peers = peers;
    }

    /** A frame that a local port sent. {@link #HEADROOM_BYTES} before it and {@link #TAILROOM_BYTES} behind it are ours. */
    public void fromPort(ByteBuffer packet, int frame, int bytes, FrameSink sink) {
        if (!acceptable(packet, frame, bytes, sink)) {
            return;
        }
        if (bytes > mtuBytes + InnerFrame.ETHERNET_BYTES) {
            sink.drop(DropReason.FRAME_TOO_BIG);
        } else if ((packet.getShort(frame + InnerFrame.TYPE_AT) & 0xffff) == InnerFrame.ARP) {
            NeighbourAnswers.arp(peers.neighbours(), packet, frame, bytes, sink);
        } else if (NeighbourAnswers.solicits(packet, frame, bytes)) {
            NeighbourAnswers.solicitation(peers.neighbours(), packet, frame, bytes, sink);
        } else {
            encapsulate(packet, frame, bytes, sink);
        }
    }

    private void encapsulate(ByteBuffer packet, int frame, int bytes, FrameSink sink) {
        long destination = NeighbourAnswers.mac(packet, frame);
        boolean group = (destination & GROUP_BIT) != 0;
        Vtep one = group ? null : peers.vtep(destination);
        Vtep[] all = peers.vteps();
        if (!group && one == null) {
            sink.drop(DropReason.UNKNOWN_UNICAST);
            return;
        }
        if (group && all.length == 0) {
            sink.drop(DropReason.NO_VTEP);
            return;
        }
        int sourcePort = FlowHash.sourcePort(packet, frame, bytes);
        int start = frame - VxlanHeader.BYTES;
        VxlanHeader.write(packet, start, vni);
        if (!group) {
            sink.toVtep(one, sourcePort, packet, start, bytes + VxlanHeader.BYTES);
            return;
        }
        for (Vtep vtep : all) {
            sink.toVtep(vtep, sourcePort, packet, start, bytes + VxlanHeader.BYTES);
        }
    }

    /** A UDP payload that came from the underlay. {@link #PACKET_HEADROOM_BYTES} before it are ours. */
    public void fromVtep(ByteBuffer packet, int payload, int bytes, FrameSink sink) {
        if (bytes < VxlanHeader.BYTES) {
            sink.drop(DropReason.SHORT_PAYLOAD);
        } else if (!VxlanHeader.hasVni(packet, payload)) {
            sink.drop(DropReason.NO_VNI_FLAG);
        } else if (VxlanHeader.vni(packet, payload) != vni) {
            sink.drop(DropReason.UNKNOWN_VNI);
        } else {
            decapsulate(packet, payload + VxlanHeader.BYTES, bytes - VxlanHeader.BYTES, sink);
        }
    }

    private void decapsulate(ByteBuffer packet, int frame, int bytes, FrameSink sink) {
        if (!acceptable(packet, frame, bytes, sink)) {
            return;
        }
        if (peers.vtep(NeighbourAnswers.mac(packet, frame)) != null) {
            sink.drop(DropReason.SPLIT_HORIZON);
        } else if (!InnerFrame.describe(packet, frame, bytes, mtuBytes)) {
            sink.drop(DropReason.FRAME_TOO_BIG);
        } else {
            sink.toPort(packet, frame - VirtioHeader.BYTES, bytes + VirtioHeader.BYTES);
        }
    }

    private static boolean acceptable(ByteBuffer packet, int frame, int bytes, FrameSink sink) {
        if (bytes < InnerFrame.ETHERNET_BYTES) {
            sink.drop(DropReason.RUNT_FRAME);
            return false;
        }
        int type = packet.getShort(frame + InnerFrame.TYPE_AT) & 0xffff;
        if (type == InnerFrame.VLAN || type == InnerFrame.VLAN_SERVICE) {
            sink.drop(DropReason.INNER_VLAN);
            return false;
        }
        long source = NeighbourAnswers.mac(packet, frame + 6);
        if (source == 0 || (source & GROUP_BIT) != 0) {
            sink.drop(DropReason.SOURCE_NOT_UNICAST);
            return false;
        }
        return true;
    }
}
