package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeDescription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Hellos: the first of a session opens the node's record, later ones bring a new description. One at a time is committed
 * for a session, and of those that come meanwhile the newest is kept. Belongs to the dispatcher's event loop.
 */
final class Greetings {
    private static final int LIMIT = 4_096;
    private static final long DESCRIBE_MILLIS = 200;
    private static final long DESCRIBE_MILLIS_MAX = 5_000;

    private static final class Greeting {
        boolean isCommitting;
        Node record;
        NodeDescription next;
        long pauseMillis = DESCRIBE_MILLIS;
    }

    private final Vertx vertx;
    private final Rereading commits;
    private final PortCounters counters;
    private final InstantSource clock;
    private final BiConsumer<NodeSession, Node> opened;
    private final Map<NodeSession, Greeting> greetings = new HashMap<>();

    /** @param opened is given each session whose first Hello is stored, with the record as that Hello made it */
    Greetings(
            Vertx vertx,
            Rereading commits,
            PortCounters counters,
            InstantSource clock,
            BiConsumer<NodeSession, Node> opened) {
        this.vertx = vertx;
        this.commits = commits;
        this.counters = counters;
        this.clock = clock;
        this.opened = opened;
    }

    /** False when too many sessions are waiting for their welcome. */
    boolean await(NodeSession session) {
        long waiting =
                greetings.keySet().stream().filter(one -> !one.isWelcomed()).count();
        return waiting < LIMIT && greetings.put(session, new Greeting()) == null;
    }

    /** True when the session was known. */
    boolean forget(NodeSession session) {
        return greetings.remove(session) != null;
    }

    /** True while a session of the node waits for its welcome. */
    boolean isExpected(NodeId node) {
        return greetings.keySet().stream()
                .anyMatch(session -> !session.isWelcomed() && session.node().equals(node));
    }

    List<NodeSession> all() {
        return List.copyOf(greetings.keySet());
    }

    void hello(NodeSession session, NodeDescription told) {
        Greeting greeting = greetings.get(session);
        if (greeting == null) {
            return;
        }
        String refusal = DescriptionBounds.refusal(told);
        if (refusal != null) {
            counters.garbage.increment();
            session.socket().refuse(400, "node description: " + refusal);
        } else if (greeting.isCommitting) {
            greeting.next = told;
        } else {
            greeting.isCommitting = true;
            NodeDescription complete =
                    DescriptionBounds.complete(told, session.peer().publicKey());
            commit(session, greeting, complete).onComplete(done -> {
                if (done.succeeded() || session.isWelcomed()) {
                    // A session in use is not ended because the store takes nothing now: it is tried again.
                    told(session, greeting, done.succeeded() ? null : told);
                } else {
                    refuse(session, done.cause());
                }
            });
        }
    }

    private Future<Void> commit(NodeSession session, Greeting greeting, NodeDescription told) {
        if (session.isWelcomed()) {
            return commits.commit(state -> NodeRecords.describe(state, session.node(), told, clock.instant()));
        }
        return commits.commit(state -> {
            greeting.record = NodeRecords.opened(state, session.node(), told, address(session, told), clock.instant());
            return NodeRecords.open(state, greeting.record);
        });
    }

    /** @param again what could not be stored, or null */
    private void told(NodeSession session, Greeting greeting, NodeDescription again) {
        if (greeting.next == null) {
            greeting.next = again;
        }
        if (!session.isWelcomed()) {
            opened.accept(session, greeting.record);
        }
        // One description in a while is enough, however often a node describes itself: each pause of one that goes on
        // is twice as long.
        vertx.setTimer(greeting.pauseMillis, timer -> {
            greeting.isCommitting = false;
            NodeDescription next = greeting.next;
            greeting.next = null;
            greeting.pauseMillis =
                    next == null ? DESCRIBE_MILLIS : Math.min(2 * greeting.pauseMillis, DESCRIBE_MILLIS_MAX);
            if (next != null && !session.socket().isEnded()) {
                hello(session, next);
            }
        });
    }

    /** Docker shows where the session came from; of a manager's own node, which may come over loopback, what it told. */
    private static String address(NodeSession session, NodeDescription told) {
        String peer = session.socket().peer();
        boolean loopback = peer.startsWith("127.") || peer.equals("::1") || peer.equals("0:0:0:0:0:0:0:1");
        return loopback && !told.addresses().isEmpty() ? told.addresses().get(0).toString() : peer;
    }

    static void refuse(NodeSession session, Throwable cause) {
        int status = cause instanceof SwarmnetException refusal ? refusal.httpStatus() : 500;
        session.socket().refuse(status, String.valueOf(cause.getMessage()));
    }
}
