package io.swarmnet.worker;

import io.swarmnet.dns.io.DnsCounters;
import io.swarmnet.dns.io.DnsServer;
import io.swarmnet.dns.io.ForwarderConfig;
import io.swarmnet.dns.io.UpstreamForwarder;
import io.swarmnet.dns.names.NameTable;
import io.swarmnet.dns.names.Resolver;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.session.AssignedTask;
import io.swarmnet.model.session.TaskUpdate;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.vxlan.kernel.KernelOverlay;
import io.swarmnet.vxlan.userspace.UserspaceOverlay;
import io.swarmnet.worker.agent.Agent;
import io.swarmnet.worker.agent.AgentTools;
import io.swarmnet.worker.agent.AssignmentFile;
import io.swarmnet.worker.agent.NodeAnswers;
import io.swarmnet.worker.agent.RuntimeContainers;
import io.swarmnet.worker.container.Container;
import io.swarmnet.worker.container.ContainerDirectories;
import io.swarmnet.worker.container.ContainerStore;
import io.swarmnet.worker.container.Containers;
import io.swarmnet.worker.doctor.Doctor;
import io.swarmnet.worker.doctor.Finding;
import io.swarmnet.worker.doctor.NodeView;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.image.HostImage;
import io.swarmnet.worker.image.ImageStore;
import io.swarmnet.worker.image.Images;
import io.swarmnet.worker.image.UnpackLimits;
import io.swarmnet.worker.kernel.ChangedSysctls;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.swarmnet.worker.kernel.Owner;
import io.swarmnet.worker.network.Connector;
import io.swarmnet.worker.network.FreePort;
import io.swarmnet.worker.network.GatewayBridge;
import io.swarmnet.worker.network.HostServers;
import io.swarmnet.worker.network.NetworkViews;
import io.swarmnet.worker.network.NodeGossip;
import io.swarmnet.worker.network.NodeNetworks;
import io.swarmnet.worker.network.Overlays;
import io.swarmnet.worker.network.RecordMemory;
import io.swarmnet.worker.sandbox.Sandboxes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of a worker together: containers, sandboxes, networks, names, and a life in a swarm when it has one. */
public final class WorkerNode implements Worker {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerNode.class);
    private static final int RUNTIME_THREADS = 4;
    private static final long SERVERS_MILLIS = 10_000;
    private static final int DATA_PATH_PORT = 4_789;

    private final Vertx vertx;
    private final Context context;
    private final WorkerConfig config;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private final Owner owner;
    private final KernelExecutor lane;
    private final KernelExecutor runtimeThreads;
    private final ContainerStore containers;
    private final Images images;
    private final Sandboxes sandboxes;
    private final GatewayBridge gateway;
    private final NodeGossip gossip = new NodeGossip();
    private final RecordMemory memory;
    private final Overlays overlays;
    private final UpstreamForwarder forwarder;
    private final HostServers hostServers;
    private final DnsServer dns;
    private final Connector connector;
    private final NetworkViews networks;
    private final AssignmentFile assignmentFile;
    private Agent agent;
    private volatile SwarmLife life;
    private Future<Void> leaving = Future.succeededFuture();

    /** Opens what is stored and finds what runs; off the event loop. Fails when what is stored cannot be read. */
    public static Future<WorkerNode> create(Vertx vertx, WorkerConfig config) {
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        return vertx.executeBlocking(() -> new WorkerNode(vertx, context, config));
    }

    private WorkerNode(Vertx vertx, Context context, WorkerConfig config) throws IOException {
        this.vertx = vertx;
        this.context = context;
        this.config = config;
        this.owner = Owner.of(config.dataRoot());
        this.lane = new KernelExecutor(vertx, "kernel", 1);
        this.runtimeThreads = new KernelExecutor(vertx, "runtime", RUNTIME_THREADS);
        HostImage hostImage = config.hostImage() ? new HostImage(true, config.hostImageHidden()) : HostImage.OFF;
        ImageStore store =
                ImageStore.open(config.dataRoot(), hostImage, UnpackLimits.DEFAULT, runtimeThreads.executor());
        this.images = store;
        this.containers = ContainerStore.open(
                new ContainerDirectories(config.dataRoot(), config.execRoot()),
                store,
                cgroupParent(),
                runtimeThreads.executor());
        this.sandboxes = new Sandboxes(config.execRoot());
        this.gateway = new GatewayBridge(config.dataRoot(), owner);
        gateway.load();
        NameTable names = new NameTable();
        DnsCounters counters = new DnsCounters();
        this.forwarder = new UpstreamForwarder(context, ForwarderConfig.defaults(), random, counters);
        this.hostServers = new HostServers(Path.of("/etc/resolv.conf"), vertx, lane, forwarder::servers);
        this.dns = DnsServer.create(context, new Resolver(names, random), forwarder, counters);
        OverlayDriver driver = overlayDriver();
        this.memory = new RecordMemory(config.dataRoot(), vertx, runtimeThreads);
        this.overlays = new Overlays(context, lane, driver, names, gossip, memory, this::bootExhausted);
        this.connector = new Connector(lane, sandboxes, overlays, gateway, dns);
        this.networks = new NetworkViews(overlays, gateway, containers, lane, clock, () -> life != null);
        this.assignmentFile = new AssignmentFile(config.dataRoot());
        containers.watch(container -> context.runOnContext(v -> agentHears(container)));
    }

    /** The kernel's where there is one, unless the other is asked for. Either adopts what the other has left. */
    private OverlayDriver overlayDriver() {
        Path directory = config.execRoot().resolve("overlay");
        // Rules that lead to a socket of an earlier life.
        UserspaceOverlay.removeLeftover(owner.instance(), Netns.host());
        if (config.dataPlane().equals("userspace") || config.dataPlane().equals("auto") && !kernelHasVxlan()) {
            return new UserspaceOverlay(owner.instance(), directory, Netns.host(), vertx);
        }
        return new KernelOverlay(owner.instance(), directory, Netns.host());
    }

    private static boolean kernelHasVxlan() {
        try (NetlinkHandle handle = NetlinkHandle.open(Netns.host())) {
            return handle.hasVxlan();
        }
    }

    /** One for each daemon of the machine: cgroups are not in any namespace of ours. */
    private String cgroupParent() {
        return "/swarmnet-" + owner.instance();
    }

    private void agentHears(Container container) {
        if (agent != null) {
            agent.containerChanged(container);
        }
    }

    @Override
    public Future<Void> start() {
        return onContext(() -> hostServers
                .start(SERVERS_MILLIS)
                .compose(v -> lane.run(assignmentFile::load))
                .compose(stored -> stored.isPresent() ? Future.succeededFuture() : adopt(List.of(), "")));
    }

    private Future<Void> adopt(List<AssignedTask> tasks, String nodeId) {
        agent = new Agent(new AgentTools(
                new RuntimeContainers(containers, context),
                images,
                connector,
                sandboxes,
                lane,
                config.dataRoot().resolve("sandboxes"),
                cgroupParent(),
                nodeId,
                clock,
                (task, status) -> {
                    SwarmLife now = life;
                    if (now != null) {
                        now.session().report(new TaskUpdate(task, status));
                    }
                }));
        for (Container container : containers.list()) {
            // An ended one's address may be another's by now.
            if (container.gatewayBridge() != null && container.state() == Container.State.RUNNING) {
                gateway.adopt(container.id(), container.gatewayBridge());
            }
        }
        return agent.adopt(tasks).eventually(this::removeLeftovers);
    }

    private Future<Void> removeLeftovers() {
        List<Container> kept = containers.list();
        Set<String> wanted = kept.stream()
                .filter(container -> container.state() == Container.State.RUNNING)
                .map(container -> Sandboxes.idOf(container.id()))
                .collect(Collectors.toSet());
        return lane.execute(() -> {
                    for (String found : sandboxes.found()) {
                        if (!wanted.contains(found)) {
                            LOG.info("Sandbox left by an earlier life removed sandbox={}", found);
                            sandboxes.remove(found);
                        }
                    }
                    gateway.removeUnwanted(kept.stream().map(Container::id).toList());
                })
                .compose(v -> overlays.removeUnwanted());
    }

    @Override
    public Future<Void> enter(NodeIdentity identity, Placement placement, List<HostPort> managers) {
        // A life before may still be ending: its tasks have their time of grace.
        return onContext(() -> leaving.transform(left -> lane.run(() -> {
                    gateway.ensure(Ids.newLocalId(random), clock.instant());
                    return new Entry(
                            FreePort.udpAndTcp(placement.addresses().get(0), placement.gossipPort()),
                            HostFacts.mtuBytes(placement.vteps().get(0)),
                            HostFacts.read(),
                            assignmentFile.load(),
                            memory.load());
                }))
                .compose(entry -> begin(entry, identity, placement, managers)));
    }

    /** What is found out before a node enters its swarm. */
    private record Entry(
            int gossipPort,
            int mtuBytes,
            HostFacts facts,
            Optional<AssignmentFile.Stored> stored,
            List<RecordMemory.Known> remembered) {}

    private Future<Void> begin(Entry entry, NodeIdentity identity, Placement placement, List<HostPort> managers) {
        if (life != null) {
            return Future.failedFuture(new UnavailableException("This node is already part of a swarm. Use \"docker"
                    + " swarm leave\" to leave this swarm and join another one."));
        }
        int port = placement.dataPathPort() != 0
                ? placement.dataPathPort()
                : entry.stored().map(AssignmentFile.Stored::dataPathPort).orElse(DATA_PATH_PORT);
        overlays.underlay(new Overlays.Underlay(identity.node(), placement.vteps(), port, entry.mtuBytes()));
        List<AssignedTask> tasks = new ArrayList<>();
        entry.stored().ifPresent(stored -> {
            overlays.assigned(stored.assignment().networks());
            overlays.remembered(entry.remembered());
            tasks.addAll(stored.assignment().tasks());
        });
        return adopt(tasks, identity.node().value())
                .onFailure(e -> LOG.error("Not everything of an earlier life was adopted: {}", e.getMessage()))
                .transform(done -> {
                    life = new SwarmLife(
                            new SwarmLife.Parts(
                                    vertx,
                                    context,
                                    lane,
                                    config,
                                    clock,
                                    overlays,
                                    gossip,
                                    agent,
                                    new NodeAnswers(containers),
                                    assignmentFile),
                            identity,
                            placement,
                            entry.gossipPort(),
                            port,
                            entry.facts());
                    return life.open(managers);
                });
    }

    @Override
    public Future<Void> leave() {
        return onContext(() -> {
            if (life != null && leaving.isComplete()) {
                leaving = life.leave()
                        .eventually(() -> lane.execute(() -> gateway.remove(false)))
                        .onComplete(done -> life = null);
            }
            return leaving;
        });
    }

    @Override
    public Future<List<Finding>> doctor() {
        // Its own thread: the kernel lane must not wait for peers that do not answer.
        return onLoop(this::view)
                .compose(node -> vertx.executeBlocking(
                        () -> Doctor.run(config.dataRoot(), config.execRoot(), node, gateway.device()), false));
    }

    private Future<Optional<NodeView>> view() {
        SwarmLife now = life;
        if (now == null) {
            return Future.succeededFuture(Optional.empty());
        }
        return lane.run(() -> new Underlay(HostFacts.mtuBytes(now.vtep()), HostFacts.read()))
                .compose(read -> onLoop(() -> now.view(read.mtuBytes(), read.facts(), networks.overlays())))
                .map(Optional::of);
    }

    private record Underlay(int mtuBytes, HostFacts facts) {}

    /** The body's future, made on the worker's context wherever the caller is. */
    private <T> Future<T> onLoop(Supplier<Future<T>> body) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> {
            try {
                body.get().onComplete(promise);
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }

    @Override
    public Future<List<String>> undo() {
        return onLoop(() -> life == null
                ? lane.run(gateway::restoreSysctls)
                : Future.failedFuture(new UnavailableException(ChangedSysctls.IN_A_SWARM)));
    }

    private void bootExhausted() {
        LOG.error("Gossip has used up its boot number; it speaks again with the next session");
    }

    @Override
    public Future<Void> stop() {
        return onContext(() -> {
            hostServers.stop();
            SwarmLife stopping = life;
            Future<Void> quiet = stopping == null ? Future.succeededFuture() : stopping.stop();
            return quiet.eventually(connector::stopNames).eventually(dns::close).onComplete(done -> {
                closeContainers();
                lane.close();
                runtimeThreads.close();
            });
        });
    }

    private void closeContainers() {
        try {
            containers.close();
        } catch (IOException e) {
            LOG.warn("Container files not closed: {}", e.getMessage());
        }
    }

    private interface Body {
        Future<Void> run();
    }

    private Future<Void> onContext(Body body) {
        Promise<Void> promise = Promise.promise();
        context.runOnContext(v -> {
            try {
                body.run().onComplete(promise);
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }

    @Override
    public Containers containers() {
        return containers;
    }

    @Override
    public Images images() {
        return images;
    }

    @Override
    public NodeNetworks networks() {
        return networks;
    }

    @Override
    public List<HostPort> managers() {
        SwarmLife now = life;
        return now == null ? List.of() : now.session().managers();
    }

    @Override
    public boolean inSession() {
        SwarmLife now = life;
        return now != null && now.session().isOpen();
    }
}
