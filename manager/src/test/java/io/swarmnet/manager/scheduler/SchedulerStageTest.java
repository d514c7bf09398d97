package io.swarmnet.manager.scheduler;

import static io.swarmnet.manager.TestSwarm.ok;
import static io.swarmnet.manager.TestSwarm.route;
import static io.swarmnet.manager.TestSwarm.serviceSpec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.TestSwarm;
import io.swarmnet.manager.ipam.AllocatorStage;
import io.swarmnet.manager.orchestrator.ReplicatedOrchestrator;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.object.NetworkAttachmentSpec;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskSpec;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.SignedClaim;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SchedulerStageTest {
    private final TestSwarm swarm = new TestSwarm(4);

    @Test
    void signsWhatTheTaskMayClaimOnItsNode() throws Exception {
        swarm.network("net", "10.0.9.0/24");
        ServiceSpec plain = serviceSpec("web", 1, RestartPolicy.DEFAULT, List.of());
        ok(swarm.control.createService(new ServiceSpec(
                "web",
                Map.of(),
                new TaskSpec(
                        TestSwarm.container("nginx", "front"),
                        plain.task().restart(),
                        List.of(),
                        List.of(new NetworkAttachmentSpec(new NetworkId("net"), List.of("www"))),
                        0),
                1,
                "dnsrr",
                Map.of())));
        swarm.settle();
        Task task = swarm.tasks().get(0);
        EndpointClaim claim = task.attachments().get(0).claim().open();
        assertEquals(
                List.of("web.1." + task.id(), Ids.containerOf(task.id()).value().substring(0, 12), "front"),
                claim.names());
        assertEquals("web", claim.serviceName());
        assertEquals(List.of("www"), claim.serviceAliases());
        assertEquals(task.nodeId(), claim.node());
        assertEquals(task.attachments().get(0).addresses(), claim.addresses());
        assertEquals(1, claim.slot());
    }

    /** Each round must end before a node's next report moves the state, or it is decided anew for ever. */
    @Test
    void signsSoManyClaimsARoundAndNoMore() {
        swarm.network("net", "10.1.0.0/16");
        swarm.service("web", 350, "net");
        AtomicInteger signed = new AtomicInteger();
        SchedulerStage stage = new SchedulerStage(claim -> {
            signed.incrementAndGet();
            return new SignedClaim(new byte[] {1}, new byte[] {2});
        });
        swarm.commit(new ReplicatedOrchestrator(swarm.random).decide(swarm.store.snapshot(), swarm.now));
        swarm.commit(new AllocatorStage().decide(swarm.store.snapshot(), swarm.now));
        assertEquals(
                SchedulerStage.CHANGES_MAX,
                stage.decide(swarm.store.snapshot(), swarm.now).size());
        assertEquals(SchedulerStage.CHANGES_MAX, signed.get());
        swarm.settle();
        assertTrue(swarm.tasks().stream().allMatch(task -> task.status().state() == TaskState.ASSIGNED));
    }

    @Test
    void onlyReadyAndActiveNodesGetTasks() {
        swarm.addNode("n2");
        swarm.addNode("n3");
        swarm.state("n2", NodeState.DOWN);
        swarm.availability("n3", NodeAvailability.PAUSE);
        swarm.service("web", 4);
        swarm.settle();
        assertTrue(swarm.tasks().stream().allMatch(task -> task.nodeId().value().equals("id-n1")));
    }

    @Test
    void spreadsByServiceFirstAndThenByAllTasks() {
        swarm.addNode("n2");
        swarm.service("a", 1);
        swarm.settle();
        swarm.service("b", 1);
        swarm.settle();
        assertEquals(
                List.of("id-n1", "id-n2"),
                swarm.tasks().stream().map(task -> task.nodeId().value()).toList());
    }

    @Test
    void saysInDockersWordsWhyNoNodeFits() {
        swarm.addNode("n2");
        swarm.addNode("n3");
        swarm.state("n3", NodeState.DOWN);
        ok(swarm.control.createService(serviceSpec("web", 1, RestartPolicy.DEFAULT, List.of("node.labels.zone==x"))));
        swarm.settle();
        Task task = swarm.tasks().get(0);
        assertEquals(TaskState.PENDING, task.status().state());
        assertEquals(
                "no suitable node (scheduling constraints not satisfied on 2 nodes; 1 node not available for new tasks)",
                task.status().error());
        long version = swarm.store.snapshot().version();
        swarm.settle();
        assertEquals(version, swarm.store.snapshot().version(), "nothing is said twice");
        swarm.label("n2", Map.of("zone", "X"), NodeAvailability.ACTIVE);
        swarm.settle();
        assertEquals("id-n2", swarm.tasks().get(0).nodeId().value());
    }

    @Test
    void aNetworkIsNotExtendedToANodeWhoseRoutesClash() {
        swarm.network("net", "10.0.9.0/24");
        swarm.addNode("n2", route("10.0.0.0/16", "vpn0"));
        swarm.service("web", 2, "net");
        swarm.settle();
        assertTrue(swarm.tasks().stream().allMatch(task -> task.nodeId().value().equals("id-n1")));
        swarm.availability("n1", NodeAvailability.DRAIN);
        swarm.settle();
        assertEquals(
                "no suitable node (1 node not available for new tasks; network net (10.0.9.0/24) is not extended to node"
                        + " n2: it has route 10.0.0.0/16 on device vpn0)",
                swarm.tasks().get(3).status().error());
    }

    @Test
    void aForcedNetworkIsExtendedAllTheSame() {
        swarm.addNode("n2", route("10.0.0.0/16", "vpn0"));
        ok(swarm.control.createNetwork(
                TestSwarm.networkSpec("net", Map.of("swarmnet.force-overlap", "true"), "10.0.9.0/24")));
        swarm.service("web", 2, "net");
        swarm.settle();
        assertEquals(2, swarm.tasks().stream().map(Task::nodeId).distinct().count());
    }

    @Test
    void constraintsCompareWithoutCase() {
        Node node = swarm.control.node("n1");
        for (String met : List.of(
                "node.hostname==N1",
                "node.hostname != n2",
                " node.role == Manager ",
                "node.id==id-n1",
                "node.platform.os==Linux",
                "node.platform.arch==amd64",
                "node.platform.arch==x86_64",
                "engine.labels.storage==ssd",
                "node.labels.zone!=x",
                "node.ip==198.18.0.0/24",
                "node.ip!=10.0.0.1")) {
            assertTrue(Constraint.parse(met).matches(node), met);
        }
        assertFalse(Constraint.parse("node.labels.zone==x").matches(node));
        for (String wrong : List.of("node.hostname", "node.hostname=n1", "foo==bar", "node.ip==x", "==x")) {
            assertThrows(InvalidSpecException.class, () -> Constraint.parse(wrong), wrong);
            assertFalse(Constraint.allMatch(List.of(wrong), node));
        }
    }

    @Test
    void aNodeOnWhichTheServiceKeepsFailingComesLast() {
        swarm.addNode("n2");
        ok(swarm.control.createService(serviceSpec("web", 1, new RestartPolicy("any", 0, 0, 0), List.of())));
        swarm.service("filler", 1);
        swarm.settle().work();
        for (int i = 0; i < 5; i++) {
            swarm.report(swarm.running("web").get(0), TaskState.FAILED);
            swarm.settle().work();
        }
        String failing = swarm.tasks().stream()
                .filter(task -> task.status().state() == TaskState.FAILED)
                .findFirst()
                .orElseThrow()
                .nodeId()
                .value();
        assertEquals(
                failing.equals("id-n1") ? "id-n2" : "id-n1",
                swarm.running("web").get(0).nodeId().value());
    }

    @Test
    void aClaimThatCannotBeSignedIsToldAndKeepsTheTaskPending() {
        swarm.network("net", "10.0.9.0/24");
        SchedulerStage broken = new SchedulerStage(claim -> {
            throw new IllegalStateException("no key");
        });
        swarm.service("web", 1, "net");
        swarm.availability("n1", NodeAvailability.PAUSE);
        swarm.settle();
        swarm.availability("n1", NodeAvailability.ACTIVE);
        swarm.commit(broken.decide(swarm.store.snapshot(), swarm.now));
        Task task = swarm.tasks().get(0);
        assertEquals(TaskState.PENDING, task.status().state());
        assertEquals(
                "the task's endpoint claim could not be signed: no key",
                task.status().error());
    }
}
