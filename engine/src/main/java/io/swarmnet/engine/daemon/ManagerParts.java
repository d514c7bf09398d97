package io.swarmnet.engine.daemon;

import io.swarmnet.manager.Stage;
import io.swarmnet.manager.StageLoop;
import io.swarmnet.manager.ca.ClaimSigner;
import io.swarmnet.manager.cluster.ClusterBus;
import io.swarmnet.manager.cluster.ClusterBusConfig;
import io.swarmnet.manager.control.ClusterControl;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.manager.dispatcher.ClusterPort;
import io.swarmnet.manager.dispatcher.Dispatcher;
import io.swarmnet.manager.dispatcher.DispatcherConfig;
import io.swarmnet.manager.dispatcher.PortIdentity;
import io.swarmnet.manager.dispatcher.SessionListener;
import io.swarmnet.manager.ipam.AllocatorStage;
import io.swarmnet.manager.orchestrator.GlobalOrchestrator;
import io.swarmnet.manager.orchestrator.ReplicatedOrchestrator;
import io.swarmnet.manager.orchestrator.TaskReaper;
import io.swarmnet.manager.scheduler.SchedulerStage;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.ratis.KeyFile;
import io.swarmnet.manager.store.ratis.RatisStore;
import io.swarmnet.manager.store.ratis.RatisStoreConfig;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.worker.identity.NodeIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * What makes a node a manager, put together: the store in its private namespace, port 2377, the stages, the event bus, and
 * the control the API talks to. The bus is built in the background and nothing waits for it.
 */
final class ManagerParts {
    private static final int RAFT_PORT = 4001;
    private static final int HAZELCAST_PORT = 4002;
    private static final int BUS_PORT = 4003;
    private static final long ASK_MILLIS = 20_000;
    private static final long RELEASE_MILLIS = 10_000;

    private final Vertx vertx;
    private final ControlNamespace namespace;
    private final RatisStore store;
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();
    private final ScheduledExecutorService stageThread = Executors.newSingleThreadScheduledExecutor(body -> {
        Thread thread = new Thread(body, "stages");
        thread.setDaemon(true);
        return thread;
    });
    private ClusterPort port;
    private StageLoop loop;
    private ClusterBus bus;
    private SwarmControl control;

    /**
     * Where the parts live and listen.
     *
     * @param directory of the store and its key
     * @param execRoot holds the private namespace
     * @param listen where port 2377 is opened
     * @param self where the others reach it
     */
    record Site(Path directory, Path execRoot, String instance, HostPort listen, HostPort self) {}

    private ManagerParts(Vertx vertx, ControlNamespace namespace, RatisStore store) {
        this.vertx = vertx;
        this.namespace = namespace;
        this.store = store;
    }

    /**
     * Starts all parts and completes when the store leads and the port is open.
     *
     * @param birth the first commit of a new swarm; empty for one that is there already
     */
    static Future<ManagerParts> start(Vertx vertx, Site site, NodeIdentity identity, List<Change> birth) {
        String loopback = ControlNamespace.identity(identity.node());
        return vertx.executeBlocking(() -> {
                    ControlNamespace door = ControlNamespace.open(site.execRoot(), site.instance());
                    try {
                        return new Opened(door, storeOf(site, identity, loopback, door, !birth.isEmpty()));
                    } catch (IOException | RuntimeException e) {
                        door.release();
                        throw e;
                    }
                })
                .compose(opened -> RatisStore.open(opened.config(), vertx)
                        .map(store -> new ManagerParts(vertx, opened.door(), store))
                        .onFailure(notOpen -> opened.door().release()))
                .compose(parts -> parts.begin(site, identity, loopback, birth)
                        .map(parts)
                        .recover(failure -> parts.close().transform(closed -> Future.failedFuture(failure))));
    }

    private static RatisStoreConfig storeOf(
            Site site, NodeIdentity identity, String loopback, ControlNamespace door, boolean mayCreate)
            throws IOException {
        Files.createDirectories(site.directory());
        KeyFile keys = KeyFile.openOrCreate(site.directory().resolve("key"));
        return new RatisStoreConfig(
                site.directory().resolve("raft"),
                identity.node(),
                identity.cluster(),
                loopback,
                RAFT_PORT,
                door,
                keys,
                mayCreate);
    }

