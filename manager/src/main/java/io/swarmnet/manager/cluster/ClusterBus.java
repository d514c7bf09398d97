package io.swarmnet.manager.cluster;

import io.swarmnet.manager.NamespaceGate;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions to a node, from whichever manager, over the manager that holds its session: each session is the address
 * {@code node.<id>} on the managers' event bus. Built in the background and built anew after a failure; nobody waits for it,
 * and while it is down {@link #ask} fails at once. Thread-safe.
 */
public final class ClusterBus {
    /** Largest question or answer. */
    public static final int BODY_BYTES_MAX = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ClusterBus.class);
    private static final long PAUSE_MILLIS_MIN = 200;
    private static final long PAUSE_MILLIS_MAX = 30_000;

    private final ClusterBusConfig config;
    private final NamespaceGate gate;

    // Of the gate's thread.
    private final Map<NodeId, Function<byte[], Future<byte[]>>> served = new HashMap<>();
    private long pauseMillis = PAUSE_MILLIS_MIN;
    private boolean started;
    private boolean building;
    private boolean closed;

    private volatile BusLife life;

    private ClusterBus(ClusterBusConfig config, Vertx node) {
        this.config = config;
        this.gate = new NamespaceGate(config.door(), "bus", node);
    }

    /** @param node the node's own Vert.x, outside the private namespace, on whose event loops handlers are called */
    public static ClusterBus create(ClusterBusConfig config, Vertx node) {
        return new ClusterBus(config, node);
    }

    /** Begins to build the bus and returns. */
    public void start() {
        gate.enterQuietly(() -> {
            if (!started) {
                started = true;
                build();
            }
        });
    }

    /** True while questions can be asked. */
    public boolean isUp() {
        BusLife present = life;
        return present != null && present.isRunning();
    }

    private void build() {
        if (closed || building || life != null) {
            return;
        }
        building = true;
        long began = System.nanoTime();
        Future<BusLife> begun;
        try {
            begun = BusLife.begin(config, this::ended);
        } catch (RuntimeException e) {
            begun = Future.failedFuture(e);
        }
        begun.onComplete(end -> gate.enterQuietly(() -> {
            building = false;
            if (end.succeeded()) {
                begun(end.result(), (System.nanoTime() - began) / 1_000_000);
            } else {
                LOG.warn("The event bus could not be built retryMillis={}", pauseMillis, end.cause());
                buildLater();
            }
        }));
    }

    private void begun(BusLife built, long millis) {
        if (closed) {
            built.close();
            return;
        }
        served.forEach((node, handler) -> consume(built, node, handler));
        pauseMillis = PAUSE_MILLIS_MIN;
        life = built;
        LOG.info("The event bus is up address={} millis={}", config.loopback(), millis);
        if (!built.isRunning()) {
            ended();
        }
    }

    /** Called by threads of Hazelcast, more than once. */
    private void ended() {
        gate.enterQuietly(() -> {
            BusLife dead = life;
            if (dead != null && !closed) {
                life = null;
                LOG.warn("The event bus is down and is built anew retryMillis={}", pauseMillis);
                // Its leaving fails, since Hazelcast has left already; its threads end all the same.
                dead.close().onComplete(end -> buildLater());
            }
        });
    }

    private void buildLater() {
        gate.leaveLater(pauseMillis, () -> gate.enterQuietly(this::build));
        pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
    }

    /**
     * Answers questions to the node from now on, in place of whoever did here; kept over a rebuild.
     *
     * @param handler called on an event loop of the node's Vert.x; a {@link SwarmnetException} it fails with comes to the
     *     asker with its status and words
     */
    public void serve(NodeId node, Function<byte[], Future<byte[]>> handler) {
        gate.enterQuietly(() -> {
            served.put(node, handler);
            if (life != null) {
                consume(life, node, handler);
            }
        });
    }

    /** Ends {@link #serve}; nothing when the node was not served. */
    public void unserve(NodeId node) {
        gate.enterQuietly(() -> {
            served.remove(node);
            if (life != null) {
                life.end(node);
            }
        });
    }

    private void consume(BusLife on, NodeId node, Function<byte[], Future<byte[]>> handler) {
        on.consume(node, question -> {
            byte[] body = question.body().getBytes();
            gate.leave(() -> answer(handler, body)
                    .onComplete(end -> gate.enterQuietly(() -> {
                        if (end.succeeded()) {
                            question.reply(Buffer.buffer(end.result()));
                        } else {
                            refuse(question, end.cause());
                        }
                    })));
        });
    }

    private static Future<byte[]> answer(Function<byte[], Future<byte[]>> handler, byte[] body) {
        try {
            return handler.apply(body);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static void refuse(Message<Buffer> question, Throwable cause) {
        int status = cause instanceof SwarmnetException told ? told.httpStatus() : 500;
        question.fail(status, String.valueOf(cause.getMessage()));
    }

    /**
     * Asks the node over the manager that holds its session. Fails with {@link UnavailableException} at once while the bus
     * is down or when nobody serves the node, and when no answer came in time; with what the handler refused otherwise.
     *
     * @param body at most {@link #BODY_BYTES_MAX}
     * @param timeoutMillis 1 and up
     */
    public Future<byte[]> ask(NodeId node, byte[] body, long timeoutMillis) {
        if (body.length > BODY_BYTES_MAX) {
            return Future.failedFuture(new InvalidSpecException(
                    "question of " + body.length + " bytes to node " + node + "; at most " + BODY_BYTES_MAX));
        }
        if (!isUp()) {
            return Future.failedFuture(down(node));
        }
        return gate.enter(() -> {
            BusLife present = life;
            if (present == null || !present.isRunning()) {
                return Future.failedFuture(down(node));
            }
            return present.ask(node, body, timeoutMillis)
                    .recover(failure -> Future.failedFuture(told(node, timeoutMillis, failure)));
        });
    }

    private RuntimeException told(NodeId node, long timeoutMillis, Throwable cause) {
        if (!isUp()) {
            return down(node);
        }
        if (!(cause instanceof ReplyException reply)) {
            return new UnavailableException("node " + node + " cannot be asked: " + cause.getMessage());
        }
        return switch (reply.failureType()) {
            case NO_HANDLERS -> new UnavailableException("node " + node + " has no session with any manager");
            case TIMEOUT ->
                new UnavailableException("node " + node + " did not answer within " + timeoutMillis + " ms");
            default ->
                reply.failureCode() >= 400 && reply.failureCode() <= 599
                        ? new SwarmnetException(reply.failureCode(), reply.getMessage())
                        : new UnavailableException("node " + node + " cannot be asked: " + reply.getMessage());
        };
    }

    private static UnavailableException down(NodeId node) {
        return new UnavailableException(
                "node " + node + " cannot be asked now: the managers' event bus is down, and is being built anew");
    }

    /** Ends the bus; questions under way fail. */
    public Future<Void> close() {
        return gate.<Void>enter(() -> {
                    closed = true;
                    BusLife last = life;
                    life = null;
                    return last == null ? Future.succeededFuture() : last.close();
                })
                .onComplete(end -> gate.close());
    }

    /** Ends Hazelcast as a crash of it would; the bus heals by itself. */
    public void closeHazelcastForTest() {
        gate.enterQuietly(() -> {
            if (life != null) {
                life.endHazelcast();
            }
        });
    }
}
