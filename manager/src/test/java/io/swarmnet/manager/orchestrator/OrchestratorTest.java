package io.swarmnet.manager.orchestrator;

import static io.swarmnet.manager.TestSwarm.ok;
import static io.swarmnet.manager.TestSwarm.serviceSpec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.TestSwarm;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrchestratorTest {
    private final TestSwarm swarm = new TestSwarm(3);

    @BeforeEach
    void threeNodes() {
        swarm.addNode("n2");
        swarm.addNode("n3");
        swarm.network("net", "10.0.9.0/24");
    }

    private Map<String, Long> perNode(String service) {
        return swarm.running(service).stream()
                .collect(Collectors.groupingBy(task -> task.nodeId().value(), Collectors.counting()));
    }

    private List<Long> slots(String service) {
        return swarm.running(service).stream().map(Task::slot).toList();
    }

    @Test
    void aServiceBecomesAssignedTasksInOneCommit() {
        swarm.service("web", 3, "net");
        long version = swarm.store.snapshot().version();
        swarm.settle();
        assertEquals(version + 1, swarm.store.snapshot().version());
        assertTrue(swarm.tasks().stream().allMatch(task -> task.status().state() == TaskState.ASSIGNED));
        swarm.work();
        assertEquals(Map.of("id-n1", 1L, "id-n2", 1L, "id-n3", 1L), perNode("web"));
    }

    @Test
    void scalesUpAndDownAndToNothing() {
        swarm.service("web", 2, "net");
        swarm.settle().work();
        swarm.scale("web", 6);
        swarm.settle().work();
        assertEquals(Map.of("id-n1", 2L, "id-n2", 2L, "id-n3", 2L), perNode("web"));
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), slots("web"));
        swarm.scale("web", 3);
        swarm.settle().work();
        assertEquals(Map.of("id-n1", 1L, "id-n2", 1L, "id-n3", 1L), perNode("web"), "taken from the fullest nodes");
        assertEquals(3, swarm.tasks().size(), "what was scaled away leaves no history");
        swarm.scale("web", 0);
        swarm.settle().work();
        assertEquals(List.of(), swarm.tasks());
    }

    @Test
    void aTaskThatEndedIsReplacedAfterTheDelay() {
        swarm.service("web", 1, "net");
        swarm.settle().work();
        swarm.report(swarm.running("web").get(0), TaskState.FAILED);
        swarm.settle();
        assertEquals(List.of(TaskState.FAILED, TaskState.PENDING), states());
        assertEquals(swarm.now + 5_000, swarm.round.nextMillis(swarm.store.snapshot(), swarm.now));
        swarm.after(4_999);
        assertEquals(List.of(TaskState.FAILED, TaskState.PENDING), states());
        swarm.after(1);
        assertEquals(List.of(TaskState.FAILED, TaskState.ASSIGNED), states());
        assertEquals(TaskState.SHUTDOWN, swarm.tasks().get(0).desiredState());
    }

    private List<TaskState> states() {
        return swarm.tasks().stream().map(task -> task.status().state()).toList();
    }

    @Test
    void theRestartPolicyDecides() {
        run("never", new RestartPolicy("none", 0, 0, 0), TaskState.FAILED, 1);
        run("done", new RestartPolicy("on-failure", 0, 0, 0), TaskState.COMPLETE, 1);
        run("failed", new RestartPolicy("on-failure", 0, 0, 0), TaskState.FAILED, 2);
        run("always", new RestartPolicy("any", 0, 0, 0), TaskState.COMPLETE, 2);
    }

    private void run(String name, RestartPolicy policy, TaskState end, int tasks) {
        ok(swarm.control.createService(serviceSpec(name, 1, policy, List.of())));
        swarm.settle().work();
        swarm.report(swarm.running(name).get(0), end);
        swarm.settle();
        assertEquals(
                tasks,
                swarm.tasks().stream()
                        .filter(task -> task.serviceName().equals(name))
                        .count(),
                name);
    }

    @Test
    void attemptsAreCountedInTheirWindow() {
        ok(swarm.control.createService(serviceSpec("web", 1, new RestartPolicy("any", 0, 7, 60_000), List.of())));
        swarm.settle().work();
        for (int i = 0; i < 7; i++) {
            swarm.report(swarm.running("web").get(0), TaskState.FAILED);
            swarm.settle().work();
            assertEquals(1, swarm.running("web").size(), "restart " + i);
        }
        swarm.report(swarm.running("web").get(0), TaskState.FAILED);
        swarm.settle().work();
        assertEquals(0, swarm.running("web").size(), "7 attempts in the window");
        swarm.after(60_001).work();
        assertEquals(0, swarm.running("web").size(), "it stays ended");
    }

    @Test
    void attemptsBeforeTheWindowDoNotCount() {
        ok(swarm.control.createService(serviceSpec("web", 1, new RestartPolicy("any", 0, 1, 60_000), List.of())));
        swarm.settle().work();
        for (int i = 0; i < 5; i++) {
            swarm.after(60_001);
            swarm.report(swarm.running("web").get(0), TaskState.FAILED);
            swarm.settle().work();
            assertEquals(1, swarm.running("web").size(), "restart " + i);
        }
    }

    @Test
    void aDownNodesTasksRunElsewhereAtOnceAndEndWhenItReturns() {
        swarm.service("web", 3, "net");
        swarm.settle().work();
        swarm.state("n2", NodeState.DOWN);
        swarm.settle();
        Task lost = swarm.tasks().stream()
                .filter(task -> task.desiredState() == TaskState.SHUTDOWN)
                .findFirst()
                .orElseThrow();
        assertEquals("id-n2", lost.nodeId().value());
        assertEquals(TaskState.RUNNING, lost.status().state(), "nobody knows that it ended");
        assertEquals(4, swarm.tasks().size());
        assertTrue(swarm.tasks().stream()
                .filter(task -> task != lost)
                .noneMatch(task -> task.nodeId().value().equals("id-n2") && task.desiredState() == TaskState.RUNNING));
        swarm.state("n2", NodeState.READY);
        swarm.settle().work();
        assertEquals(3, swarm.running("web").size());
    }

    @Test
    void aDisconnectedOrPausedNodeKeepsItsTasksAndADrainedOneLosesThem() {
        swarm.service("web", 3, "net");
        swarm.settle().work();
        swarm.state("n2", NodeState.DISCONNECTED);
        swarm.availability("n3", NodeAvailability.PAUSE);
        swarm.settle().work();
        assertEquals(3, swarm.tasks().size());
        swarm.scale("web", 5);
        swarm.settle().work();
        assertEquals(Map.of("id-n1", 3L, "id-n2", 1L, "id-n3", 1L), perNode("web"));
        swarm.availability("n3", NodeAvailability.DRAIN);
        swarm.settle().work();
        assertEquals(Map.of("id-n1", 4L, "id-n2", 1L), perNode("web"));
    }

    @Test
    void aRemovedNodesTasksAreOrphaned() {
        swarm.service("web", 3, "net");
        swarm.settle().work();
        ok(swarm.control.removeNode("n3", true));
        swarm.settle().work();
        assertEquals(
                1,
                states().stream().filter(state -> state == TaskState.ORPHANED).count());
        assertEquals(3, swarm.running("web").size());
    }

    @Test
    void aDayOnADownNodeOrphansATask() {
        swarm.service("web", 3, "net");
        swarm.settle().work();
        swarm.state("n3", NodeState.DOWN);
        swarm.after(TaskReaper.ORPHAN_MILLIS - 1);
        assertEquals(
                0,
                states().stream().filter(state -> state == TaskState.ORPHANED).count());
        swarm.after(1);
        assertEquals(
                1,
                states().stream().filter(state -> state == TaskState.ORPHANED).count());
    }

    @Test
    void fiveDeadTasksOfASlotAreKept() {
        ok(swarm.control.createService(serviceSpec("web", 1, new RestartPolicy("any", 0, 0, 0), List.of())));
        swarm.settle().work();
        for (int i = 0; i < 9; i++) {
            swarm.now += 10;
            swarm.report(swarm.running("web").get(0), TaskState.FAILED);
            swarm.settle().work();
        }
        assertEquals(6, swarm.tasks().size());
        assertEquals(1, swarm.running("web").size());
    }

    @Test
    void aRemovedServiceLeavesNothingOnceItsTasksEnded() {
        swarm.service("web", 3, "net");
        swarm.settle().work();
        ok(swarm.control.removeService("web"));
        swarm.settle();
        assertTrue(swarm.tasks().stream().allMatch(task -> task.desiredState() == TaskState.REMOVE));
        assertEquals(3, swarm.tasks().size(), "they have not ended");
        swarm.work();
        assertEquals(List.of(), swarm.tasks());
    }

    @Test
    void aGlobalServiceHasOneTaskOnEachNodeThatMeetsItsConstraints() {
        ok(swarm.control.createService(serviceSpec(
                "agent", ServiceSpec.GLOBAL, RestartPolicy.DEFAULT, List.of("node.hostname != n1"), "net")));
        swarm.settle().work();
        assertEquals(Map.of("id-n2", 1L, "id-n3", 1L), perNode("agent"));
        Task task = swarm.running("agent").get(0);
        assertEquals("agent.id-n2." + task.id(), task.name());
        swarm.addNode("n4");
        swarm.settle().work();
        assertEquals(Map.of("id-n2", 1L, "id-n3", 1L, "id-n4", 1L), perNode("agent"));
        swarm.availability("n4", NodeAvailability.DRAIN);
        swarm.settle().work();
        assertEquals(Map.of("id-n2", 1L, "id-n3", 1L), perNode("agent"));
        swarm.availability("n4", NodeAvailability.ACTIVE);
        swarm.settle().work();
        assertEquals(Map.of("id-n2", 1L, "id-n3", 1L, "id-n4", 1L), perNode("agent"));
        swarm.report(swarm.running("agent").get(0), TaskState.FAILED);
        swarm.settle().work();
        assertEquals(2, swarm.running("agent").size());
        swarm.after(5_000).work();
        assertEquals(3, swarm.running("agent").size());
    }

    @Test
    void aLargeServiceComesInBoundedCommits() {
        swarm.network("big", "10.5.0.0/16");
        swarm.service("web", 1_700, "big");
        swarm.settle().work();
        assertEquals(1_700, swarm.running("web").size());
    }
}
