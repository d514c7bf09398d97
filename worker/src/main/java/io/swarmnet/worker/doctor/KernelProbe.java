package io.swarmnet.worker.doctor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.linux.mount.Mounts;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netlink.wire.Vxlan;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.nft.Nftables;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tries what we need of the kernel in a namespace and a directory that are thrown away. Blocks. */
final class KernelProbe {
    private static final int VNI = 4_096;
    private static final int PORT = 4_789;
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Set<String> CONTROLLERS = Set.of("cpu", "memory", "pids");

    private interface Attempt {
        void run() throws IOException;
    }

    private final List<Finding> found = new ArrayList<>();

    private KernelProbe() {}

    /** @param dataRoot on whose file system containers will lie; it need not be there yet */
    static List<Finding> run(Path dataRoot) {
        KernelProbe probe = new KernelProbe();
        probe.network();
        probe.overlayfs(dataRoot);
        probe.found.add(cgroups(CGROUPS));
        return probe.found;
    }

    private void network() {
        Path directory = null;
        Netns netns = null;
        try {
            directory = Files.createTempDirectory("swarmnet-doctor");
            netns = Netns.create(directory.resolve("netns"));
            in(netns);
        } catch (IOException | RuntimeException e) {
            found.add(Finding.fail(
                    "kernel.netns",
                    "network namespaces",
                    String.valueOf(e.getMessage()),
                    "run swarmnetd as root with CAP_SYS_ADMIN, on the machine itself or in a privileged container"));
        } finally {
            if (netns != null) {
                netns.delete();
            }
            remove(directory);
        }
    }

    private void in(Netns netns) {
        found.add(Finding.ok("kernel.netns", "network namespaces", ""));
        try (NetlinkHandle links = NetlinkHandle.open(netns)) {
            attempt(
                    "kernel.veth",
                    "veth",
                    "modprobe veth",
                    () -> links.linkAddVeth("d0", LinkOptions.DEFAULT, "d1", LinkOptions.DEFAULT));
            attempt("kernel.bridge", "bridge", "modprobe bridge", () -> links.linkAddBridge("b0"));
            attempt(
                    "kernel.vxlan",
                    "vxlan",
                    "modprobe vxlan",
                    () -> links.linkAddVxlan(
                            "v0", LinkOptions.DEFAULT, Vxlan.overlay(VNI, InetAddress.getByName("127.0.0.1"), PORT)));
        }
        try (Nftables nft = Nftables.open(netns)) {
            attempt(
                    "kernel.nftables",
                    "nftables (inet, conntrack)",
                    "modprobe -a nf_tables nft_ct",
                    () -> nft.apply(Nftables.transaction(List.of(
                            table(), chain("forward", "filter"), rule("forward", established(), verdict("accept"))))));
            attempt(
                    "kernel.masquerade",
                    "nftables masquerade",
                    "modprobe -a nft_chain_nat nft_masq",
                    () -> nft.apply(Nftables.transaction(List.of(
                            table(), chain("postrouting", "nat"), rule("postrouting", verdict("masquerade"))))));
        } catch (LinkageError e) {
            found.add(Finding.unchecked("kernel.nftables", "nftables", "libnftables1 is missing: " + e.getMessage()));
        }
    }

    private void attempt(String id, String what, String fix, Attempt attempt) {
        try {
            attempt.run();
            found.add(Finding.ok(id, what, ""));
        } catch (IOException | RuntimeException e) {
            found.add(Finding.fail(id, what, String.valueOf(e.getMessage()), fix));
        }
    }

    /** On the data root's own file system: overlayfs does not take every one as its upper layer. */
    private void overlayfs(Path dataRoot) {
        Path directory = null;
        Path target = null;
        try {
            Path parent = dataRoot;
            while (!Files.isDirectory(parent)) {
                parent = parent.getParent();
            }
            directory = Files.createTempDirectory(parent, ".swarmnet-doctor");
            Path lower = Files.createDirectory(directory.resolve("lower"));
            Path upper = Files.createDirectory(directory.resolve("upper"));
            Path work = Files.createDirectory(directory.resolve("work"));
            target = Files.createDirectory(directory.resolve("target"));
            Mounts.overlay(List.of(lower), upper, work, target);
            found.add(Finding.ok("kernel.overlayfs", "overlayfs on " + dataRoot, ""));
        } catch (IOException | RuntimeException e) {
            found.add(Finding.fail(
                    "kernel.overlayfs",
                    "overlayfs on " + dataRoot,
                    e.toString(),
                    "modprobe overlay; or give --data-root on ext4 or xfs (not on overlayfs or NFS)"));
        } finally {
            if (target != null) {
                Mounts.unmountLazily(target);
            }
            remove(directory);
        }
    }

    static Finding cgroups(Path root) {
        String what = "cgroup controllers";
        try {
            Path unified = root.resolve("cgroup.controllers");
            boolean v2 = Files.exists(unified);
            List<String> there = new ArrayList<>();
            for (String wanted : CONTROLLERS.stream().sorted().toList()) {
                boolean has = v2
                        ? List.of(Files.readString(unified).strip().split(" ")).contains(wanted)
                        : Files.isDirectory(root.resolve(wanted));
                if (has) {
                    there.add(wanted);
                }
            }
            if (there.size() == CONTROLLERS.size()) {
                return Finding.ok("kernel.cgroups", what, (v2 ? "v2: " : "v1: ") + String.join(" ", there));
            }
            List<String> missing = CONTROLLERS.stream()
                    .filter(name -> !there.contains(name))
                    .sorted()
                    .toList();
            if (there.isEmpty() && !v2) {
                return Finding.fail(
                        "kernel.cgroups", what, "nothing is mounted on " + root, "mount -t cgroup2 cgroup2 " + root);
            }
            return Finding.warn(
                    "kernel.cgroups",
                    what,
                    "not there: " + String.join(" ", missing) + "; limits of that kind are not enforced",
                    "add cgroup_enable=" + missing.get(0) + " to the kernel's command line and restart the host");
        } catch (IOException e) {
            return Finding.unchecked("kernel.cgroups", what, e.toString());
        }
    }

    /** The probe's own few files; whatever stays is in a directory whose name says whose it is. */
    private static void remove(Path directory) {
        if (directory == null) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(KernelProbe.class)
                    .warn("Left behind path={} because={}", directory, e.toString());
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode add(String kind, ObjectNode what) {
        return object().set("add", object().set(kind, what));
    }

    private static ObjectNode table() {
        return add("table", object().put("family", "inet").put("name", "probe"));
    }

    private static ObjectNode chain(String hook, String type) {
        return add(
                "chain",
                in("inet").put("name", hook).put("type", type).put("hook", hook).put("prio", 0));
    }

    private static ObjectNode in(String family) {
        return object().put("family", family).put("table", "probe");
    }

    private static ObjectNode rule(String chain, ObjectNode... expressions) {
        ObjectNode rule = in("inet").put("chain", chain);
        rule.putArray("expr").addAll(List.of(expressions));
        return add("rule", rule);
    }

    private static ObjectNode established() {
        ObjectNode match = object().put("op", "in");
        match.putObject("left").putObject("ct").put("key", "state");
        match.putArray("right").add("established");
        return object().set("match", match);
    }

    private static ObjectNode verdict(String name) {
        return object().putNull(name);
    }
}
