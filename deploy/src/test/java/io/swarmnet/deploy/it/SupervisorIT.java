package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that dies is back within a second, and what it ran goes on. */
@Tag("e2e")
@EndToEnd
class SupervisorIT {
    private static final String NETWORK = "lasting-net";
    private static final String SERVICE = "lasting-web";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestLab lab;

    SupervisorIT(TestLab lab) {
        this.lab = lab;
    }

    @BeforeAll
    void oneTaskOnEachHost() {
        lab.network(NETWORK, "--subnet", "10.0.40.0/24");
        lab.service(SERVICE, NETWORK, 3, "nginx");
    }

    @AfterAll
    void remove() {
        lab.remove(List.of(SERVICE), List.of(NETWORK));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node2", "node1"})
    void tasksAndNamesOutliveADaemonThatWasKilled(String name) {
        Host host = lab.host(name);
        List<RunningTask> before = lab.running(SERVICE, NETWORK, 3);
        RunningTask survivor =
                before.stream().filter(task -> task.host() == host).findFirst().orElseThrow();
        RunningTask other =
                before.stream().filter(task -> task.host() != host).findFirst().orElseThrow();
        List<String> all = before.stream().map(RunningTask::address).sorted().toList();
        Wait.until("all are known", SOON, () -> survivor.addressesOf(SERVICE), all::equals);
        String pid = survivor.pid();
        long killed = host.daemonPid();

        Run.of(List.of("kill", "-KILL", Long.toString(killed))).ok();
        Wait.until(
                "the supervisor starts another",
                Duration.ofSeconds(1),
                () -> host.daemonPid() != 0 && host.daemonPid() != killed);
        String ping = survivor.inSandbox("ping", "-c", "1", "-W", "2", other.address())
                .ok();
        assertTrue(ping.contains(" 0% packet loss"), "packets need no daemon: " + ping);

        Wait.until("the API answers", SOON, () -> host.docker("version").worked());
        Wait.until("names are answered again", SOON, () -> survivor.addressesOf(SERVICE), all::equals);
        Wait.until("the node is ready", SOON, () -> lab.manager()
                .docker("node", "ls", "--format", "{{.Hostname}} {{.Status}}")
                .lines()
                .contains(name + " Ready"));
        assertEquals(pid, survivor.pid(), "the same process");
        assertEquals(before, lab.running(SERVICE, NETWORK, 3), "nothing was replaced");
        assertEquals(
                List.of("nginx"),
                survivor.inSandbox("ps", "-o", "comm=", "-p", pid).lines(),
                "the daemon told of it truly");
    }

    @Test
    void aTaskOfARestartedNodeIsReplacedWhenItEnds() {
        Host host = lab.host("node3");
        RunningTask ending = lab.running(SERVICE, NETWORK, 3).stream()
                .filter(task -> task.host() == host)
                .findFirst()
                .orElseThrow();
        long killed = host.daemonPid();
        Run.of(List.of("kill", "-KILL", Long.toString(killed))).ok();
        Wait.until(
                "it is back",
                SOON,
                () -> host.daemonPid() != killed && host.docker("version").worked());
        ending.kill();
        Wait.until(
                "another stands for it",
                SOON,
                () -> lab.tasks(SERVICE, NETWORK),
                tasks -> tasks.size() == 3 && !tasks.contains(ending));
    }

    @Test
    void lsTellsHostsAsJson() {
        JsonNode rows = lab.list();
        assertTrue(rows.isArray());
        assertEquals(3, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = rows.get(i);
            List<String> keys = new ArrayList<>();
            row.fieldNames().forEachRemaining(keys::add);
            assertEquals(List.of("name", "netns", "socket", "address", "pid"), keys);
            Host host = lab.hosts().get(i);
            assertEquals("node" + (i + 1), row.path("name").asText());
            assertEquals("198.18.0." + (i + 1), row.path("address").asText());
            assertEquals(host.daemonPid(), row.path("pid").asLong());
            String hostname =
                    lab.command("lab", "exec", host.name(), "--", "hostname").ok();
            assertEquals(host.name(), hostname);
        }
    }
}
