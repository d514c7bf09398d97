package io.swarmnet.manager.control;

import io.swarmnet.manager.control.Attempts.Decision;
import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.JoinSecrets;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.NodeSpec;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.session.JoinToken;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** {@link SwarmControl} over a {@link ClusterStore}: each wish is decided from one state and committed against it. */
public final class ClusterControl implements SwarmControl {
    private static final String PRECONDITION = "rpc error: code = FailedPrecondition desc = ";

    private final ClusterStore store;
    private final RandomGenerator random;
    private final LongSupplier clock;
    private final BiFunction<NodeId, byte[], Future<byte[]>> nodes;
    private final Attempts attempts;

    /**
     * @param random safe for use by several threads and fit for secrets
     * @param clock milliseconds since 1970
     * @param nodes carries an encoded {@link NodeRequest} to a node and its encoded answer back
     */
    public ClusterControl(
            ClusterStore store,
            RandomGenerator random,
            LongSupplier clock,
            BiFunction<NodeId, byte[], Future<byte[]>> nodes) {
        this.store = store;
        this.random = random;
        this.clock = clock;
        this.nodes = nodes;
        this.attempts = new Attempts(store, random);
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
        NetworkId id = new NetworkId(Ids.newSwarmId(random));
        return attempts.commit(state -> {
            NetworkRules.Made made = NetworkRules.create(state, cluster(state), spec, id, now());
            return new Decision<>(made.changes(), made.network()::withVersion);
        });
    }

    @Override
    public Network network(String reference) {
        return References.network(snapshot(), reference);
    }

    /** Its addresses are forgotten by the allocator when it is gone. */
    @Override
    public Future<Void> removeNetwork(String reference) {
        return attempts.commit(state -> {
            Network network = References.network(state, reference);
            NetworkRules.checkUnused(state, network);
            return done(new Change.Delete(EntityKind.NETWORK, network.key(), network.version()));
        });
    }

    @Override
    public Future<Accepted> createService(ServiceSpec given) {
        boolean nameless = given.name() == null || given.name().isEmpty();
        ServiceId id = new ServiceId(Ids.newSwarmId(random));
        return attempts.commit(state -> {
            ServiceSpec named = nameless ? withFreeName(state, given) : given;
            ServiceSpec spec = ServiceRules.checked(state, named);
            cluster(state);
            ServiceRules.checkNameFree(state, spec.name());
            Service service = new Service(id, 0, now(), now(), spec, null);
            return new Decision<>(
                    List.of(new Change.Create(service)),
                    version -> new Accepted(service.withVersion(version), ServiceRules.warnings(spec)));
        });
    }

    private ServiceSpec withFreeName(Snapshot state, ServiceSpec spec) {
        String name = Names.random(random);
        for (int number = 1; isTaken(state, name); number++) {
            name = Names.random(random) + number;
        }
        return new ServiceSpec(name, spec.labels(), spec.task(), spec.replicas(), spec.endpointMode(), spec.unused());
    }

    private static boolean isTaken(Snapshot state, String name) {
        return state.services().stream()
                .anyMatch(service -> service.spec().name().equals(name));
    }

    @Override
    public Future<Accepted> updateService(String reference, long version, ServiceSpec wanted) {
        return attempts.commit(state -> {
            Service service = References.service(state, reference);
            checkVersion(service.version(), version);
            ServiceSpec spec = ServiceRules.checked(state, wanted);
            ServiceRules.checkUpdate(service, spec);
            if (spec.equals(service.spec())) {
                return new Decision<>(List.of(), same -> new Accepted(service, ServiceRules.warnings(spec)));
            }
            Service updated = new Service(service.id(), version, service.createdAt(), now(), spec, service.spec());
            return new Decision<>(
                    List.of(new Change.Update(updated)),
                    after -> new Accepted(updated.withVersion(after), ServiceRules.warnings(spec)));
        });
    }

    @Override
    public Service service(String reference) {
        return References.service(snapshot(), reference);
    }

    /** Its tasks are ended by the orchestrator. */
    @Override
    public Future<Void> removeService(String reference) {
        return attempts.commit(state -> {
            Service service = References.service(state, reference);
            return done(new Change.Delete(EntityKind.SERVICE, service.key(), service.version()));
        });
    }

