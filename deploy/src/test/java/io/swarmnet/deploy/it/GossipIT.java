package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes tell each other without a manager, and what a listener on the wire learns of it. */
@Tag("e2e")
@EndToEnd
class GossipIT {
    private static final String NETWORK = "rumour-net";
    private static final String SERVICE = "rumour-web";
    private static final Duration GOSSIP = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestLab lab;
    private final Host node2;
    private final Host node3;

    @TempDir
    private Path directory;

    GossipIT(TestLab lab) {
        this.lab = lab;
        this.node2 = lab.host("node2");
        this.node3 = lab.host("node3");
    }

    @BeforeAll
    void oneTaskOnEachHost() {
        lab.network(NETWORK, "--subnet", "10.0.30.0/24");
        lab.service(SERVICE, NETWORK, 3, "nginx");
    }

    @AfterAll
    void remove() {
        lab.remove(List.of(SERVICE), List.of(NETWORK));
    }

    private RunningTask taskOn(Host host) {
        List<RunningTask> tasks = lab.tasks(host, SERVICE, NETWORK);
        assertEquals(1, tasks.size(), tasks::toString);
        return tasks.get(0);
    }

    @Test
    void withTheManagerStoppedADeadTaskLeavesTheOtherNodesNamesAndForwarding() {
        RunningTask dying = taskOn(node2);
        RunningTask watching = taskOn(node3);
        String mac = dying.exec("cat", "/sys/class/net/eth0/address").ok();
        Wait.until(
                "all three are known", SOON, () -> watching.addressesOf(SERVICE).size() == 3);
        assertTrue(forwards(node3, mac), "the FDB of node3 has " + mac);
        long manager = lab.manager().daemonPid();
        signal("STOP", manager);
        try {
            dying.kill();
            Wait.until(
                    "the dead task leaves DNS",
                    GOSSIP,
                    () -> watching.addressesOf(SERVICE),
                    addresses -> addresses.size() == 2 && !addresses.contains(dying.address()));
            Wait.until("the dead task leaves the FDB", GOSSIP, () -> !forwards(node3, mac));
            assertEquals(List.of(), watching.addressesOf(dying.name()), "its own name is gone, too");
        } finally {
            signal("CONT", manager);
        }
        List<RunningTask> tasks = lab.running(SERVICE, NETWORK, 3);
        assertFalse(tasks.contains(dying), "a replacement: " + tasks);
        List<String> all = tasks.stream().map(RunningTask::address).sorted().toList();
        Wait.until("the replacement is known", SOON, () -> watching.addressesOf(SERVICE), all::equals);
    }

    private static boolean forwards(Host host, String mac) {
        return host.inEveryNamespace("bridge fdb show").stream()
                .anyMatch(entry -> entry.contains(" " + mac + " ") && entry.contains(" dst "));
    }

    private static void signal(String signal, long pid) {
        Run.of(List.of("kill", "-" + signal, Long.toString(pid))).ok();
    }

    @Test
    @SuppressWarnings("try") // a capture is only opened and closed
    void aListenerOnPort7946ReadsNoName() throws IOException {
        Path file = directory.resolve("gossip.pcap");
        String service = "unheardofservice";
        try (Background capture = Background.capture(node3, file, "port 7946")) {
            List<RunningTask> tasks = lab.service(service, NETWORK, 3, "nginx");
            RunningTask watching = tasks.stream()
                    .filter(task -> task.host() == node3)
                    .findFirst()
                    .orElseThrow();
            Wait.until(
                    "gossip has told", SOON, () -> watching.addressesOf(service).size() == 3);
            // A daemon that comes back asks for everything over TCP.
            long killed = node2.daemonPid();
            signal("KILL", killed);
            Wait.until(
                    "node2 is back",
                    SOON,
                    () -> node2.daemonPid() != killed && node2.docker("info").worked());
            Wait.until("it asked over TCP", SOON, () -> packets(file, "tcp and tcp[tcpflags] & tcp-push != 0") > 0);
            lab.manager().docker("service", "rm", service).ok();
            Wait.until("gossip has told of the end", SOON, () -> lab.tasks(service, NETWORK)
                    .isEmpty());
        }
        assertTrue(packets(file, "udp") > 20, "the capture heard gossip");
        String heard = Files.readString(file, StandardCharsets.ISO_8859_1);
        for (String name : List.of(service, SERVICE, NETWORK, "nginx")) {
            assertFalse(heard.contains(name), "in clear on 7946: " + name);
        }
    }

    private static long packets(Path file, String filter) {
        return Run.of(List.of("tcpdump", "-nr", file.toString(), filter))
                .lines()
                .size();
    }
}
