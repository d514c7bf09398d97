package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.ca.RootAuthority;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.ClusterSpec;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.object.JoinSecrets;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.session.JoinToken;
import io.swarmnet.model.trust.Pem;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.identity.NodeKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A swarm in memory with one open port on loopback. */
final class PortFixture {
    static final SecureRandom RANDOM = new SecureRandom();
    static final DispatcherConfig FAST = new DispatcherConfig(200, 1_500, 5, 5, 200, 1_000, 4, 1_000, 1_000, 32);

    final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    final InMemoryStore store = new InMemoryStore();
    final ClusterId cluster = new ClusterId(Ids.newSwarmId(RANDOM));
    final TrustRoot trust = RootAuthority.create(cluster, RANDOM, Instant.now());
    final JoinSecrets secrets = new JoinSecrets(JoinToken.newSecret(RANDOM), JoinToken.newSecret(RANDOM));
    final NodeIdentity manager = identity(trust, cluster, NodeRole.MANAGER, Instant.now(), 7_776_000);
    final Dispatcher dispatcher;
    final ClusterPort port;
    final HostPort address;

    PortFixture(DispatcherConfig config, SessionListener listener) throws Exception {
        this(config, listener, store -> store);
    }

    /** @param around what the port is given in place of the store */
    PortFixture(DispatcherConfig config, SessionListener listener, Function<InMemoryStore, ClusterStore> around)
            throws Exception {
        commit(List.of(new Change.Create(new Cluster(
                cluster,
                0,
                Instant.now(),
                Instant.now(),
                ClusterSpec.DEFAULT,
                List.of(Subnet.parse("10.0.0.0/8")),
                24,
                4789,
                secrets,
                trust,
                List.of(new GossipKey(1, new byte[16])),
                4097,
                1,
                1))));
        ClusterStore given = around.apply(store);
        dispatcher = new Dispatcher(
                vertx, given, config, HostPort.parse("127.0.0.1:2377"), listener, RANDOM, InstantSource.system());
        port = new ClusterPort(
                vertx,
                given,
                dispatcher,
                config,
                new PortIdentity(cluster, manager.key(), manager.certificate(), manager.root()),
                RANDOM,
                InstantSource.system());
        address = new HostPort(IpAddress.parse("127.0.0.1"), await(port.listen("127.0.0.1", 0)));
    }

    static NodeIdentity identity(TrustRoot trust, ClusterId cluster, NodeRole role, Instant made, long seconds) {
        RootAuthority authority = new RootAuthority(trust, RANDOM);
        KeyPair keys = NodeKeys.generate(RANDOM);
        String pem = authority.issue(
                NodeKeys.requestPem(keys), new NodeId(Ids.newSwarmId(RANDOM)), cluster, role, made, seconds);
        return NodeIdentity.of(keys.getPrivate(), Pem.certificate(pem), authority.root());
    }

    /** A worker of this swarm that the store knows, as if it had joined. */
    NodeIdentity worker() {
        NodeIdentity identity = identity(trust, cluster, NodeRole.WORKER, Instant.now(), 7_776_000);
        commit(NodeRecords.admit(store.snapshot(), identity.node(), NodeRole.WORKER, "w", "127.0.0.1", Instant.now()));
        return identity;
    }

    JoinToken workerToken() {
        return JoinToken.of(trust.certificatePem(), secrets.worker());
    }

    Node node(NodeId id) {
        return store.snapshot().find(EntityKind.NODE, id.value(), Node.class).orElseThrow();
    }

    void commit(List<Change> changes) {
        store.apply(new Commit(new RequestId(Ids.newSwarmId(RANDOM)), Commit.ANY_VERSION, changes));
    }

    static NodeDescription description(String hostname) {
        return new NodeDescription(
                hostname,
                "x86_64",
                "linux",
                2_000_000_000L,
                1L << 30,
                "28.2.2",
                Map.of(),
                List.of(IpAddress.parse("198.18.0.2")),
                List.of(IpAddress.parse("198.18.0.2")),
                7946,
                4789,
                List.of(),
                List.of(),
                null,
                null);
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    static void await(String what, long millis, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + millis + " ms: " + what);
            }
            Thread.sleep(5);
        }
    }

    void close() throws Exception {
        await(port.close());
        await(vertx.close());
    }
}
