package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Snapshot;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers each node its assignment whenever the state moved, several moves at once. What a session has already, it is not
 * sent again. Belongs to the dispatcher's event loop; the store's own thread only rings the bell.
 */
final class AssignmentFlow {
    private static final Logger LOG = LoggerFactory.getLogger(AssignmentFlow.class);

    private final Vertx vertx;
    private final Context loop;
    private final ClusterStore store;
    private final Supplier<Collection<NodeSession>> sessions;
    private final long delayMillis;
    private final AtomicBoolean isStateMoved = new AtomicBoolean();
    private final AutoCloseable watch;

    AssignmentFlow(
            Vertx vertx,
            Context loop,
            ClusterStore store,
            Supplier<Collection<NodeSession>> sessions,
            long delayMillis) {
        this.vertx = vertx;
        this.loop = loop;
        this.store = store;
        this.sessions = sessions;
        this.delayMillis = Math.max(1, delayMillis);
        this.watch = store.watch(applied -> moved());
    }

    void stop() {
        try {
            watch.close();
        } catch (Exception e) {
            LOG.warn("Watch not closed reason={}", e.toString());
        }
    }

    void offer(NodeSession session) {
        session.offer(new AssignmentBuilder(store.snapshot()).of(session.node()), Dispatcher.nowMillis());
    }

    private void moved() {
        if (isStateMoved.compareAndSet(false, true)) {
            loop.runOnContext(here -> vertx.setTimer(delayMillis, timer -> offerAll()));
        }
    }

    private void offerAll() {
        isStateMoved.set(false);
        List<NodeSession> open = List.copyOf(sessions.get());
        if (open.isEmpty()) {
            return;
        }
        Snapshot state = store.snapshot();
        AssignmentBuilder builder = new AssignmentBuilder(state);
        for (NodeSession session : open) {
            if (NodeRecords.find(state, session.node()).isEmpty()) {
                session.socket().refuse(403, NodeRecords.noPart(session.node()));
            } else {
                session.offer(builder.of(session.node()), Dispatcher.nowMillis());
            }
        }
    }
}
