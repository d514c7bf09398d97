package io.swarmnet.worker;

import io.swarmnet.gossip.io.Gossip;
import io.swarmnet.gossip.io.StateSigner;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.record.SwimPeer;
import io.swarmnet.model.session.Assignment;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.worker.agent.Agent;
import io.swarmnet.worker.agent.AssignmentFile;
import io.swarmnet.worker.agent.NodeAnswers;
import io.swarmnet.worker.doctor.NodeView;
import io.swarmnet.worker.identity.ClaimKey;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.swarmnet.worker.network.NodeGossip;
import io.swarmnet.worker.network.NodeNetworks;
import io.swarmnet.worker.network.Overlays;
import io.swarmnet.worker.session.ManagerSession;
import io.swarmnet.worker.session.SessionConfig;
import io.swarmnet.worker.session.SessionListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's life in one swarm, from entering to leaving: its session, its gossip, and what managers assign. Belongs to the
 * worker's context.
 */
final class SwarmLife implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(SwarmLife.class);
    private static final long FACTS_MILLIS = 10_000;

    private final Vertx vertx;
    private final Context context;
    private final KernelExecutor lane;
    private final WorkerConfig config;
    private final Clock clock;
    private final NodeIdentity identity;
    private final Placement placement;
    private final Overlays overlays;
    private final NodeGossip gossip;
    private final Agent agent;
    private final NodeAnswers answers;
    private final AssignmentFile file;
    private final ManagerSession session;
    private final long factsTimer;
    private Assignment last;
    private boolean ended;
    private int gossipPort;
    private int dataPathPort;
    private volatile NodeDescription description;
    private String claimCertificate;
    private PublicKey claimKey;

    /** The parts of the node that a life in a swarm works with. */
    record Parts(
            Vertx vertx,
            Context context,
            KernelExecutor lane,
            WorkerConfig config,
            Clock clock,
            Overlays overlays,
            NodeGossip gossip,
            Agent agent,
            NodeAnswers answers,
            AssignmentFile file) {}

    /**
     * @param gossipPort free when it was chosen
     * @param dataPathPort as last known; the first welcome may name another
     */
    SwarmLife(
            Parts parts,
            NodeIdentity identity,
            Placement placement,
            int gossipPort,
            int dataPathPort,
            HostFacts facts) {
        this.vertx = parts.vertx();
        this.context = parts.context();
        this.lane = parts.lane();
        this.config = parts.config();
        this.clock = parts.clock();
        this.overlays = parts.overlays();
        this.gossip = parts.gossip();
        this.agent = parts.agent();
        this.answers = parts.answers();
        this.file = parts.file();
        this.identity = identity;
        this.placement = placement;
        this.gossipPort = gossipPort;
        this.dataPathPort = dataPathPort;
        this.description = describe(facts);
        this.session =
                new ManagerSession(vertx, identity, () -> description, this, new SecureRandom(), SessionConfig.DEFAULT);
        this.factsTimer = vertx.setPeriodic(FACTS_MILLIS, timer -> readFacts());
    }

    /** Completes with the first welcome, however long that takes. */
    Future<Void> open(List<HostPort> managers) {
        return session.open(managers).mapEmpty();
    }

    IpAddress vtep() {
        return placement.vteps().get(0);
    }

    ManagerSession session() {
        return session;
    }

    /**
     * What the doctor is told; completes on the worker's context.
     *
     * @param mtuBytes of the link that carries the underlay
     * @param views the overlays that are up here
     */
    Future<NodeView> view(int mtuBytes, HostFacts facts, List<NodeNetworks.OverlayView> views) {
        return gossip.members().map(members -> {
            Map<String, IpAddress> vteps = new HashMap<>();
            views.forEach(view -> view.peers().forEach(peer -> vteps.put(peer.name(), peer.address())));
            List<NodeView.Peer> peers = (last == null ? List.<SwimPeer>of() : last.peers())
                    .stream().map(peer -> peer(peer, vteps, members)).toList();
            return new NodeView(
                    identity.role() == NodeRole.MANAGER,
                    session.isOpen() ? "" : "none: " + session.lastError(),
                    session.clockAheadMillis(),
                    placement.addresses().get(0),
                    placement.vteps().get(0),
                    mtuBytes,
                    gossipPort,
                    dataPathPort,
                    facts.routes(),
                    views.stream()
                            .map(view -> new NodeView.Overlay(
                                    view.network().name(),
                                    view.network().subnets().stream()
                                            .map(OverlaySubnet::subnet)
                                            .toList(),
                                    view.mtuBytes()))
                            .toList(),
                    peers);
        });
    }

    private static NodeView.Peer peer(SwimPeer peer, Map<String, IpAddress> vteps, Map<NodeId, MemberState> members) {
        IpAddress address = peer.addresses().get(0);
        MemberState state = members.get(peer.node());
        return new NodeView.Peer(
                peer.hostname(),
                address,
                peer.gossipPort(),
                vteps.getOrDefault(peer.node().value(), address),
                state == null ? "" : state.name());
    }

    private NodeDescription describe(HostFacts facts) {
        return new NodeDescription(
                config.hostname(),
                facts.architecture(),
                "linux",
                facts.nanoCpus(),
                facts.memoryBytes(),
                config.engineVersion(),
                Map.of(),
                placement.addresses(),
                placement.vteps(),
                gossipPort,
                dataPathPort,
                facts.routes(),
                facts.resolvers(),
                placement.managerAddress(),
                identity.certificate().getPublicKey().getEncoded());
    }

    private void readFacts() {
        lane.run(HostFacts::read)
                .onSuccess(facts -> context.runOnContext(v -> {
                    NodeDescription now = describe(facts);
                    if (!now.equals(description)) {
                        description = now;
                        session.describe();
                    }
                }))
                .onFailure(e -> LOG.warn("Host not read: {}", e.getMessage()));
    }

    @Override
    public void welcome(SessionMessage.Welcome welcome) {
        unlessEnded(() -> {
            LOG.info("Session open boot={} managers={}", welcome.boot(), welcome.managers());
            int port = placement.dataPathPort() != 0 ? placement.dataPathPort() : welcome.dataPathPort();
            if (port != dataPathPort) {
                dataPathPort = port;
                overlays.dataPathPort(port);
                readFacts();
            }
            startGossip(welcome);
            agent.statuses().forEach(session::report);
        });
    }

    /** A life that ends listens no more: its managers may want new tasks here until they hear that it is over. */
    private void unlessEnded(Runnable body) {
        context.runOnContext(v -> {
            if (!ended) {
                body.run();
            }
        });
    }

    private void startGossip(SessionMessage.Welcome welcome) {
        boolean first = !gossip.isRunning();
        gossip.start(
                        vertx,
                        Gossip.Config.of(
                                identity.node(),
                                placement.addresses().get(0),
                                gossipPort,
                                welcome.senderIndex(),
                                welcome.boot(),
                                StateSigner.of(identity.key()),
                                placement.vteps(),
                                dataPathPort),
                        overlays)
                .onSuccess(port -> context.runOnContext(v -> {
                    if (first) {
                        overlays.gossipStarted();
                    }
                    if (last != null) {
                        tellGossip(last);
                    }
                }))
                .onFailure(e -> LOG.error("Gossip not started port={}: {}", gossipPort, e.getMessage()));
    }

    @Override
    public void assigned(Assignment assignment) {
        unlessEnded(() -> {
            last = assignment;
            lane.execute(() -> file.save(new AssignmentFile.Stored(assignment, dataPathPort)))
                    .onFailure(e -> LOG.error("Assignment not stored: {}", e.getMessage()));
            overlays.assigned(assignment.networks());
            tellGossip(assignment);
            agent.assigned(assignment.tasks());
        });
    }

    private void tellGossip(Assignment assignment) {
        if (claimKey == null || !assignment.claimCertificatePem().equals(claimCertificate)) {
            try {
                claimKey = ClaimKey.of(assignment.claimCertificatePem(), identity, clock.instant());
                claimCertificate = assignment.claimCertificatePem();
            } catch (IllegalArgumentException e) {
                LOG.error("Claims cannot be checked: {}", e.getMessage());
                return;
            }
        }
        gossip.heardFromManager(assignment.peers(), assignment.gossipKeys(), claimKey);
    }

    @Override
    public Future<byte[]> ask(byte[] body) {
        return answers.answer(body);
    }

    @Override
    public void closed(String reason) {
        LOG.warn("Session closed: {}", reason);
    }

    /** The node leaves for good: the manager and the other nodes are told. */
    Future<Void> leave() {
        ended = true;
        vertx.cancelTimer(factsTimer);
        return agent.removeAll()
                .eventually(session::leave)
                .eventually(() -> gossip.stop(true))
                .eventually(overlays::removeUnwanted)
                .eventually(() -> lane.execute(this::forget));
    }

    private void forget() throws IOException {
        file.delete();
    }

    /** The daemon stops: tasks go on, and the others expect it back. */
    Future<Void> stop() {
        ended = true;
        vertx.cancelTimer(factsTimer);
        return session.close().eventually(() -> gossip.stop(false));
    }
}
