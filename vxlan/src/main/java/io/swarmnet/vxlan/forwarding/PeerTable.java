package io.swarmnet.vxlan.forwarding;

import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The remote endpoints of one VNI: the FDB (MAC to VTEP), the neighbour table (IP to MAC) and the VTEPs to which broadcast
 * goes. Static: nothing is learnt from packets.
 */
public final class PeerTable {
    private static final Vtep[] NO_VTEPS = {};

    /** An endpoint behind a VTEP. */
    public record Peer(MacAddress mac, Set<IpAddress> addresses, Vtep vtep) {}

    private final Map<MacAddress, Peer> peers = new HashMap<>();
    private final MacTable fdb = new MacTable();
    private final NeighbourTable neighbours = new NeighbourTable();
    private final Map<Vtep, Integer> uses = new LinkedHashMap<>();
    private Vtep[] vteps = NO_VTEPS;

    /** Adds it; entries of the same MAC, or of the same address with another MAC, give way. */
    public void add(Peer peer) {
        Peer before = peers.put(peer.mac(), peer);
        fdb.put(peer.mac().bits(), peer.vtep());
        peer.addresses().forEach(ip -> neighbours.put(ip, peer.mac()));
        if (before != null) {
            before.addresses().stream()
                    .filter(ip -> !peer.addresses().contains(ip))
                    .forEach(ip -> neighbours.remove(ip, peer.mac()));
        }
        use(peer.vtep(), 1);
        if (before != null) {
            use(before.vtep(), -1);
        }
    }

    /** Removes it if it still is behind that VTEP's address: not when it has moved on. True if it did. */
    public boolean remove(MacAddress mac, IpAddress vtep) {
        Peer peer = peers.get(mac);
        return peer != null && peer.vtep().address().equals(vtep) && remove(mac);
    }

    /** Removes it wherever it is. True if it was there. */
    public boolean remove(MacAddress mac) {
        Peer peer = peers.remove(mac);
        if (peer == null) {
            return false;
        }
        fdb.remove(mac.bits());
        peer.addresses().forEach(ip -> neighbours.remove(ip, mac));
        use(peer.vtep(), -1);
        return true;
    }

    /** A copy. */
    public List<Peer> all() {
        return List.copyOf(peers.values());
    }

    private void use(Vtep vtep, int more) {
        int before = uses.size();
        uses.merge(vtep, more, (old, change) -> old + change == 0 ? null : Integer.valueOf(old + change));
        if (uses.size() != before) {
            vteps = uses.keySet().toArray(NO_VTEPS);
        }
    }

    /** Where frames for a MAC go, or null. */
    Vtep vtep(long mac) {
        return fdb.get(mac);
    }

    /** Each VTEP once; not a copy. */
    Vtep[] vteps() {
        return vteps;
    }

    NeighbourTable neighbours() {
        return neighbours;
    }
}
