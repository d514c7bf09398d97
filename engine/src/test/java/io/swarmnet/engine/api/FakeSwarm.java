package io.swarmnet.engine.api;

import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.ClusterSpec;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.JoinSecrets;
import io.swarmnet.model.object.ManagerStatus;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.NodeSpec;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.NodeStatus;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A swarm of two nodes in memory. Services get their tasks at once, already running, one after the other on both nodes.
 * Also the membership of node1 in it, which a test may take away.
 */
public final class FakeSwarm implements SwarmControl, Membership {
    static final Instant T0 = Instant.parse("2026-11-21T17:13:24.668989455Z");
    static final NodeId NODE1 = new NodeId("d8o5cw57s7w3vkyqrg9e24gwl");
    static final NodeId NODE2 = new NodeId("zap9vyepa3z3v0xiyk2ef9z9b");

    final InMemoryStore store = new InMemoryStore();
    private final Random random = new Random(7);
    volatile Function<NodeRequest, Future<NodeAnswer>> remote =
            request -> Future.failedFuture(new UnavailableException("node node2 has no session"));
    volatile Status status = new Status(State.ACTIVE, NODE1, "10.77.0.1", true, "");
    private int nextAddress = 3;

    public FakeSwarm(String rootPem) {
        Cluster cluster = new Cluster(
                new ClusterId("vd7r0z4t3hmxhxk29gvx9nc1n"),
                0,
                T0,
                T0,
                ClusterSpec.DEFAULT,
                List.of(Subnet.parse("10.0.0.0/8")),
                24,
                4789,
                new JoinSecrets("a".repeat(25), "b".repeat(25)),
                new TrustRoot(rootPem, "", "", ""),
                List.of(),
                4097,
                1,
                3);
        commit(
                new Change.Create(cluster),
                new Change.Create(node(NODE1, "node1", NodeRole.MANAGER, "10.77.0.1")),
                new Change.Create(node(NODE2, "node2", NodeRole.WORKER, "10.77.0.2")),
                new Change.Create(network("1abp41d729q6aimmhwr1wt71r", "ingress", "10.0.0.0/24", 4096, true)));
    }

    private static Node node(NodeId id, String hostname, NodeRole role, String address) {
        HostPort manager = role == NodeRole.MANAGER ? HostPort.parse(address + ":2377") : null;
        List<IpAddress> addresses = List.of(IpAddress.parse(address));
        NodeDescription description = new NodeDescription(
                hostname,
                "x86_64",
                "linux",
                2_000_000_000L,
                25_325_268_992L,
                "28.2.2",
                Map.of(),
                addresses,
                addresses,
                7946,
                4789,
                List.of(),
                List.of(),
                manager,
                new byte[0]);
        return new Node(
                id,
                0,
                T0,
                T0,
                new NodeSpec("", Map.of(), role, NodeAvailability.ACTIVE),
                description,
                new NodeStatus(NodeState.READY, "", address),
                manager == null ? null : new ManagerStatus(true, true, manager),
                1,
                1);
    }

    static Network network(String id, String name, String subnet, int vni, boolean ingress) {
        Subnet parsed = Subnet.parse(subnet);
        NetworkSpec spec =
                new NetworkSpec(name, Map.of(), "overlay", Map.of(), true, false, false, !ingress, ingress, List.of());
        return new Network(
                new NetworkId(id),
                0,
                T0,
                T0,
                spec,
                List.of(new OverlaySubnet(parsed, parsed.network().plus(1), new Vni(vni))),
                List.of(1L));
    }

    void commit(Change... changes) {
        store.apply(new Commit(new RequestId(Ids.newSwarmId(random)), Commit.ANY_VERSION, List.of(changes)));
    }

    @Override
    public Snapshot snapshot() {
        return store.snapshot();
    }

    @Override
    public AutoCloseable watch(Consumer<Applied> listener) {
        return store.watch(listener);
    }

    @Override
    public Future<Network> createNetwork(NetworkSpec spec) {
        String subnet = spec.ipam().isEmpty() || spec.ipam().get(0).subnet() == null
                ? "10.0." + (snapshot().networks().size()) + ".0/24"
                : spec.ipam().get(0).subnet();
        Network made = network(
                Ids.newSwarmId(random),
                spec.name(),
                subnet,
                4096 + snapshot().networks().size(),
                false);
        Network network = new Network(made.id(), 0, T0, T0, spec, made.subnets(), made.lastAddressOffsets());
        commit(new Change.Create(network));
        return Future.succeededFuture(network(spec.name()));
    }

    @Override
    public Network network(String reference) {
        return find(snapshot().networks(), reference, n -> n.spec().name(), "network");
    }

    private static <T extends Entity> T find(
            Collection<T> all, String reference, Function<T, String> name, String what) {
        return all.stream()
                .filter(entity ->
                        name.apply(entity).equals(reference) || entity.key().startsWith(reference))
                .findFirst()
                .orElseThrow(() -> new NotFoundException(what + " " + reference + " not found"));
    }

    @Override
    public Future<Void> removeNetwork(String reference) {
        commit(new Change.Delete(EntityKind.NETWORK, network(reference).key(), Commit.ANY_VERSION));
        return Future.succeededFuture();
    }

