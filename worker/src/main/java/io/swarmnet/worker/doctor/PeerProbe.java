package io.swarmnet.worker.doctor;

import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.socket.Ping;
import io.swarmnet.linux.socket.Ping.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reaches for each other node. Blocks for a few seconds; at most 64 nodes are asked, eight at a time. */
final class PeerProbe {
    private static final int PEERS_MAX = 64;
    private static final int THREADS = 8;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ECHO_MILLIS = 700;
    private static final int[] SMALLER = {1_450, 1_400, 1_280, 576};

    private PeerProbe() {}

    static List<Finding> check(NodeView node) {
        int size = node.overlays().stream()
                .mapToInt(overlay -> overlay.mtuBytes() + SwarmVerdicts.OVERHEAD_BYTES)
                .max()
                .orElse(node.underlayMtuBytes());
        List<Finding> found = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, body -> {
            Thread thread = new Thread(body, "doctor-peer");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<List<Finding>>> asked = node.peers().stream()
                    .limit(PEERS_MAX)
                    .map(peer -> threads.submit(() -> ask(node, peer, size)))
                    .toList();
            for (Future<List<Finding>> answer : asked) {
                found.addAll(answer.get());
            }
        } catch (ExecutionException e) {
            found.add(Finding.unchecked("peer", "other nodes", String.valueOf(e.getCause())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            found.add(Finding.unchecked("peer", "other nodes", "interrupted"));
        } finally {
            threads.shutdownNow();
        }
        if (node.peers().size() > PEERS_MAX) {
            found.add(Finding.unchecked(
                    "peer", "other nodes", node.peers().size() - PEERS_MAX + " more than " + PEERS_MAX));
        }
        if (!node.peers().isEmpty()) {
            found.add(Finding.unchecked(
                    "peer.vxlan",
                    "UDP " + node.dataPathPort() + " through firewalls",
                    "VXLAN never answers; the sizes above went by ICMP. Ping from task to task instead"));
        }
        return found;
    }

    private static List<Finding> ask(NodeView node, NodeView.Peer peer, int size) {
        return List.of(SwarmVerdicts.tcp(peer, connect(node, peer)), SwarmVerdicts.udp(peer), echo(node, peer, size));
    }

    private static String connect(NodeView node, NodeView.Peer peer) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(node.address().toInet(), 0));
            socket.connect(new InetSocketAddress(peer.address().toInet(), peer.gossipPort()), CONNECT_MILLIS);
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Finding echo(NodeView node, NodeView.Peer peer, int size) {
        InetAddress from = node.vtep().toInet();
        InetAddress to = peer.vtep().toInet();
        try {
            Outcome full = twice(from, to, size);
            OptionalInt smaller = OptionalInt.empty();
            for (int i = 0; full != Outcome.ANSWERED && i < SMALLER.length && smaller.isEmpty(); i++) {
                if (SMALLER[i] < size && twice(from, to, SMALLER[i]) == Outcome.ANSWERED) {
                    smaller = OptionalInt.of(SMALLER[i]);
                }
            }
            return SwarmVerdicts.size(peer, size, full, smaller);
        } catch (KernelException e) {
            return Finding.unchecked("peer." + peer.name() + ".size", "packets of " + size + " bytes", e.getMessage());
        }
    }

    /** One lost packet is not a verdict. */
    private static Outcome twice(InetAddress from, InetAddress to, int size) {
        Outcome first = Ping.send(from, to, size, ECHO_MILLIS);
        return first == Outcome.SILENT ? Ping.send(from, to, size, ECHO_MILLIS) : first;
    }
}
