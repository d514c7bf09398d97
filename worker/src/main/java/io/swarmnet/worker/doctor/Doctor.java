package io.swarmnet.worker.doctor;

import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.nft.Nftables;
import io.swarmnet.worker.kernel.ChangedSysctls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All checks of a node, in the order they are told. Blocks for some seconds; leaves nothing behind. */
public final class Doctor {
    private static final int MANAGER_PORT = 2_377;
    private static final int GOSSIP_PORT = 7_946;
    private static final int DATA_PATH_PORT = 4_789;
    private static final String BRIDGE = "docker_gwbridge";
    private static final Path LEGACY = Path.of("/proc/net/ip_tables_names");

    private Doctor() {}

    /**
     * Runs them.
     *
     * @param node what the worker knows; empty outside a swarm and where no daemon runs
     * @param bridge device of docker_gwbridge, "" = its usual name
     */
    public static List<Finding> run(Path dataRoot, Path execRoot, Optional<NodeView> node, String bridge) {
        List<Finding> found = new ArrayList<>(Packages.check(Path.of("/")));
        found.addAll(KernelProbe.run(dataRoot));
        found.addAll(RootProbe.check(dataRoot, execRoot));
        found.addAll(PortProbe.check(new PortProbe.Ports(
                MANAGER_PORT,
                node.map(NodeView::manager).orElse(false),
                node.map(NodeView::gossipPort).orElse(GOSSIP_PORT),
                node.map(NodeView::dataPathPort).orElse(DATA_PATH_PORT))));
        found.addAll(forward(bridge.isEmpty() ? BRIDGE : bridge));
        found.add(sysctls(dataRoot));
        if (node.isPresent()) {
            swarm(node.get(), found);
        } else {
            found.add(Finding.unchecked(
                    "swarm", "clock, MTU, peers, addresses", "only a node that is in a swarm knows the others"));
        }
        return found;
    }

    private static void swarm(NodeView node, List<Finding> found) {
        found.add(SwarmVerdicts.session(node));
        found.add(SwarmVerdicts.clock(node.clockAheadMillis()));
        found.add(SwarmVerdicts.underlayMtu(node));
        found.addAll(SwarmVerdicts.clashes(node));
        found.addAll(PeerProbe.check(node));
    }

    private static List<Finding> forward(String bridge) {
        List<Finding> found = new ArrayList<>();
        try (Nftables nft = Nftables.open(Netns.current())) {
            found.addAll(ForwardChains.judge(nft.list(), bridge));
        } catch (LinkageError | RuntimeException e) {
            found.add(Finding.unchecked("forward", "FORWARD chains of others", String.valueOf(e.getMessage())));
        }
        try {
            if (Files.exists(LEGACY) && Files.readAllLines(LEGACY).contains("filter")) {
                found.add(Finding.warn(
                        "forward.legacy",
                        "FORWARD chain of iptables-legacy",
                        "there is one, and nftables does not show what it drops",
                        "iptables-legacy -S FORWARD; iptables-legacy -I FORWARD -i " + bridge
                                + " -j ACCEPT; iptables-legacy -I FORWARD -o " + bridge + " -j ACCEPT"));
            }
        } catch (IOException e) {
            found.add(Finding.unchecked("forward.legacy", "FORWARD chain of iptables-legacy", e.toString()));
        }
        return found;
    }

    /** Not a fault: told because it is the user's host. */
    private static Finding sysctls(Path dataRoot) {
        String what = "sysctls of the host that we changed";
        try {
            List<String> changed = new ChangedSysctls(dataRoot)
                    .list().stream()
                            .map(change -> change.key() + " (was " + change.before() + ")")
                            .toList();
            return changed.isEmpty()
                    ? Finding.ok("sysctl", what, "none")
                    : new Finding(
                            "sysctl",
                            what,
                            Finding.Status.OK,
                            String.join(", ", changed),
                            "swarmnet undo, after leaving the swarm");
        } catch (IOException e) {
            return Finding.unchecked("sysctl", what, e.getMessage());
        }
    }
}
