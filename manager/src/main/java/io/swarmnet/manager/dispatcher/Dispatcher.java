package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.trust.PeerVerdict;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of all nodes: assignments out, statuses in, questions to nodes, and the loss of nodes. {@link ClusterPort}
 * starts it on its event loop, where everything happens but {@link #ask} and {@link #connected}, which any thread may call.
 */
public final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int ASK_BYTES = 1 << 20;
    private static final int DEFAULT_DATA_PATH_PORT = 4789;

    private final Vertx vertx;
    private final ClusterStore store;
    private final DispatcherConfig config;
    private final HostPort self;
    private final SessionListener listener;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final PortCounters counters = new PortCounters();
    private final Map<NodeId, NodeSession> sessions = new ConcurrentHashMap<>();

    private volatile Context loop;
    private Rereading commits;
    private Greetings greetings;
    private StatusIntake intake;
    private AssignmentFlow assignments;
    private NodeLoss losses;
    private long tickTimer;
    private long nextNumber = 1;

    /**
     * @param self where this manager's port 2377 is reached; told to nodes while no record names a manager's address
     * @param listener is told of sessions
     * @param random for request ids
     */
    public Dispatcher(
            Vertx vertx,
            ClusterStore store,
            DispatcherConfig config,
            HostPort self,
            SessionListener listener,
            RandomGenerator random,
            InstantSource clock) {
        this.vertx = vertx;
        this.store = store;
        this.config = config;
        this.self = self;
        this.listener = listener;
        this.random = random;
        this.clock = clock;
    }

    public PortCounters counters() {
        return counters;
    }

    /** The nodes whose sessions are open now. */
    public Set<NodeId> connected() {
        return Set.copyOf(sessions.keySet());
    }

    /**
     * Asks a node over its session. Fails with {@code UnavailableException} and a sentence when it has none, does not
     * answer in time, or has too many questions outstanding.
     *
     * @param body {@code Encoding} of a {@code NodeRequest}, at most 1 MiB
     */
    public Future<byte[]> ask(NodeId node, byte[] body) {
        Context where = loop;
        if (where == null) {
            return Future.failedFuture(new UnavailableException("the dispatcher is not open"));
        }
        if (body.length > ASK_BYTES) {
            return Future.failedFuture(new SwarmnetException(400, "a question to a node has at most 1 MiB"));
        }
        Promise<byte[]> promise = Promise.promise();
        where.runOnContext(here -> {
            NodeSession session = sessions.get(node);
            Future<byte[]> answer = session == null
                    ? Future.failedFuture(new UnavailableException("node " + node + " has no session"))
                    : session.ask(body);
            answer.onComplete(promise);
        });
        return promise.future();
    }

    /** Begins on the event loop of the port. */
    void start(Context where) {
        loop = where;
        commits = new Rereading(vertx, where, store, random);
        greetings = new Greetings(vertx, commits, counters, clock, this::welcome);
        intake = new StatusIntake(vertx, store, commits, config, counters, clock);
        losses = new NodeLoss(vertx, commits, this::isHere, config.keepaliveMillis(), clock);
        assignments = new AssignmentFlow(vertx, where, store, sessions::values, config.assignmentDelayMillis());
        tickTimer = vertx.setPeriodic(Math.max(1, config.keepaliveMillis() / 4), timer -> tick());
        for (Node node : store.snapshot().nodes()) {
            if (node.status().state() == NodeState.READY) {
                losses.after(node.id(), config.unknownGraceMillis());
            }
        }
    }

    /** Ends all sessions; the nodes are not down because of it, they find another manager or this one again. */
    void stop() {
        loop = null;
        vertx.cancelTimer(tickTimer);
        losses.stop();
        assignments.stop();
        intake.close();
        sessions.clear();
        for (NodeSession session : greetings.all()) {
            greetings.forget(session);
            session.ended();
            session.socket().close();
            if (session.isWelcomed()) {
                listener.closed(session.node());
            }
        }
    }

    /** A connection whose certificate was checked. It must say Hello within the join deadline. */
    void accepted(FrameSocket socket, PeerVerdict.Trusted peer) {
        NodeSession session = new NodeSession(vertx, socket, peer, config, nextNumber++, nowMillis(), clock);
        if (!greetings.await(session)) {
            counters.limited.increment();
            socket.start(message -> {}, () -> {});
            socket.refuse(503, "too many sessions are opened at once: try again");
            return;
        }
        long deadline = vertx.setTimer(config.joinDeadlineMillis(), late -> {
            if (!session.isWelcomed()) {
                socket.refuse(408, "no Hello within " + config.joinDeadlineMillis() + " ms");
            }
        });
        socket.start(message -> received(session, message), () -> {
            vertx.cancelTimer(deadline);
            closed(session);
        });
        socket.onDrain(() -> {
            session.drained();
            if (session.isOwedAssignment()) {
                assignments.offer(session);
            }
        });
    }

    private void received(NodeSession session, SessionMessage message) {
        session.silence().heard(nowMillis());
        if (message instanceof SessionMessage.Hello hello) {
            greetings.hello(session, hello.description());
        } else if (message instanceof SessionMessage.Keepalive) {
            LOG.trace("Keepalive node={}", session.node());
        } else if (!session.isWelcomed()) {
            garbage(session, "the first word of a session is Hello");
        } else if (message instanceof SessionMessage.Report report && report.updates() != null) {
            intake.take(session, report.sequence(), report.updates());
        } else if (message instanceof SessionMessage.Answer answer) {
            session.answered(answer);
        } else if (message instanceof SessionMessage.Leave) {
            leave(session);
        } else if (message instanceof SessionMessage.Refusal refusal) {
            LOG.warn("Session refused by its node node={} reason={}", session.node(), refusal.message());
            session.socket().close();
        } else {
            garbage(session, message.getClass().getSimpleName() + " is not said by a node in its session");
        }
    }

    private void garbage(NodeSession session, String reason) {
        counters.garbage.increment();
        session.socket().refuse(400, reason);
    }

    /** @param record as its Hello made it: of two sessions at once each has a boot number of its own */
    private void welcome(NodeSession session, Node record) {
        NodeSession other = sessions.get(session.node());
        boolean isLate = other != null && other.number() > session.number();
        if (loop == null || isLate || session.socket().isEnded()) {
            session.socket().close();
            // Its Hello made it READY, and it went before the answer.
            if (loop != null && !isHere(session.node())) {
                losses.after(session.node(), session.silence().graceMillis(nowMillis()));
            }
            return;
        }
        Snapshot state = store.snapshot();
        if (NodeRecords.find(state, session.node()).isEmpty()) {
            session.socket().refuse(403, NodeRecords.noPart(session.node()));
            return;
        }
        sessions.put(session.node(), session);
        if (other != null) {
            replaced(other);
        }
        losses.back(session.node());
        counters.sessions.increment();
        LOG.info(
                "Session opened node={} peer={} boot={}",
                session.node(),
                session.socket().peer(),
                record.boot());
        session.welcome(
                new SessionMessage.Welcome(
                        record.boot(),
                        record.senderIndex(),
                        config.keepaliveMillis(),
                        managers(state),
                        dataPathPort(state)),
                nowMillis());
        assignments.offer(session);
        listener.opened(session.node(), body -> ask(session.node(), body));
    }

    private void replaced(NodeSession other) {
        other.ended();
        intake.forget(other);
        other.socket().refuse(409, "another session of node " + other.node() + " took the place of this one");
        listener.closed(other.node());
    }

    private List<HostPort> managers(Snapshot state) {
        Set<HostPort> known = new LinkedHashSet<>();
        for (Node node : state.nodes()) {
            if (node.managerStatus() != null && node.managerStatus().address() != null) {
                known.add(node.managerStatus().address());
            }
        }
        if (known.isEmpty() && self != null) {
            known.add(self);
        }
        return List.copyOf(known);
    }

    private static int dataPathPort(Snapshot state) {
        return state.cluster()
                .map(cluster -> cluster.dataPathPort())
                .filter(port -> port > 0)
                .orElse(DEFAULT_DATA_PATH_PORT);
    }

    private void leave(NodeSession session) {
        NodeId node = session.node();
        LOG.info("Node leaves node={}", node);
        commits.commit(state -> NodeRecords.down(state, node, NodeRecords.LEFT, clock.instant()))
                .onComplete(done -> {
                    if (done.failed()) {
                        Greetings.refuse(session, done.cause());
                    } else {
                        session.socket().endWith(new SessionMessage.Leave());
                    }
                });
    }

    private void closed(NodeSession session) {
        boolean wasKnown = greetings.forget(session);
        session.ended();
        if (loop == null || !wasKnown) {
            return;
        }
        intake.forget(session);
        if (sessions.remove(session.node(), session)) {
            LOG.info("Session closed node={}", session.node());
            listener.closed(session.node());
        }
        if (!isHere(session.node())) {
            long grace = session.silence().graceMillis(nowMillis());
            NodeRecords.find(store.snapshot(), session.node())
                    .filter(node -> node.status().state() == NodeState.READY)
                    .ifPresent(node -> losses.after(node.id(), grace));
        }
    }

    private boolean isHere(NodeId node) {
        return sessions.containsKey(node) || greetings.isExpected(node);
    }

    private void tick() {
        long now = nowMillis();
        for (NodeSession session : List.copyOf(sessions.values())) {
            if (session.silence().isSilent(now)) {
                LOG.info("Session silent node={}", session.node());
                session.socket().close();
                closed(session);
            } else {
                session.keepalive(now);
            }
        }
    }

    static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
