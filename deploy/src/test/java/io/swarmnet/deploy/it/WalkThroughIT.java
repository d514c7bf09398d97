package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The main job in the order in which a user does it. */
@Tag("e2e")
@EndToEnd
class WalkThroughIT {
    private static final String NETWORK = "my-multi-host-network";
    private static final String SERVICE = "my-web";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestLab lab;
    private final Host manager;

    WalkThroughIT(TestLab lab) {
        this.lab = lab;
        this.manager = lab.manager();
    }

    @Test
    void threeHostsOneOverlayAServiceFoundByName() {
        theSwarmHasThreeNodes();
        aWorkerMakesNoOverlay();
        createNetwork();
        createService();
        tasksRunOnTwoHosts();
        inspectShowsTheNetworkOnEachNode();
        scaleToFour();
        scaleToNothing();
        removeServiceAndNetwork();
    }

    private void theSwarmHasThreeNodes() {
        List<String> nodes =
                manager
                        .docker("node", "ls", "--format", "{{.Hostname}} {{.Status}} {{.ManagerStatus}}")
                        .lines()
                        .stream()
                        .map(String::strip)
                        .sorted()
                        .toList();
        assertEquals(List.of("node1 Ready Leader", "node2 Ready", "node3 Ready"), nodes);
        for (Host host : lab.hosts()) {
            JsonNode swarm = host.json("info", "--format", "{{json .Swarm}}");
            assertEquals("active", swarm.path("LocalNodeState").asText());
            assertEquals(host == manager, swarm.path("ControlAvailable").asBoolean());
            assertEquals(host.address(), swarm.path("NodeAddr").asText());
        }
    }

    private void aWorkerMakesNoOverlay() {
        lab.host("node2")
                .docker("network", "create", "--driver", "overlay", "--subnet", "10.0.9.0/24", NETWORK)
                .refused(
                        1,
                        "Error response from daemon: This node is not a swarm manager. Use \"docker swarm init\" or"
                                + " \"docker swarm join\" to connect this node to swarm and try again.");
    }

    private void createNetwork() {
        String id = manager.docker("network", "create", "--driver", "overlay", "--subnet", "10.0.9.0/24", NETWORK)
                .ok();
        assertTrue(id.matches("[0-9a-z]{25}"), id);
        assertTrue(manager.docker("network", "ls", "--format", "{{.Name}} {{.Driver}} {{.Scope}}")
                .lines()
                .contains(NETWORK + " overlay swarm"));
        lab.hosts().forEach(host -> assertEquals(List.of(), host.vxlanDevices()));
    }

    private void createService() {
        String transcript = manager.docker(
                        "service", "create", "--replicas", "2", "--network", NETWORK, "--name", SERVICE, "nginx")
                .ok();
        assertTrue(transcript.contains("overall progress: 2 out of 2 tasks"), transcript);
        assertTrue(transcript.contains("verify: Service "), transcript);
        assertTrue(transcript.endsWith(" converged"), transcript);
        assertEquals(
                List.of(SERVICE + " replicated 2/2 nginx:latest"),
                manager.docker("service", "ls", "--format", "{{.Name}} {{.Mode}} {{.Replicas}} {{.Image}}")
                        .lines());
    }

    private void tasksRunOnTwoHosts() {
        List<String> rows = manager.docker(
                        "service", "ps", SERVICE, "--format", "{{.Name}} {{.Node}} {{.DesiredState}} {{.CurrentState}}")
                .lines();
        assertEquals(2, rows.size(), rows::toString);
        rows.forEach(row -> assertTrue(row.matches("my-web\\.[12] node[123] Running Running .* ago"), row));
        List<RunningTask> tasks = lab.running(SERVICE, NETWORK, 2);
        assertEquals(2, tasks.stream().map(RunningTask::host).distinct().count(), tasks::toString);
        RunningTask one = tasks.get(0);
        RunningTask two = tasks.get(1);
        Run ping = one.exec("ping", "-c", "2", two.name());
        assertTrue(ping.ok().contains(" 0% packet loss"), ping::toString);
    }

    private void inspectShowsTheNetworkOnEachNode() {
        List<RunningTask> tasks = lab.running(SERVICE, NETWORK, 2);
        for (Host host : lab.hosts()) {
            List<RunningTask> here =
                    tasks.stream().filter(task -> task.host() == host).toList();
            if (host != manager && here.isEmpty()) {
                Run run = host.docker("network", "inspect", NETWORK);
                assertEquals("[]", run.out());
                run.refused(1, "Error response from daemon: network " + NETWORK + " not found");
                continue;
            }
            JsonNode network = host.json("network", "inspect", NETWORK).get(0);
            assertEquals("10.0.9.0/24", network.at("/IPAM/Config/0/Subnet").asText());
            assertEquals("10.0.9.1", network.at("/IPAM/Config/0/Gateway").asText());
            assertTrue(network.path("EnableIPv4").asBoolean());
            assertEquals("swarm", network.path("Scope").asText());
            JsonNode containers = network.path("Containers");
            assertEquals(here.size(), containers.size(), network::toString);
            for (RunningTask task : here) {
                assertEquals(
                        task.name(),
                        containers.at("/" + task.container() + "/Name").asText());
                assertEquals(
                        task.address() + "/24",
                        containers.at("/" + task.container() + "/IPv4Address").asText());
            }
            if (!here.isEmpty()) {
                Set<String> peers = StreamSupport.stream(network.path("Peers").spliterator(), false)
                        .map(peer -> peer.path("IP").asText())
                        .collect(Collectors.toCollection(TreeSet::new));
                Set<String> expected = tasks.stream()
                        .map(task -> task.host().address())
                        .collect(Collectors.toCollection(TreeSet::new));
                assertEquals(expected, peers);
            }
        }
    }

    private void scaleToFour() {
        Run scale = manager.docker("service", "scale", "--detach", SERVICE + "=4");
        assertEquals(SERVICE + " scaled to 4", scale.ok());
        List<RunningTask> tasks = lab.running(SERVICE, NETWORK, 4);
        assertEquals(4, tasks.stream().map(RunningTask::address).distinct().count(), tasks::toString);
        assertEquals(3, tasks.stream().map(RunningTask::host).distinct().count(), "spread over all hosts: " + tasks);
        List<String> all = tasks.stream().map(RunningTask::address).sorted().toList();
        for (RunningTask task : tasks) {
            Wait.until(task + " knows all", SOON, () -> task.addressesOf(SERVICE), all::equals);
        }
    }

    private void scaleToNothing() {
        assertEquals(
                SERVICE + " scaled to 0",
                manager.docker("service", "scale", "--detach", SERVICE + "=0").ok());
        Wait.until("no container runs", SOON, () -> lab.tasks(SERVICE, NETWORK), List::isEmpty);
        lab.awaitNothingLeft();
        assertEquals(
                List.of("0/0"),
                manager.docker("service", "ls", "--format", "{{.Replicas}}").lines());
    }

    private void removeServiceAndNetwork() {
        assertEquals(SERVICE, manager.docker("service", "rm", SERVICE).ok());
        manager.docker("service", "inspect", SERVICE).refused(1, "Error: no such service: " + SERVICE);
        Run removed = Wait.until("network rm", SOON, () -> manager.docker("network", "rm", NETWORK), Run::worked);
        assertEquals(NETWORK, removed.out());
        for (Host host : lab.hosts()) {
            assertFalse(host.docker("network", "ls", "--format", "{{.Name}}")
                    .lines()
                    .contains(NETWORK));
            assertEquals(List.of(), host.docker("ps", "--all", "--quiet").lines());
        }
    }
}