    @Override
    public Future<Accepted> createService(ServiceSpec spec) {
        Service service = new Service(new ServiceId(Ids.newSwarmId(random)), 0, T0, T0, spec, null);
        commit(new Change.Create(service));
        fill(service);
        return Future.succeededFuture(new Accepted(service(spec.name()), List.of()));
    }

    private void fill(Service service) {
        List<Change> changes = new ArrayList<>();
        for (int slot = 1; slot <= service.spec().replicas(); slot++) {
            TaskId id = new TaskId(Ids.newSwarmId(random));
            NodeId on = slot % 2 == 1 ? NODE1 : NODE2;
            List<Attachment> attachments = new ArrayList<>();
            service.spec().task().networks().forEach(network -> {
                IpAddress address = IpAddress.parse("10.0.9." + nextAddress++);
                attachments.add(new Attachment(
                        network.target(),
                        new EndpointId(Ids.sha256Hex(id.value())),
                        List.of(new CidrAddress(address, 24)),
                        MacAddress.ofIpv4(address),
                        List.of(),
                        null));
            });
            TaskStatus running = new TaskStatus(TaskState.RUNNING, Instant.now(), "started", "", 100 + slot, 0);
            changes.add(new Change.Create(new Task(
                    id,
                    0,
                    T0,
                    T0,
                    service.id(),
                    service.spec().name(),
                    slot,
                    on,
                    service.spec().task(),
                    TaskState.RUNNING,
                    running,
                    null,
                    attachments)));
        }
        commit(changes.toArray(Change[]::new));
    }

    @Override
    public Future<Accepted> updateService(String reference, long version, ServiceSpec spec) {
        Service service = service(reference);
        if (service.version() != version) {
            throw new StaleVersionException("rpc error: code = Unknown desc = update out of sequence");
        }
        Service next = new Service(service.id(), version, T0, T0, spec, service.spec());
        commit(new Change.Update(next));
        snapshot().tasks().stream()
                .filter(task -> task.serviceId().equals(service.id()))
                .forEach(task -> commit(new Change.Delete(EntityKind.TASK, task.key(), Commit.ANY_VERSION)));
        fill(next);
        return Future.succeededFuture(new Accepted(service(reference), List.of()));
    }

    @Override
    public Service service(String reference) {
        return find(snapshot().services(), reference, s -> s.spec().name(), "service");
    }

    @Override
    public Future<Void> removeService(String reference) {
        Service service = service(reference);
        snapshot().tasks().stream()
                .filter(task -> task.serviceId().equals(service.id()))
                .forEach(task -> commit(new Change.Delete(EntityKind.TASK, task.key(), Commit.ANY_VERSION)));
        commit(new Change.Delete(EntityKind.SERVICE, service.key(), Commit.ANY_VERSION));
        return Future.succeededFuture();
    }

    @Override
    public Node node(String reference) {
        return find(snapshot().nodes(), reference, n -> n.description().hostname(), "node");
    }

    @Override
    public Future<Void> updateNode(String reference, long version, NodeSpec spec) {
        Node n = node(reference);
        commit(new Change.Update(new Node(
                n.id(), version, n.createdAt(), T0, spec, n.description(), n.status(), n.managerStatus(), 1, 1)));
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> removeNode(String reference, boolean force) {
        return Future.failedFuture(new NotSupportedException("not here"));
    }

    @Override
    public Future<Void> rotateJoinSecrets(long version, boolean worker, boolean manager) {
        return Future.succeededFuture();
    }

    @Override
    public JoinTokens joinTokens() {
        String digest = "3brtcobxqk4elqoath59jz2lwf5b2fw62xyf9hifvzkwa5rn52";
        return new JoinTokens("SWMTKN-1-" + digest + "-" + "a".repeat(25), "SWMTKN-1-" + digest + "-" + "b".repeat(25));
    }

    @Override
    public Future<NodeAnswer> ask(NodeId node, NodeRequest request) {
        return remote.apply(request);
    }

    // ---- membership

    @Override
    public Status status() {
        return status;
    }

    @Override
    public SwarmControl control() {
        if (status.state() == State.INACTIVE) {
            throw new UnavailableException(
                    "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm"
                            + " join\" to connect this node to swarm and try again.");
        }
        if (!status.manager()) {
            throw new UnavailableException(
                    "This node is not a swarm manager. Worker nodes can't be used to view or modify"
                            + " cluster state. Please run this command on a manager node or promote the current node to a"
                            + " manager.");
        }
        return this;
    }

    @Override
    public Optional<SwarmControl> controlIfManager() {
        return status.manager() ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void onManager(Consumer<SwarmControl> listener) {
        listener.accept(this);
    }

    @Override
    public Future<NodeId> init(Init request) {
        status = new Status(State.ACTIVE, NODE1, "10.77.0.1", true, "");
        return Future.succeededFuture(NODE1);
    }

    @Override
    public Future<Void> join(Join request) {
        return Future.failedFuture(new UnavailableException("This node is already part of a swarm."));
    }

    @Override
    public Future<Void> leave(boolean force) {
        status = new Status(State.INACTIVE, null, "", false, "");
        return Future.succeededFuture();
    }
}
