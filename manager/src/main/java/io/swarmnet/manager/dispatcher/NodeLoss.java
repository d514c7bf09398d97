package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.id.NodeId;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores that a node is down when it has had no session for its grace: a daemon that died and was restarted is back before
 * that. Belongs to the dispatcher's event loop.
 */
final class NodeLoss {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLoss.class);

    private final Vertx vertx;
    private final Rereading commits;
    private final Predicate<NodeId> isHere;
    private final long retryMillis;
    private final InstantSource clock;
    private final Map<NodeId, Long> timers = new HashMap<>();
    private boolean isStopped;

    /** @param isHere whether the node has a session, or is about to have one */
    NodeLoss(Vertx vertx, Rereading commits, Predicate<NodeId> isHere, long retryMillis, InstantSource clock) {
        this.vertx = vertx;
        this.commits = commits;
        this.isHere = isHere;
        this.retryMillis = retryMillis;
        this.clock = clock;
    }

    /** The node is down unless it is here again after that time. */
    void after(NodeId node, long millis) {
        back(node);
        if (!isStopped) {
            timers.put(node, vertx.setTimer(Math.max(1, millis), timer -> {
                timers.remove(node);
                if (!isHere.test(node)) {
                    down(node);
                }
            }));
        }
    }

    void back(NodeId node) {
        Long timer = timers.remove(node);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    void stop() {
        isStopped = true;
        List.copyOf(timers.keySet()).forEach(this::back);
    }

    private void down(NodeId node) {
        LOG.info("Node down node={} reason=\"{}\"", node, NodeRecords.SILENT);
        commits.commit(state -> isHere.test(node)
                        ? List.of()
                        : NodeRecords.down(state, node, NodeRecords.SILENT, clock.instant()))
                .onFailure(failure -> {
                    LOG.warn("Node's loss not stored node={} reason={}", node, failure.getMessage());
                    if (!isHere.test(node)) {
                        after(node, retryMillis);
                    }
                });
    }
}
