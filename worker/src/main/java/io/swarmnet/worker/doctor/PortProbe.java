package io.swarmnet.worker.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who holds the ports of a node, in this process's network namespace. Blocks. */
final class PortProbe {
    private static final Path PROC = Path.of("/proc");
    private static final String MANAGER = "port.2377";
    private static final String KERNEL =
            "the kernel (VXLAN devices share a port), or a process that is not seen from here";

    private PortProbe() {}

    /**
     * What is known of the ports.
     *
     * @param manager whether this node's manager is to listen on its port
     */
    record Ports(int managerPort, boolean manager, int gossipPort, int dataPathPort) {}

    static List<Finding> check(Ports ports) {
        long self = ProcessHandle.current().pid();
        List<Finding> found = new ArrayList<>();
        found.add(manager(ports, holders(ports.managerPort(), true), self));
        Set<String> gossip = new TreeSet<>(holders(ports.gossipPort(), true));
        gossip.addAll(holders(ports.gossipPort(), false));
        found.add(gossip(ports, gossip, self));
        found.add(dataPath(ports, holders(ports.dataPathPort(), false), self));
        return found;
    }

    static Finding manager(Ports ports, Set<String> holders, long self) {
        String what = "port " + ports.managerPort() + "/tcp (managers)";
        if (ours(holders, self)) {
            return Finding.ok(MANAGER, what, holders.isEmpty() ? "free" : "ours");
        }
        return ports.manager()
                ? Finding.fail(MANAGER, what, taken(holders), end(ports.managerPort(), "tcp"))
                : Finding.warn(
                        MANAGER,
                        what,
                        taken(holders) + "; only a manager needs it",
                        "swarmnet init --listen-addr 0.0.0.0:2378, or " + end(ports.managerPort(), "tcp"));
    }

    static Finding gossip(Ports ports, Set<String> holders, long self) {
        String id = "port." + ports.gossipPort();
        String what = "port " + ports.gossipPort() + "/tcp+udp (gossip)";
        return ours(holders, self)
                ? Finding.ok(id, what, holders.isEmpty() ? "free" : "ours")
                : Finding.warn(
                        id,
                        what,
                        taken(holders)
                                + "; the next free one is used, which firewalls between the nodes must let through",
                        "swarmnetd --gossip-port " + (ports.gossipPort() + 1) + ", or "
                                + end(ports.gossipPort(), "udp"));
    }

    static Finding dataPath(Ports ports, Set<String> holders, long self) {
        String id = "port." + ports.dataPathPort();
        String what = "port " + ports.dataPathPort() + "/udp (VXLAN)";
        if (ours(holders, self) || holders.equals(Set.of(KERNEL))) {
            return Finding.ok(id, what, holders.isEmpty() ? "free" : holders.contains(KERNEL) ? KERNEL : "ours");
        }
        return Finding.fail(
                id,
                what,
                taken(holders),
                end(ports.dataPathPort(), "udp") + ", or choose another for the whole swarm: swarmnet init"
                        + " --data-path-port 4790");
    }

    private static boolean ours(Set<String> holders, long self) {
        return holders.stream().allMatch(holder -> holder.startsWith("pid " + self + " "));
    }

    private static String taken(Set<String> holders) {
        return "taken by " + String.join(", ", holders);
    }

    private static String end(int port, String protocol) {
        return "end what holds it: fuser -k " + port + "/" + protocol;
    }

    /** {@code pid 12 (name)} of each process, or the kernel. */
    private static Set<String> holders(int port, boolean tcp) {
        Set<Long> inodes = new TreeSet<>();
        for (String name : List.of(tcp ? "tcp" : "udp", tcp ? "tcp6" : "udp6")) {
            try {
                // net of the thread: what /proc/self shows is the first thread's, the same here
                SocketTable.read(
                                Files.readAllLines(
                                        PROC.resolve("thread-self/net").resolve(name)),
                                tcp)
                        .stream()
                        .filter(bound -> bound.port() == port)
                        .forEach(bound -> inodes.add(bound.inode()));
            } catch (IOException e) {
                continue; // no IPv6 here
            }
        }
        if (inodes.isEmpty()) {
            return Set.of();
        }
        Set<String> links =
                inodes.stream().map(inode -> "socket:[" + inode + "]").collect(Collectors.toSet());
        Set<String> holders = new TreeSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (has(process, links)) {
                    holders.add("pid " + process.getFileName() + " (" + name(process) + ")");
                }
            }
        } catch (IOException e) {
            holders.add("a process that cannot be told: " + e.getMessage());
        }
        return holders.isEmpty() ? Set.of(KERNEL) : holders;
    }

    private static boolean has(Path process, Set<String> links) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (links.contains(target(descriptor))) {
                    return true;
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException ended) {
            return false; // it ended meanwhile
        }
        return false;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException ended) {
            return "?";
        }
    }
}
