package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.trust.PeerVerdict;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final int GREETINGS = 4_096;
    private static final long DESCRIBE_MILLIS = 200;
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
    private final Map<NodeId, Long> downTimers = new HashMap<>();
    private final Set<NodeSession> greeting = new HashSet<>();
    private final AtomicBoolean isStateMoved = new AtomicBoolean();

    private volatile Context loop;
    private Rereading commits;
    private StatusIntake intake;
    private AutoCloseable watch;
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
        intake = new StatusIntake(vertx, store, commits, config, counters, clock);
        watch = store.watch(this::moved);
        tickTimer = vertx.setPeriodic(Math.max(1, config.keepaliveMillis() / 4), timer -> tick());
        for (Node node : store.snapshot().nodes()) {
            if (node.status().state() == NodeState.READY) {
                downAfter(node.id(), config.unknownGraceMillis());
            }
        }
    }

    /** Ends all sessions; the nodes are not down because of it, they find another manager or this one again. */
    void stop() {
        vertx.cancelTimer(tickTimer);
        downTimers.values().forEach(vertx::cancelTimer);
        downTimers.clear();
        try {
            watch.close();
        } catch (Exception e) {
            LOG.warn("Watch not closed reason={}", e.toString());
        }
        intake.close();
        loop = null;
        List<NodeSession> open = new ArrayList<>(sessions.values());
        open.addAll(greeting);
        sessions.clear();
        greeting.clear();
        for (NodeSession session : open) {
            session.ended();
            session.socket().close();
            if (session.isWelcomed()) {
                listener.closed(session.node());
            }
        }
    }

    /** A connection whose certificate was checked. It must say Hello within the join deadline. */
    void accepted(FrameSocket socket, PeerVerdict.Trusted peer) {
        NodeSession session = new NodeSession(vertx, socket, peer, config, nextNumber++, nowMillis());
        if (greeting.size() >= GREETINGS) {
            counters.limited.increment();
            socket.start(message -> {}, () -> {});
            socket.refuse(503, "too many sessions are opened at once: try again");
            return;
        }
        Greeting state = new Greeting();
        long deadline = vertx.setTimer(config.joinDeadlineMillis(), late -> {
            if (!session.isWelcomed()) {
                socket.refuse(408, "no Hello within " + config.joinDeadlineMillis() + " ms");
            }
        });
        greeting.add(session);
        socket.start(message -> received(session, state, message), () -> {
            vertx.cancelTimer(deadline);
            closed(session);
        });
        socket.onDrain(() -> {
            session.drained();
            if (session.isOwedAssignment()) {
                offer(new AssignmentBuilder(store.snapshot()), session);
            }
        });
    }

    /** A Hello that is being committed, the record it makes, and the newest Hello that came meanwhile. */
    private static final class Greeting {
        boolean isCommitting;
        Node record;
        NodeDescription next;
    }

    private void received(NodeSession session, Greeting state, SessionMessage message) {
        session.silence().heard(nowMillis());
        if (message instanceof SessionMessage.Hello hello) {
            hello(session, state, hello.description());
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

    private void hello(NodeSession session, Greeting state, NodeDescription told) {
        String refusal = DescriptionBounds.refusal(told);
        if (refusal != null) {
            garbage(session, "node description: " + refusal);
            return;
        }
        if (state.isCommitting) {
            state.next = told;
            return;
        }
        state.isCommitting = true;
        NodeDescription complete =
                DescriptionBounds.complete(told, session.peer().publicKey());
        Future<Void> commit = session.isWelcomed()
                ? commits.commit(now -> NodeRecords.describe(now, session.node(), complete, clock.instant()))
                : commits.commit(now -> {
                    state.record = NodeRecords.opened(
                            now, session.node(), complete, address(session, complete), clock.instant());
                    return NodeRecords.open(now, state.record);
                });
        commit.onComplete(done -> {
            if (done.failed()) {
                refuse(session, done.cause());
                return;
            }
            if (!session.isWelcomed()) {
                welcome(session, state.record);
            }
            // One description in a while is enough, however often a node describes itself.
            vertx.setTimer(DESCRIBE_MILLIS, timer -> {
                state.isCommitting = false;
                NodeDescription next = state.next;
                state.next = null;
                if (next != null && loop != null && !session.socket().isEnded()) {
                    hello(session, state, next);
                }
            });
        });
    }

    /** Docker shows where the session came from; of a manager's own node, which may come over loopback, what it told. */
    private static String address(NodeSession session, NodeDescription told) {
        String peer = session.socket().peer();
        boolean loopback = peer.startsWith("127.") || peer.equals("::1") || peer.equals("0:0:0:0:0:0:0:1");
        return loopback && !told.addresses().isEmpty() ? told.addresses().get(0).toString() : peer;
    }

    private static void refuse(NodeSession session, Throwable cause) {
        int status = cause instanceof SwarmnetException refusal ? refusal.httpStatus() : 500;
        session.socket().refuse(status, String.valueOf(cause.getMessage()));
    }

    /** @param record as its Hello made it: of two sessions at once each has a boot number of its own */
    private void welcome(NodeSession session, Node record) {
        greeting.remove(session);
        NodeSession other = sessions.get(session.node());
        if (loop == null || session.socket().isEnded() || other != null && other.number() > session.number()) {
            session.socket().close();
            if (loop != null && !isHere(session.node())) {
                // Its Hello made it READY, and it went before the answer.
                downAfter(session.node(), session.silence().remainingMillis(nowMillis()));
            }
            return;
        }
        Snapshot state = store.snapshot();
        if (NodeRecords.find(state, session.node()).isEmpty()) {
            session.socket().refuse(403, "node " + session.node() + " is not, or no longer, part of this swarm");
            return;
        }
        sessions.put(session.node(), session);
        if (other != null) {
            other.ended();
            intake.forget(other);
            other.socket().refuse(409, "another session of node " + session.node() + " took the place of this one");
            listener.closed(session.node());
        }
        Long timer = downTimers.remove(session.node());
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
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
        offer(new AssignmentBuilder(state), session);
        listener.opened(session.node(), body -> ask(session.node(), body));
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
                .map(c -> c.dataPathPort())
                .filter(port -> port > 0)
                .orElse(DEFAULT_DATA_PATH_PORT);
    }

    private void leave(NodeSession session) {
        NodeId node = session.node();
        LOG.info("Node leaves node={}", node);
        commits.commit(state -> NodeRecords.down(state, node, NodeRecords.LEFT, clock.instant()))
                .onComplete(done -> {
                    if (done.failed()) {
                        refuse(session, done.cause());
                    } else {
                        session.socket().endWith(new SessionMessage.Leave());
                    }
                });
    }

    private void closed(NodeSession session) {
        boolean wasGreeting = greeting.remove(session);
        session.ended();
        if (loop == null) {
            return;
        }
        intake.forget(session);
        boolean wasOpen = sessions.remove(session.node(), session);
        if (wasOpen) {
            LOG.info("Session closed node={}", session.node());
            listener.closed(session.node());
        }
        if ((wasOpen || wasGreeting) && !isHere(session.node())) {
            long remaining = session.silence().remainingMillis(nowMillis());
            NodeRecords.find(store.snapshot(), session.node())
                    .filter(node -> node.status().state() == NodeState.READY)
                    .ifPresent(node -> downAfter(node.id(), remaining));
        }
    }

    /** True while the node has a session, or is about to have one. */
    private boolean isHere(NodeId node) {
        return sessions.containsKey(node)
                || greeting.stream().anyMatch(session -> session.node().equals(node));
    }

    /** A node without a session is down once the grace is over: a daemon that died is back before that. */
    private void downAfter(NodeId node, long millis) {
        Long before = downTimers.remove(node);
        if (before != null) {
            vertx.cancelTimer(before);
        }
        downTimers.put(node, vertx.setTimer(Math.max(1, millis), timer -> {
            downTimers.remove(node);
            if (!isHere(node)) {
                down(node);
            }
        }));
    }

    private void down(NodeId node) {
        LOG.info("Node down node={} reason=\"{}\"", node, NodeRecords.SILENT);
        commits.commit(state ->
                        isHere(node) ? List.of() : NodeRecords.down(state, node, NodeRecords.SILENT, clock.instant()))
                .onFailure(failure -> {
                    LOG.warn("Node's loss not stored node={} reason={}", node, failure.getMessage());
                    if (loop != null && !isHere(node)) {
                        downAfter(node, config.keepaliveMillis());
                    }
                });
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

    private void moved(Applied applied) {
        Context where = loop;
        if (where != null && isStateMoved.compareAndSet(false, true)) {
            where.runOnContext(
                    here -> vertx.setTimer(Math.max(1, config.assignmentDelayMillis()), timer -> offerAll()));
        }
    }

    private void offerAll() {
        isStateMoved.set(false);
        if (sessions.isEmpty() || loop == null) {
            return;
        }
        Snapshot state = store.snapshot();
        AssignmentBuilder builder = new AssignmentBuilder(state);
        for (NodeSession session : List.copyOf(sessions.values())) {
            if (NodeRecords.find(state, session.node()).isEmpty()) {
                session.socket().refuse(403, "node " + session.node() + " is not, or no longer, part of this swarm");
            } else {
                offer(builder, session);
            }
        }
    }

    private void offer(AssignmentBuilder builder, NodeSession session) {
        if (Objects.equals(sessions.get(session.node()), session)) {
            session.offer(builder.of(session.node()), nowMillis());
        }
    }

    static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
