package io.swarmnet.manager;

import io.swarmnet.manager.control.ClusterControl;
import io.swarmnet.manager.control.SwarmBirth;
import io.swarmnet.manager.ipam.AddressPools;
import io.swarmnet.manager.ipam.AllocatorStage;
import io.swarmnet.manager.orchestrator.GlobalOrchestrator;
import io.swarmnet.manager.orchestrator.ReplicatedOrchestrator;
import io.swarmnet.manager.orchestrator.TaskReaper;
import io.swarmnet.manager.scheduler.ClaimSource;
import io.swarmnet.manager.scheduler.SchedulerStage;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.ClusterSpec;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkAttachmentSpec;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.NodeSpec;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.NodeStatus;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskSpec;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.wire.Encoding;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A swarm in memory whose time is a number; n1 is its manager. */
public final class TestSwarm {
    public static final ClaimSource CLAIMS = claim -> new SignedClaim(Encoding.encode(claim), new byte[] {1});

    public final InMemoryStore store = new InMemoryStore();
    public final Random random;
    public long now = 1_000_000;
    public final ClusterControl control;
    public final StageRound round;

    public TestSwarm(long seed) {
        this(seed, AddressPools.DEFAULT, UnaryOperator.identity());
    }

    /** @param allocator lets a test plant a bug */
    public TestSwarm(long seed, AddressPools pools, UnaryOperator<Stage> allocator) {
        random = new Random(seed);
        control = new ClusterControl(
                store, random, () -> now, (node, bytes) -> Future.failedFuture("no bus in this test"));
        round = new StageRound(List.of(
                new ReplicatedOrchestrator(random),
                new GlobalOrchestrator(random),
                allocator.apply(new AllocatorStage()),
                new SchedulerStage(CLAIMS),
                new TaskReaper()));
        SwarmBirth birth = new SwarmBirth(
                new ClusterId("cluster1"),
                ClusterSpec.DEFAULT,
                pools,
                0,
                new TrustRoot("root", "rootkey", "claims", "claimkey"),
                new NodeId("id-n1"),
                NodeAvailability.ACTIVE,
                description("n1"),
                HostPort.parse("198.18.0.1:2377"));
        commit(birth.firstCommit(random, now));
        state("n1", NodeState.READY);
    }

    public static NodeDescription description(String hostname, HostRoute... routes) {
        return new NodeDescription(
                hostname,
                "x86_64",
                "linux",
                2_000_000_000L,
                1L << 30,
                "28.2.2",
                Map.of("storage", "ssd"),
                List.of(),
                List.of(),
                7946,
                4789,
                List.of(routes),
                List.of(IpAddress.parse("198.18.0.53")),
                null,
                new byte[] {1});
    }

    public static HostRoute route(String subnet, String device) {
        return new HostRoute(Subnet.parse(subnet), device);
    }

    public void commit(List<Change> changes) {
        store.apply(new Commit(new RequestId(Ids.newSwarmId(random)), Commit.ANY_VERSION, changes));
    }

    public Node addNode(String name, HostRoute... routes) {
        Instant time = Instant.ofEpochMilli(now);
        commit(List.of(new Change.Create(new Node(
                new NodeId("id-" + name),
                0,
                time,
                time,
                new NodeSpec("", Map.of(), NodeRole.WORKER, NodeAvailability.ACTIVE),
                description(name, routes),
                new NodeStatus(
                        NodeState.READY,
                        "",
                        "198.18.0." + (store.snapshot().nodes().size() + 1)),
                null,
                0,
                1))));
        return control.node(name);
    }

    public void state(String name, NodeState state) {
        Node node = control.node(name);
        commit(List.of(new Change.Update(
                node.withStatus(new NodeStatus(state, "", node.status().address()), Instant.ofEpochMilli(now)))));
    }

    public void availability(String name, NodeAvailability availability) {
        label(name, control.node(name).spec().labels(), availability);
    }

    public void label(String name, Map<String, String> labels, NodeAvailability availability) {
        Node node = control.node(name);
        ok(control.updateNode(
                name, node.version(), new NodeSpec("", labels, node.spec().role(), availability)));
    }

