package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lab goes as it came: the machine is compared before it and after it, and a look at it while it is up is the control. */
@Tag("e2e")
@Timeout(240)
class LabDownIT {
    private static final String NAME = "itdown";
    private static final Duration SOON = Duration.ofSeconds(20);

    @BeforeAll
    static void needRoot() {
        SharedLab.needRoot();
    }

    @Test
    void downLeavesTheMachineAsItWasFound() {
        Map<String, Set<String>> before = machine();
        Map<String, Set<String>> during;
        Set<String> ours;
        try (TestLab lab = TestLab.up(NAME, 2)) {
            lab.network("left-net");
            lab.service("left-web", "left-net", 2, "nginx");
            // A daemon that was killed and came back has things of two lives.
            Host host = lab.host("node2");
            long killed = host.daemonPid();
            Run.of(List.of("kill", "-KILL", Long.toString(killed))).ok();
            Wait.until(
                    "it is back",
                    SOON,
                    () -> host.daemonPid() != killed && host.docker("version").worked());
            lab.running("left-web", "left-net", 2);
            during = machine();
            ours = ours(lab);
        }
        assertEquals(before.get("links"), during.get("links"), "the machine's own network namespace is never touched");
        assertEquals(before.get("nft"), during.get("nft"), "nor its firewall");
        for (String kind : List.of("namespaces", "mounts", "run", "cgroups", "processes", "files")) {
            assertFalse(
                    owned(during.get(kind), ours).isEmpty(),
                    "the lab is seen in " + kind + ", so the look is not blind");
        }
        Wait.until("nothing of the lab is left", SOON, () -> left(before, during, ours), Map::isEmpty);
        assertFalse(Files.exists(Path.of("/var/lib/swarmnet-lab-" + NAME)));
    }

    @Test
    void downWithoutALabSaysSo() {
        Run run = Run.of(
                List.of(TestLab.home().resolve("bin/swarmnet").toString(), "lab", "down"),
                Map.of("SWARMNET_LAB", "itnone"),
                Path.of("/dev/null"));
        assertTrue(run.ok().endsWith("No lab was up."), run::toString);
    }

    /**
     * What came with the lab, and is there still. Of processes and namespaces, which others come and go with at any time,
     * only those that are known as the lab's.
     */
    private static Map<String, Set<String>> left(
            Map<String, Set<String>> before, Map<String, Set<String>> during, Set<String> ours) {
        Map<String, Set<String>> left = new TreeMap<>();
        machine().forEach((kind, now) -> {
            Set<String> found = new TreeSet<>(now);
            found.retainAll(during.get(kind));
            found.removeAll(before.get(kind));
            if (kind.equals("processes") || kind.equals("namespaces")) {
                found.retainAll(owned(found, ours));
            }
            if (!found.isEmpty()) {
                left.put(kind, found);
            }
        });
        return left;
    }

    private static Map<String, Set<String>> machine() {
        Map<String, Set<String>> machine = new TreeMap<>();
        machine.put(
                "namespaces",
                shell("for p in /proc/[0-9]*; do for n in net mnt uts pid; do readlink $p/ns/$n; done; done"
                        + " 2>/dev/null | sort -u; awk '{for (i = 7; i < NF; i++)"
                        + " if ($i == \"-\" && $(i + 1) == \"nsfs\") print $4}' /proc/self/mountinfo"));
        machine.put("links", shell("ip -o link | cut -d: -f2"));
        machine.put("nft", shell("nft list tables"));
        machine.put("mounts", shell("cut -d' ' -f3- /proc/self/mountinfo"));
        machine.put("run", shell("find /run -xdev"));
        machine.put("cgroups", shell("find /sys/fs/cgroup -type d"));
        machine.put(
                "processes",
                shell("for p in /proc/[0-9]*; do echo $p $(tr '\\0' ' ' <$p/cmdline) $(readlink $p/ns/net $p/ns/pid)"
                        + " $(tr '\\0' '\\n' <$p/environ | grep ^SWARMNET_LAB=); done 2>/dev/null"));
        machine.put("files", shell("find /var/lib -maxdepth 1 -name 'swarmnet*'"));
        return machine;
    }

    private static Set<String> shell(String script) {
        return new TreeSet<>(Run.of(List.of("sh", "-c", script)).out().lines().toList());
    }

    /** Words by which a line is known as the lab's. */
    private static Set<String> ours(TestLab lab) {
        Set<String> words =
                new TreeSet<>(Set.of("swarmnet-" + NAME + "-", "swarmnet-lab-" + NAME, "SWARMNET_LAB=" + NAME));
        for (Host host : lab.hosts()) {
            words.add(
                    "swarmnet-" + instance(lab.directory().resolve(host.name()).resolve("data")));
            // Of all its processes, those in tasks too, and of what it holds by a pin alone.
            words.addAll(host.run(
                            "sh",
                            "-c",
                            "for p in /proc/[0-9]*; do readlink $p/ns/*; done 2>/dev/null | sort -u;"
                                    + " grep -o '[a-z]*:\\[[0-9]*\\]' /proc/self/mountinfo")
                    .lines());
        }
        words.removeAll(shell("readlink /proc/self/ns/*"));
        words.remove("");
        return words;
    }

    /** The name that a daemon writes on what it makes: the first 8 digits of its data root's SHA-256. */
    private static String instance(Path dataRoot) {
        return Run.of(List.of("sh", "-c", "printf %s \"$0\" | sha256sum | cut -c1-8", dataRoot.toString()))
                .ok();
    }

    private static List<String> owned(Collection<String> lines, Set<String> words) {
        return lines.stream()
                .filter(line -> words.stream().anyMatch(line::contains))
                .toList();
    }
}
