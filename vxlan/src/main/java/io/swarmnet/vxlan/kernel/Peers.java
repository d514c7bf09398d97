package io.swarmnet.vxlan.kernel;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.LinkAddress;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.FdbEntry;
import io.swarmnet.linux.netlink.wire.Neighbour;
import io.swarmnet.linux.netlink.wire.Rtnl;
import io.swarmnet.vxlan.bridge.Teardown;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The entries of remote endpoints on one vxlan device, and what we know of them. For each MAC: a vxlan FDB entry to its
 * VTEP, a bridge FDB entry to the vxlan port, a neighbour for every address. For each VTEP: a default destination, to which
 * broadcast and multicast are copied.
 */
final class Peers {
    /** @param port of the VTEP, 0 for the device's own */
    record Peer(LinkAddress mac, Set<InetAddress> addresses, InetAddress vtep, int port) {}

    private record Vtep(InetAddress address, int port) {}

    private final NetlinkHandle handle;
    private final int vxlan;
    private final Map<LinkAddress, Peer> peers = new HashMap<>();
    private final Map<InetAddress, LinkAddress> owners = new HashMap<>();
    private final Set<Vtep> replicated = new HashSet<>();

    private Peers(NetlinkHandle handle, int vxlan) {
        this.handle = handle;
        this.vxlan = vxlan;
    }

    /** Reads back what an earlier daemon programmed. */
    static Peers adopt(NetlinkHandle handle, int vxlan) {
        Peers peers = new Peers(handle, vxlan);
        Map<LinkAddress, Set<InetAddress>> addresses = new HashMap<>();
        for (Neighbour neighbour : handle.neighbours(vxlan)) {
            if (neighbour.state() == Rtnl.NUD_PERMANENT && neighbour.address().isPresent()) {
                LinkAddress mac = neighbour.address().get();
                addresses.computeIfAbsent(mac, any -> new HashSet<>()).add(neighbour.ip());
                peers.owners.put(neighbour.ip(), mac);
            }
        }
        for (FdbEntry entry : handle.fdb(vxlan)) {
            if (entry.vtep().isEmpty()) {
                continue;
            }
            Vtep vtep = new Vtep(entry.vtep().get(), entry.port());
            if (entry.address().equals(LinkAddress.ZERO)) {
                peers.replicated.add(vtep);
            } else {
                Set<InetAddress> ips = addresses.getOrDefault(entry.address(), Set.of());
                peers.peers.put(entry.address(), new Peer(entry.address(), ips, vtep.address(), vtep.port()));
            }
        }
        return peers;
    }

    Collection<Peer> all() {
        return peers.values();
    }

    /** Programs the entries; those of the same MAC, or of the same address with another MAC, give way. */
    void add(Peer peer) {
        Peer before = peers.get(peer.mac());
        if (peer.equals(before)) {
            return;
        }
        Vtep vtep = new Vtep(peer.vtep(), peer.port());
        handle.fdbReplace(FdbEntry.toVtep(vxlan, peer.mac(), peer.vtep(), peer.port()));
        handle.fdbReplace(FdbEntry.toPort(vxlan, peer.mac()));
        for (InetAddress ip : peer.addresses()) {
            handle.neighbourReplace(Neighbour.permanent(vxlan, ip, peer.mac()));
            owners.put(ip, peer.mac());
        }
        peers.put(peer.mac(), peer);
        if (replicated.add(vtep)) {
            ignoring(
                    Errno.EEXIST,
                    () -> handle.fdbAppend(FdbEntry.toVtep(vxlan, LinkAddress.ZERO, vtep.address(), vtep.port())));
        }
        if (before != null) {
            before.addresses().stream()
                    .filter(ip -> !peer.addresses().contains(ip))
                    .forEach(ip -> removeNeighbour(ip, peer.mac()));
            dropUnusedVtep(new Vtep(before.vtep(), before.port()));
        }
    }

    /**
     * Removes the entries if they still point to this VTEP: an endpoint that has moved on is not taken from its new node
     * by the news of its end on the old one.
     */
    void remove(LinkAddress mac, InetAddress vtep) {
        Peer peer = peers.get(mac);
        if (peer != null && peer.vtep().equals(vtep)) {
            remove(mac);
        }
    }

    /** Removes the entries wherever they point to. */
    void remove(LinkAddress mac) {
        Optional.ofNullable(peers.remove(mac)).ifPresent(peer -> {
            RuntimeException failure = null;
            for (InetAddress ip : peer.addresses()) {
                failure = Teardown.step(failure, () -> removeNeighbour(ip, mac));
            }
            failure = Teardown.step(failure, () -> gone(() -> handle.fdbDelete(FdbEntry.toPort(vxlan, mac))));
            failure = Teardown.step(
                    failure, () -> gone(() -> handle.fdbDelete(FdbEntry.toVtep(vxlan, mac, peer.vtep(), peer.port()))));
            failure = Teardown.step(failure, () -> dropUnusedVtep(new Vtep(peer.vtep(), peer.port())));
            if (failure != null) {
                throw failure;
            }
        });
    }

    private void removeNeighbour(InetAddress ip, LinkAddress mac) {
        // The address may belong to another MAC by now.
        if (owners.remove(ip, mac)) {
            gone(() -> handle.neighbourDelete(Neighbour.permanent(vxlan, ip, mac)));
        }
    }

    private void dropUnusedVtep(Vtep vtep) {
        boolean used = peers.values().stream().anyMatch(peer -> new Vtep(peer.vtep(), peer.port()).equals(vtep));
        if (!used && replicated.remove(vtep)) {
            gone(() -> handle.fdbDelete(FdbEntry.toVtep(vxlan, LinkAddress.ZERO, vtep.address(), vtep.port())));
        }
    }

    private static void gone(Runnable request) {
        ignoring(Errno.ENOENT, request);
    }

    private static void ignoring(int errno, Runnable request) {
        try {
            request.run();
        } catch (KernelException e) {
            if (e.errno() != errno) {
                throw e;
            }
        }
    }
}