    /** Rounds until all is decided. */
    public TestSwarm settle() {
        for (int i = 0; i < 50; i++) {
            List<Change> changes = round.decide(store.snapshot(), now);
            if (changes.isEmpty()) {
                return this;
            }
            store.apply(new Commit(
                    new RequestId(Ids.newSwarmId(random)), store.snapshot().version(), changes));
        }
        throw new AssertionError("the stages do not come to rest: " + round.decide(store.snapshot(), now));
    }

    public TestSwarm after(long millis) {
        now += millis;
        return settle();
    }

    public void report(Task task, TaskState state) {
        Task stored =
                store.snapshot().find(EntityKind.TASK, task.key(), Task.class).orElseThrow();
        commit(List.of(new Change.Update(stored.withStatus(new TaskStatus(
                state, Instant.ofEpochMilli(now), state.name().toLowerCase(java.util.Locale.ROOT), null, 7, 0)))));
    }

    /** Every node does at once what it is told. */
    public TestSwarm work() {
        for (Task task : tasks()) {
            TaskState state = task.status().state();
            if (state.isTerminal() || !state.isAfter(TaskState.PENDING)) {
                continue;
            }
            if (task.desiredState().isTerminal()) {
                report(task, TaskState.SHUTDOWN);
            } else if (state != TaskState.RUNNING) {
                report(task, TaskState.RUNNING);
            }
        }
        return settle();
    }

    public List<Task> tasks() {
        return store.snapshot().tasks().stream()
                .sorted(Comparator.comparing(Task::serviceName)
                        .thenComparing(Task::slot)
                        .thenComparing(Task::createdAt))
                .toList();
    }

    public List<Task> running(String service) {
        return tasks().stream()
                .filter(task -> task.serviceName().equals(service)
                        && task.status().state() == TaskState.RUNNING
                        && task.desiredState() == TaskState.RUNNING)
                .toList();
    }

    public Network network(String name, String... subnets) {
        return ok(control.createNetwork(networkSpec(name, Map.of(), subnets)));
    }

    public static NetworkSpec networkSpec(String name, Map<String, String> options, String... subnets) {
        boolean v6 = Arrays.stream(subnets).anyMatch(subnet -> subnet.contains(":"));
        List<IpamConfig> ipam = Arrays.stream(subnets)
                .map(subnet -> new IpamConfig(subnet, null, null, Map.of()))
                .toList();
        return new NetworkSpec(name, Map.of(), "overlay", options, true, v6, false, false, false, ipam);
    }

    public Service service(String name, long replicas, String... networks) {
        return ok(control.createService(serviceSpec(name, replicas, RestartPolicy.DEFAULT, List.of(), networks)))
                .service();
    }

    public static ServiceSpec serviceSpec(
            String name, long replicas, RestartPolicy restart, List<String> constraints, String... networks) {
        List<NetworkAttachmentSpec> attachments = Arrays.stream(networks)
                .map(network -> new NetworkAttachmentSpec(new NetworkId(network), List.of()))
                .toList();
        return new ServiceSpec(
                name,
                Map.of(),
                new TaskSpec(container("nginx", null), restart, constraints, attachments, 0),
                replicas,
                "dnsrr",
                Map.of());
    }

    public static ContainerSpec container(String image, String hostname) {
        return new ContainerSpec(
                image, Map.of(), List.of(), List.of(), hostname, List.of(), null, null, List.of(), List.of(), List.of(),
                List.of(), null, 10_000, false, false, false);
    }

    public void scale(String name, long replicas) {
        Service service = control.service(name);
        ok(control.updateService(name, service.version(), service.spec().withReplicas(replicas)));
    }

    public static <T> T ok(Future<T> future) {
        if (!future.isComplete()) {
            throw new AssertionError("not complete");
        }
        if (future.failed()) {
            throw new AssertionError("refused: " + future.cause().getMessage(), future.cause());
        }
        return future.result();
    }

    /** Status and words of a refusal, {@code 403 words}. */
    public static String refusal(Future<?> future) {
        if (!future.failed()) {
            throw new AssertionError("not refused: " + future.result());
        }
        if (future.cause() instanceof io.swarmnet.model.error.SwarmnetException refused) {
            return refused.httpStatus() + " " + refused.getMessage();
        }
        throw new AssertionError(future.cause());
    }
}