    private record Opened(ControlNamespace door, RatisStoreConfig config) {}

    private Future<Void> begin(Site site, NodeIdentity identity, String loopback, List<Change> birth) {
        Future<?> born = birth.isEmpty()
                ? Future.succeededFuture()
                : store.commit(new Commit(new RequestId(Ids.newSwarmId(random)), Commit.ANY_VERSION, birth));
        return born.compose(done -> {
            Cluster cluster = store.snapshot()
                    .cluster()
                    .orElseThrow(() -> new UnavailableException("the store " + site.directory() + " holds no swarm"));
            startBus(identity, loopback, cluster);
            startStages(cluster);
            control = new ClusterControl(store, random, clock::millis, (node, body) -> bus.ask(node, body, ASK_MILLIS));
            return startPort(site, identity, cluster.spec().heartbeatMillis());
        });
    }

    private void startBus(NodeIdentity identity, String loopback, Cluster cluster) {
        // Only managers hold the root's key, so only they can know this.
        String secret = Ids.sha256Hex("bus:" + cluster.trustRoot().keyPem());
        bus = ClusterBus.create(
                new ClusterBusConfig(identity.cluster(), secret, loopback, HAZELCAST_PORT, BUS_PORT, namespace), vertx);
        bus.start();
    }

    private void startStages(Cluster cluster) {
        List<Stage> stages = List.of(
                new ReplicatedOrchestrator(random),
                new GlobalOrchestrator(random),
                new AllocatorStage(),
                new SchedulerStage(new ClaimSigner(cluster.trustRoot())::sign),
                new TaskReaper());
        loop = new StageLoop(store, stages, stageThread, clock::millis, random);
        loop.start();
    }

    private Future<Void> startPort(Site site, NodeIdentity identity, long heartbeatMillis) {
        SessionListener onBus = new SessionListener() {
            @Override
            public void opened(NodeId node, Function<byte[], Future<byte[]>> ask) {
                bus.serve(node, ask);
            }

            @Override
            public void closed(NodeId node) {
                bus.unserve(node);
            }
        };
        DispatcherConfig config = DispatcherConfig.DEFAULT.withHeartbeat(heartbeatMillis);
        Dispatcher dispatcher = new Dispatcher(vertx, store, config, site.self(), onBus, random, clock);
        PortIdentity shown =
                new PortIdentity(identity.cluster(), identity.key(), identity.certificate(), identity.root());
        port = new ClusterPort(vertx, store, dispatcher, config, shown, random, clock);
        return port.listen(site.listen().address().toString(), site.listen().port())
                .recover(failure -> Future.failedFuture(taken(site.listen(), failure)))
                .mapEmpty();
    }

    /**
     * Whether the port could be opened now: said before a store is made for nothing, which takes seconds.
     *
     * @throws UnavailableException with the words that {@link #start} has
     */
    static void checkPort(HostPort listen) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(listen.address().toInet(), listen.port()));
        } catch (IOException e) {
            throw taken(listen, e);
        }
    }

    private static UnavailableException taken(HostPort listen, Throwable failure) {
        return new UnavailableException("the manager's port " + listen + " cannot be opened: " + failure.getMessage()
                + "; who holds it: ss -ltnp sport = :" + listen.port() + "; or choose another with --listen-addr");
    }

    SwarmControl control() {
        return control;
    }

    /** Ends all parts, the store last; the private namespace goes with them. Goes on past failures. */
    Future<Void> close() {
        Future<Void> portClosed = port == null ? Future.succeededFuture() : port.close();
        return portClosed
                .eventually(() -> {
                    if (loop != null) {
                        loop.close();
                    }
                    stageThread.shutdown();
                    return bus == null ? Future.succeededFuture() : bus.close();
                })
                .eventually(store::close)
                .eventually(() -> vertx.executeBlocking(() -> {
                    namespace.delete();
                    return null;
                }))
                .onComplete(end -> vertx.setTimer(RELEASE_MILLIS, tick -> namespace.release()));
    }
}
