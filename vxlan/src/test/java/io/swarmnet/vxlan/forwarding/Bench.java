package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A forwarder with two remote endpoints of node .2 and one of node .3, whose decisions are written down as texts. */
final class Bench implements FrameSink {
    static final int VNI = 4097;
    static final int MTU_BYTES = 1450;
    private static final int AT = 64;

    final PeerTable peers = new PeerTable();
    final ReferenceForwarder reference = new ReferenceForwarder(VNI, MTU_BYTES);
    final Map<DropReason, Integer> drops = new HashMap<>();
    private final Forwarder forwarder = new Forwarder(VNI, MTU_BYTES, peers);
    private final ByteBuffer packet = ByteBuffer.allocateDirect(AT + 70_000);
    private final List<String> decisions = new ArrayList<>();
    private final List<Integer> sourcePorts = new ArrayList<>();

    Bench() {
        add(ReferenceForwarder.peer("02:42:0a:00:09:02", "198.18.9.2", "10.0.9.2", "fd00:9::2"));
        add(ReferenceForwarder.peer("02:42:0a:00:09:05", "198.18.9.2", "10.0.9.5"));
        add(ReferenceForwarder.peer("02:42:0a:00:09:07", "198.18.9.3", "10.0.9.7", "fd00:9::7"));
    }

    private void add(PeerTable.Peer peer) {
        peers.add(peer);
        reference.add(peer);
    }

    List<String> fromPort(byte[] frame) {
        begin(frame);
        forwarder.fromPort(packet, AT, frame.length, this);
        return sorted();
    }

    List<String> fromVtep(byte[] payload) {
        begin(payload);
        forwarder.fromVtep(packet, AT, payload.length, this);
        return sorted();
    }

    List<String> fromPort(String hex) {
        return fromPort(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    List<String> fromVtep(String hex) {
        return fromVtep(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    int sourcePort() {
        return sourcePorts.get(0);
    }

    /** Of the last call; empty if nothing went to a VTEP. */
    List<Integer> sourcePorts() {
        return sourcePorts;
    }

    private void begin(byte[] bytes) {
        decisions.clear();
        sourcePorts.clear();
        packet.put(AT, bytes);
        // What lies behind a packet is left of another one: nobody may look at it.
        for (int i = 0; i < 200; i++) {
            packet.put(AT + bytes.length + i, (byte) 0xee);
        }
    }

    private List<String> sorted() {
        return decisions.stream().sorted().toList();
    }

    private String hex(int offset, int bytes) {
        byte[] copy = new byte[bytes];
        packet.get(offset, copy);
        return HexFormat.of().formatHex(copy);
    }

    @Override
    public void toPort(ByteBuffer buffer, int offset, int bytes) {
        decisions.add("port " + hex(offset, bytes));
    }

    @Override
    public void toVtep(Vtep vtep, int sourcePort, ByteBuffer buffer, int offset, int bytes) {
        decisions.add("vtep " + vtep + " " + hex(offset, bytes));
        sourcePorts.add(sourcePort);
    }

    @Override
    public void drop(DropReason reason) {
        decisions.add("drop " + reason);
        drops.merge(reason, 1, Integer::sum);
    }
}