    @Override
    public Node node(String reference) {
        return References.node(snapshot(), reference);
    }

    @Override
    public Future<Void> updateNode(String reference, long version, NodeSpec wanted) {
        return attempts.commit(state -> {
            Node node = References.node(state, reference);
            checkVersion(node.version(), version);
            if (wanted.role() != node.spec().role()) {
                throw new NotSupportedException("node " + node.id() + ": promoting and demoting nodes is not there yet;"
                        + " its role stays " + node.spec().role().name().toLowerCase(java.util.Locale.ROOT));
            }
            if (wanted.equals(node.spec())) {
                return new Decision<>(List.of(), same -> null);
            }
            return done(new Change.Update(new Node(
                    node.id(),
                    node.version(),
                    node.createdAt(),
                    now(),
                    wanted,
                    node.description(),
                    node.status(),
                    node.managerStatus(),
                    node.senderIndex(),
                    node.boot())));
        });
    }

    @Override
    public Future<Void> removeNode(String reference, boolean force) {
        return attempts.commit(state -> {
            Node node = References.node(state, reference);
            if (node.spec().role() == NodeRole.MANAGER) {
                throw new InvalidSpecException(PRECONDITION + "node " + node.id()
                        + " is a cluster manager and is a member of the raft cluster."
                        + " It must be demoted to worker before removal");
            }
            if (!force && node.status().state() != NodeState.DOWN) {
                throw new InvalidSpecException(
                        PRECONDITION + "node " + node.id() + " is not down and can't be removed");
            }
            return done(new Change.Delete(EntityKind.NODE, node.key(), node.version()));
        });
    }

    @Override
    public Future<Void> rotateJoinSecrets(long version, boolean worker, boolean manager) {
        String newWorker = JoinToken.newSecret(random);
        String newManager = JoinToken.newSecret(random);
        return attempts.commit(state -> {
            Cluster cluster = cluster(state);
            checkVersion(cluster.version(), version);
            if (!worker && !manager) {
                return new Decision<>(List.of(), same -> null);
            }
            JoinSecrets old = cluster.joinSecrets();
            return done(new Change.Update(new Cluster(
                    cluster.id(),
                    cluster.version(),
                    cluster.createdAt(),
                    now(),
                    cluster.spec(),
                    cluster.defaultAddressPools(),
                    cluster.subnetSize(),
                    cluster.dataPathPort(),
                    new JoinSecrets(worker ? newWorker : old.worker(), manager ? newManager : old.manager()),
                    cluster.trustRoot(),
                    cluster.gossipKeys(),
                    cluster.nextVni(),
                    cluster.nextSubnet(),
                    cluster.nextSenderIndex())));
        });
    }

    @Override
    public JoinTokens joinTokens() {
        Cluster cluster = cluster(snapshot());
        String root = cluster.trustRoot().certificatePem();
        return new JoinTokens(
                JoinToken.of(root, cluster.joinSecrets().worker()).text(),
                JoinToken.of(root, cluster.joinSecrets().manager()).text());
    }

    @Override
    public Future<NodeAnswer> ask(NodeId node, NodeRequest request) {
        return nodes.apply(node, Encoding.encode(request)).compose(bytes -> {
            try {
                return Future.succeededFuture(Encoding.decode(bytes, NodeAnswer.class));
            } catch (DecodeException e) {
                return Future.failedFuture(new UnavailableException(
                        "node " + node + " answered what is not understood: " + e.getMessage()));
            }
        });
    }

    private static Cluster cluster(Snapshot state) {
        return state.cluster()
                .orElseThrow(
                        () -> new UnavailableException("This node is not a swarm manager. Manager is being prepared"
                                + " or has trouble connecting to the cluster."));
    }

    private static void checkVersion(long stored, long given) {
        if (stored != given) {
            throw new StaleVersionException("rpc error: code = Unknown desc = update out of sequence");
        }
    }

    private static Decision<Void> done(Change change) {
        return new Decision<>(List.of(change), version -> null);
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.getAsLong());
    }
}
