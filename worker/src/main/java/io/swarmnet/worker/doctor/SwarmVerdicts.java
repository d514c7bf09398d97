package io.swarmnet.worker.doctor;

import io.swarmnet.linux.socket.Ping.Outcome;
import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.net.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Judges what is known of a node in its swarm: session, clock, sizes, addresses, peers. Pure. */
final class SwarmVerdicts {
    /** Outer IPv4 20, UDP 8, VXLAN 8, inner Ethernet 14 bytes. */
    static final int OVERHEAD_BYTES = 50;

    private static final long CLOCK_WARN_MILLIS = 2_000;
    /** Certificates are made valid an hour back: beyond that a join is refused, and renewals soon after. */
    private static final long CLOCK_FAIL_MILLIS = 3_600_000;

    private SwarmVerdicts() {}

    static Finding session(NodeView node) {
        String what = "session to a manager";
        return node.sessionError().isEmpty()
                ? Finding.ok("session", what, "open")
                : Finding.fail(
                        "session",
                        what,
                        node.sessionError(),
                        "look at the manager (systemctl status swarmnet) and at firewalls for 2377/tcp");
    }

    static Finding clock(OptionalLong aheadMillis) {
        String what = "clock against the manager";
        if (aheadMillis.isEmpty()) {
            return Finding.unchecked("clock", what, "no manager has told its clock yet");
        }
        long ahead = aheadMillis.getAsLong();
        String seen = Math.abs(ahead) + " ms " + (ahead < 0 ? "behind" : "ahead");
        if (Math.abs(ahead) <= CLOCK_WARN_MILLIS) {
            return Finding.ok("clock", what, seen);
        }
        String fix = "timedatectl set-ntp true; or, once: chronyc makestep";
        return Math.abs(ahead) < CLOCK_FAIL_MILLIS
                ? Finding.warn("clock", what, seen + ": times in events and logs are off", fix)
                : Finding.fail("clock", what, seen + ": certificates are refused", fix);
    }

    static Finding underlayMtu(NodeView node) {
        String what = "MTU of the underlay " + node.vtep();
        for (NodeView.Overlay overlay : node.overlays()) {
            int needed = overlay.mtuBytes() + OVERHEAD_BYTES;
            if (needed > node.underlayMtuBytes()) {
                return Finding.fail(
                        "mtu",
                        what,
                        "network " + overlay.name() + " needs " + needed + " bytes and the link carries "
                                + node.underlayMtuBytes(),
                        "make the network anew with --opt com.docker.network.driver.mtu="
                                + (node.underlayMtuBytes() - OVERHEAD_BYTES));
            }
        }
        return Finding.ok("mtu", what, node.underlayMtuBytes() + " bytes");
    }

    static List<Finding> clashes(NodeView node) {
        List<Finding> found = new ArrayList<>();
        for (NodeView.Overlay overlay : node.overlays()) {
            for (Subnet subnet : overlay.subnets()) {
                for (HostRoute route : node.routes()) {
                    if (route.destination().overlaps(subnet)) {
                        found.add(Finding.fail(
                                "address." + overlay.name(),
                                "addresses of network " + overlay.name(),
                                subnet + " overlaps the route " + route.destination() + " over " + route.device()
                                        + ": tasks do not reach what is behind it",
                                "docker network rm " + overlay.name()
                                        + ", and make it again with another --subnet; or ip route del "
                                        + route.destination() + " dev " + route.device()));
                    }
                }
            }
        }
        return found.isEmpty() ? List.of(Finding.ok("address", "addresses of overlays against routes", "")) : found;
    }

    /** @param failure why it could not be reached, "" when it could */
    static Finding tcp(NodeView.Peer peer, String failure) {
        String id = "peer." + peer.name() + ".tcp";
        String what = "TCP to " + peer.name();
        String where = peer.address() + " port " + peer.gossipPort();
        return failure.isEmpty()
                ? Finding.ok(id, what, where)
                : Finding.fail(
                        id,
                        what,
                        where + ": " + failure,
                        "on " + peer.name() + ": systemctl status swarmnet; nft list ruleset | grep "
                                + peer.gossipPort());
    }

    static Finding udp(NodeView.Peer peer) {
        String id = "peer." + peer.name() + ".udp";
        String what = "UDP to " + peer.name();
        String fix = "let " + peer.gossipPort() + "/udp pass between the nodes, both ways";
        return switch (peer.gossip()) {
            case "ALIVE" -> Finding.ok(id, what, "gossip hears it");
            case "SUSPECT" -> Finding.warn(id, what, "gossip has not heard it for a moment (suspect)", fix);
            case "DEAD" -> Finding.fail(id, what, "gossip hears nothing of it (dead)", fix);
            default -> Finding.unchecked(id, what, "gossip does not know it yet");
        };
    }

    /**
     * Full-size packets.
     *
     * @param size of the IP packet, which VXLAN would send at most
     * @param smaller the largest smaller size that passed, empty when none did
     */
    static Finding size(NodeView.Peer peer, int size, Outcome full, OptionalInt smaller) {
        String id = "peer." + peer.name() + ".size";
        String what = "packets of " + size + " bytes to " + peer.name();
        if (full == Outcome.ANSWERED) {
            return Finding.ok(id, what, "passed unfragmented");
        }
        if (full == Outcome.SILENT && smaller.isEmpty()) {
            return Finding.unchecked(id, what, peer.vtep() + " answers no ICMP echo of any size");
        }
        String passed = smaller.isEmpty() ? "" : ", those of " + smaller.getAsInt() + " pass";
        return Finding.fail(
                id,
                what,
                (full == Outcome.TOO_BIG ? "do not fit the link" : "are lost on the way") + passed,
                "raise the MTU of the underlay to " + size + "; or make networks with --opt"
                        + " com.docker.network.driver.mtu=" + (smaller.orElse(1_280) - OVERHEAD_BYTES));
    }
}
