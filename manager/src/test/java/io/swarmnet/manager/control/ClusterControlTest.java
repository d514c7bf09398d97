package io.swarmnet.manager.control;

import static io.swarmnet.manager.TestSwarm.networkSpec;
import static io.swarmnet.manager.TestSwarm.ok;
import static io.swarmnet.manager.TestSwarm.refusal;
import static io.swarmnet.manager.TestSwarm.serviceSpec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.TestSwarm;
import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Committed;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.NodeSpec;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.TaskSpec;
import io.swarmnet.model.session.JoinToken;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.model.wire.Encoding;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ClusterControlTest {
    private final TestSwarm swarm = new TestSwarm(5);
    private final ClusterControl control = swarm.control;

    private static ServiceSpec spec(String name, long replicas, String... networks) {
        return serviceSpec(name, replicas, RestartPolicy.DEFAULT, List.of(), networks);
    }

    @Test
    void birthMakesClusterNodeIngressAndKeys() {
        Cluster cluster = control.snapshot().cluster().orElseThrow();
        assertEquals(4789, cluster.dataPathPort());
        assertEquals(16, cluster.gossipKeys().get(0).secret().length);
        assertEquals(25, cluster.joinSecrets().worker().length());
        assertEquals(4097, cluster.nextVni());
        assertEquals(1, cluster.nextSubnet());
        assertEquals(2, cluster.nextSenderIndex());
        assertTrue(control.network("ingress").spec().ingress());
        assertEquals(1, control.node("n1").senderIndex());
        assertEquals(NodeRole.MANAGER, control.node("n1").spec().role());
    }

    @Test
    void networkNamesAreChecked() {
        assertEquals("400 invalid name: name is empty", refusal(control.createNetwork(networkSpec("", Map.of()))));
        assertEquals(
                "400 rpc error: code = InvalidArgument desc = name must be valid as a DNS name component",
                refusal(control.createNetwork(networkSpec("a b", Map.of()))));
        swarm.network("net");
        for (String taken : List.of("net", "host", "bridge", "none", "ingress", "docker_gwbridge")) {
            assertEquals(
                    "409 network with name " + taken + " already exists",
                    refusal(control.createNetwork(networkSpec(taken, Map.of()))));
        }
        NetworkSpec alien =
                new NetworkSpec("x", Map.of(), "zzz", Map.of(), true, false, false, false, false, List.of());
        assertEquals("404 plugin \"zzz\" not found", refusal(control.createNetwork(alien)));
        NetworkSpec ingress =
                new NetworkSpec("x", Map.of(), "overlay", Map.of(), true, false, false, false, true, List.of());
        assertEquals(
                "409 rpc error: code = AlreadyExists desc = ingress network ("
                        + control.network("ingress").id() + ") is already present",
                refusal(control.createNetwork(ingress)));
    }

    @Test
    void thingsAreFoundByIdNameAndUniquePrefix() {
        Network network = swarm.network("net");
        assertEquals(network, control.network(network.id().value()));
        assertEquals(network, control.network("net"));
        assertEquals(network, control.network(network.id().value().substring(0, 10)));
        assertEquals(
                "network nosuch not found",
                assertThrows(NotFoundException.class, () -> control.network("nosuch"))
                        .getMessage());
        swarm.addNode("n2");
        assertEquals(
                "node id- is ambiguous (2 matches found based on ID prefix)",
                assertThrows(InvalidSpecException.class, () -> control.node("id-"))
                        .getMessage());
        assertEquals(
                "service nosuch not found",
                assertThrows(NotFoundException.class, () -> control.service("nosuch"))
                        .getMessage());
    }

    @Test
    void aNetworkInUseStays() {
        Network network = swarm.network("net");
        Service service = swarm.service("web", 1, "net");
        String use = "400 rpc error: code = FailedPrecondition desc = network " + network.id() + " is in use by ";
        assertEquals(use + "service " + service.id(), refusal(control.removeNetwork("net")));
        swarm.settle().work();
        ok(control.removeService("web"));
        swarm.settle();
        assertEquals(use + "task " + swarm.tasks().get(0).id(), refusal(control.removeNetwork("net")));
        swarm.work();
        ok(control.removeNetwork("net"));
        assertEquals("404 network net not found", refusal(control.removeNetwork("net")));
        assertEquals("501 the ingress network cannot be removed", refusal(control.removeNetwork("ingress")));
    }

    @Test
    void servicesAreRefusedInDockersWords() {
        swarm.service("s1", 1);
        String invalid = "400 rpc error: code = InvalidArgument desc = ";
        assertEquals(
                "409 rpc error: code = AlreadyExists desc = name conflicts with an existing object: service s1 already"
                        + " exists",
                refusal(control.createService(spec("s1", 1))));
        assertEquals(
                invalid + "name must be valid as a DNS name component", refusal(control.createService(spec("a.b", 1))));
        assertEquals(
                invalid + "name must be 63 characters or fewer",
                refusal(control.createService(spec("a".repeat(64), 1))));
        assertEquals(
                invalid + "Number of replicas must be non-negative", refusal(control.createService(spec("s2", -2))));
        assertEquals("500 network nosuch not found", refusal(control.createService(spec("s2", 1, "nosuch"))));
        assertEquals(
                invalid + "Service cannot be explicitly attached to the ingress network \"ingress\"",
                refusal(control.createService(spec("s2", 1, "ingress"))));
        assertEquals(
                "501 services on the node's own network host are not there yet",
                refusal(control.createService(spec("s2", 1, "host"))));
        assertEquals(
                invalid + "constraint expected one operator from ==, !=: x",
                refusal(control.createService(serviceSpec("s2", 1, RestartPolicy.DEFAULT, List.of("x")))));
        assertEquals(
                invalid + "ContainerSpec: image reference must be provided",
                refusal(control.createService(with("s2", TestSwarm.container("", null), 0))));
        assertEquals(
                "501 templates such as {{.Task.Slot}} are not filled in yet: h{{.Task.Slot}}",
                refusal(control.createService(with("s2", TestSwarm.container("nginx", "h{{.Task.Slot}}"), 0))));
        assertEquals(1, control.snapshot().services().size());
    }

    private static ServiceSpec with(String name, io.swarmnet.model.object.ContainerSpec container, long forceUpdate) {
        return new ServiceSpec(
                name,
                Map.of(),
                new TaskSpec(container, RestartPolicy.DEFAULT, List.of(), List.of(), forceUpdate),
                1,
                "vip",
                Map.of());
    }

    @Test
    void networksAreResolvedAndVipIsAcceptedWithAWarning() {
        Network network = swarm.network("net");
        ServiceSpec vip = new ServiceSpec("web", Map.of(), spec("web", 1, "net").task(), 1, "vip", Map.of());
        SwarmControl.Accepted accepted = ok(control.createService(vip));
        assertEquals(
                network.id(), accepted.service().spec().task().networks().get(0).target());
        assertEquals(
                List.of("endpoint mode vip: virtual IPs are not there yet; the name web answers the addresses of the"
                        + " tasks, as with dnsrr"),
                accepted.warnings());
        assertEquals(accepted.service(), control.service("web"));
        assertEquals(List.of(), ok(control.createService(spec("rr", 1, "net"))).warnings());
    }

    @Test
    void aServiceWithoutNameGetsOne() {
        String name = ok(control.createService(with("", TestSwarm.container("nginx", null), 0)))
                .service()
                .spec()
                .name();
        assertTrue(name.matches("[a-z]+_[a-z]+"), name);
    }

    @Test
    void updatesNeedTheVersionThatWasRead() {
        Service service = swarm.service("web", 1);
        String stale = "500 rpc error: code = Unknown desc = update out of sequence";
        assertEquals(stale, refusal(control.updateService("web", service.version() - 1, spec("web", 2))));
        Service updated = ok(control.updateService("web", service.version(), spec("web", 2)))
                .service();
        assertEquals(2, updated.spec().replicas());
        assertEquals(service.spec(), updated.previousSpec());
        assertEquals(updated, control.service("web"));
        assertEquals(stale, refusal(control.updateService("web", service.version(), spec("web", 3))));
        assertEquals(
                updated.version(),
                ok(control.updateService("web", updated.version(), spec("web", 2)))
                        .service()
                        .version(),
                "nothing changed");
    }

    @Test
    void whatNeedsRollingUpdatesIsRefusedWithASentence() {
        Service service = swarm.service("web", 1);
        assertEquals(
                "501 service web: this update changes the tasks themselves, and rolling updates are not there yet; replicas"
                        + " and labels can be changed, for the rest remove the service and create it anew",
                refusal(control.updateService(
                        "web", service.version(), with("web", TestSwarm.container("nginx", null), 1))));
        assertEquals(
                "501 rpc error: code = Unimplemented desc = renaming services is not supported",
                refusal(control.updateService("web", service.version(), spec("web2", 1))));
        assertEquals(
                "501 rpc error: code = Unimplemented desc = service mode change is not allowed",
                refusal(control.updateService("web", service.version(), spec("web", ServiceSpec.GLOBAL))));
    }

    @Test
    void nodesAreUpdatedAndRemoved() {
        Node node = swarm.addNode("n2");
        ok(control.updateNode(
                "n2", node.version(), new NodeSpec("", Map.of("zone", "x"), NodeRole.WORKER, NodeAvailability.DRAIN)));
        assertEquals(NodeAvailability.DRAIN, control.node("n2").spec().availability());
        assertEquals(
                "501 node id-n2: promoting and demoting nodes is not there yet; its role stays worker",
                refusal(control.updateNode(
                        "n2",
                        control.node("n2").version(),
                        new NodeSpec("", Map.of(), NodeRole.MANAGER, NodeAvailability.ACTIVE))));
        String precondition = "400 rpc error: code = FailedPrecondition desc = ";
        assertEquals(
                precondition + "node id-n2 is not down and can't be removed", refusal(control.removeNode("n2", false)));
        swarm.state("n2", NodeState.DOWN);
        ok(control.removeNode("n2", false));
        assertEquals(
                precondition
                        + "node id-n1 is a cluster manager and is a member of the raft cluster. It must be demoted to"
                        + " worker before removal",
                refusal(control.removeNode("n1", true)));
    }

    @Test
    void joinTokensPinTheRootAndRotateApart() {
        SwarmControl.JoinTokens before = control.joinTokens();
        assertTrue(JoinToken.parse(before.worker()).matches("root"));
        ok(control.rotateJoinSecrets(control.snapshot().cluster().orElseThrow().version(), true, false));
        assertNotEquals(before.worker(), control.joinTokens().worker());
        assertEquals(before.manager(), control.joinTokens().manager());
        assertEquals(
                "500 rpc error: code = Unknown desc = update out of sequence",
                refusal(control.rotateJoinSecrets(0, true, true)));
    }

    @Test
    void nodesAreAskedOverTheBus() {
        NodeRequest.Inspect question = new NodeRequest.Inspect(new ContainerId("c"));
        ClusterControl asking = new ClusterControl(swarm.store, swarm.random, () -> swarm.now, (node, bytes) -> {
            assertEquals(new NodeId("id-n1"), node);
            return Future.succeededFuture(Encoding.encode(new NodeAnswer.Container(bytes)));
        });
        NodeAnswer.Container answer = (NodeAnswer.Container) ok(asking.ask(new NodeId("id-n1"), question));
        assertEquals(Encoding.encode(question).length, answer.json().length);
        ClusterControl garbage = new ClusterControl(
                swarm.store,
                swarm.random,
                () -> swarm.now,
                (node, bytes) -> Future.succeededFuture(new byte[] {9, 9, 9}));
        assertTrue(refusal(garbage.ask(new NodeId("id-n1"), question))
                .startsWith("503 node id-n1 answered what is not understood"));
    }

    @Test
    void othersBeingFasterOnlyMakesItDecideAnew() {
        int[] rivals = {3};
        ClusterControl slow = new ClusterControl(
                new Rivalled(swarm.store, () -> {
                    if (rivals[0]-- > 0) {
                        swarm.network("rival" + rivals[0]);
                    }
                }),
                swarm.random,
                () -> swarm.now,
                (node, bytes) -> Future.failedFuture("none"));
        Network network = ok(slow.createNetwork(networkSpec("net", Map.of())));
        assertEquals("10.0.4.0/24", network.subnets().get(0).subnet().toString());
        assertEquals(network, control.network("net"));
    }

    /** A store into which somebody else commits just before each commit. */
    private record Rivalled(InMemoryStore store, Runnable before) implements ClusterStore {
        @Override
        public Snapshot snapshot() {
            return store.snapshot();
        }

        @Override
        public Future<Committed> commit(Commit commit) {
            before.run();
            return store.commit(commit);
        }

        @Override
        public AutoCloseable watch(Consumer<Applied> listener) {
            return store.watch(listener);
        }

        @Override
        public boolean isLeader() {
            return true;
        }
    }
}
