package io.swarmnet.manager.store.ratis;

import io.swarmnet.manager.NamespaceGate;
import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Committed;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.wire.DecodeException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link ClusterStore} over Apache Ratis. A commit is answered when its entry is synced to disk and applied. Watchers and
 * answers are heard outside the private namespace, watchers first. A Ratis server that ended itself is started anew, with a
 * growing pause between tries; until then commits are refused.
 */
public final class RatisStore implements ClusterStore {
    /** Docker's words. */
    public static final String NO_LEADER = "The swarm does not have a leader. It's possible that too few managers are "
            + "online. Make sure more than half of the managers are online.";

    private static final Logger LOG = LoggerFactory.getLogger(RatisStore.class);
    private static final long OPEN_MILLIS_MAX = 30_000;
    private static final long ROOM_MILLIS = 2_000;
    private static final long COMMIT_MILLIS_MAX = 10_000;
    private static final long LOOK_MILLIS = 500;
    private static final long LEADER_LOOK_MILLIS = 10;
    private static final long PAUSE_MILLIS_MAX = 30_000;

    private final RatisStoreConfig config;
    private final Vertx vertx;
    private final NamespaceGate gate;
    private final Published published;
    private final long supervision;

    // Of the gate's thread.
    private StoreDirectory directory;
    private long pauseMillis = LOOK_MILLIS;
    private long nextTryNanos = System.nanoTime();

    private volatile RaftMember member;
    private volatile boolean closed;

    private RatisStore(RatisStoreConfig config, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
        this.gate = new NamespaceGate(config.door(), "store", vertx);
        this.published = new Published(gate::leave);
        this.supervision = vertx.setPeriodic(LOOK_MILLIS, timer -> supervise());
    }

    /**
     * Opens the store in the directory, or makes it, and completes when this manager leads and has applied its log. Fails
     * with {@code UnavailableException} when the directory is locked or another swarm's, and with
     * {@link DamagedStoreException} naming file and offset when what is stored cannot be read. A torn tail is cut.
     *
     * @param vertx of the node, outside the private namespace
     */
    public static Future<RatisStore> open(RatisStoreConfig config, Vertx vertx) {
        RatisStore store = new RatisStore(config, vertx);
        return store.gate
                .enter(store::start)
                .compose(nothing -> store.leadership(System.nanoTime()))
                .map(store)
                .recover(failure -> store.close().transform(end -> {
                    if (end.failed()) {
                        failure.addSuppressed(end.cause());
                    }
                    return Future.failedFuture(failure);
                }));
    }

    private Future<Void> start() {
        try {
            directory = StoreDirectory.lock(config.directory(), config.freeBytesMin());
            UUID group = RaftMember.groupOf(config);
            boolean there = directory.holds(group);
            if (!there && !config.mayCreate()) {
                throw new UnavailableException(
                        "store " + config.directory() + " is empty, and a swarm's state was " + "expected there");
            }
            directory.checkRoomToStart();
            member = RaftMember.start(config, !there, published::applied, this::supervise);
            if (!there) {
                directory.syncNew(group);
            }
            return Future.succeededFuture();
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Void> leadership(long sinceNanos) {
        Promise<Void> leads = Promise.promise();
        look(sinceNanos, leads);
        return leads.future();
    }

    private void look(long sinceNanos, Promise<Void> leads) {
        RaftMember started = member;
        long millis = (System.nanoTime() - sinceNanos) / 1_000_000;
        if (started.leads()) {
            LOG.info(
                    "Store is open directory={} peer={} version={} millis={}",
                    config.directory(),
                    config.self(),
                    snapshot().version(),
                    millis);
            leads.complete();
        } else if (!started.isUp() || millis > OPEN_MILLIS_MAX) {
            leads.fail(new UnavailableException("store " + config.directory() + ": no leader within its start"));
        } else if (millis > ROOM_MILLIS) {
            // An election writes its vote down: with a full disk there is no leader, and Ratis tries no second time.
            gate.<Void>enter(() -> {
                        directory.checkRoom();
                        return Future.succeededFuture();
                    })
                    .onSuccess(room -> vertx.setTimer(LEADER_LOOK_MILLIS, timer -> look(sinceNanos, leads)))
                    .onFailure(leads::fail);
        } else {
            vertx.setTimer(LEADER_LOOK_MILLIS, timer -> look(sinceNanos, leads));
        }
    }

    @Override
    public Snapshot snapshot() {
        return published.newest();
    }

    @Override
    public Future<Committed> commit(Commit commit) {
        if (closed) {
            return Future.failedFuture(new UnavailableException("the store is closed"));
        }
        return gate.enter(() -> submit(commit));
    }

    private Future<Committed> submit(Commit commit) {
        directory.checkRoom();
        RaftMember leader = member;
        if (leader == null) {
            return Future.failedFuture(new UnavailableException(NO_LEADER));
        }
        Promise<Committed> promise = Promise.promise();
        var late = gate.leaveLater(COMMIT_MILLIS_MAX, () -> promise.tryFail(notConfirmed(leader)));
        try {
            leader.submit(commit).whenComplete((reply, failure) -> {
                late.cancel(false);
                (failure == null ? answerOf(leader, reply) : Future.<Committed>failedFuture(told(leader, failure)))
                        .onComplete(answer -> complete(promise, answer));
            });
        } catch (IOException | RuntimeException e) {
            late.cancel(false);
            return Future.failedFuture(told(leader, e));
        }
        return promise.future();
    }

    private static void complete(Promise<Committed> promise, AsyncResult<Committed> answer) {
        if (answer.succeeded()) {
            promise.tryComplete(answer.result());
        } else {
            promise.tryFail(answer.cause());
        }
    }

    private static UnavailableException notConfirmed(RaftMember leader) {
        return new UnavailableException(
                leader.leads()
                        ? "the commit was not confirmed within " + COMMIT_MILLIS_MAX
                                + " ms; it may be applied yet, and may be tried again with the same request id"
                        : NO_LEADER);
    }

    private Future<Committed> answerOf(RaftMember leader, RaftClientReply reply) {
        if (!reply.isSuccess()) {
            return Future.failedFuture(told(leader, reply.getException()));
        }
        try {
            return ClusterStateMachine.toOutcome(reply.getMessage()).toFuture();
        } catch (DecodeException e) {
            return Future.failedFuture(new IllegalStateException("the state machine's own answer", e));
        }
    }

    private RuntimeException told(RaftMember leader, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (leader.logFailure() != null) {
            return new UnavailableException("store " + config.directory() + " takes no writes: "
                    + leader.logFailure().getMessage());
        }
        if (cause instanceof ResourceUnavailableException) {
            return new UnavailableException("too many commits are waiting for the disk");
        }
        if (cause instanceof RaftException) {
            LOG.debug("Ratis refused a commit", cause);
            return new UnavailableException(NO_LEADER);
        }
        if (cause instanceof IOException) {
            return new UnavailableException("the commit failed: " + cause.getMessage());
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
    }

    @Override
    public AutoCloseable watch(Consumer<Applied> listener) {
        return published.watch(listener);
    }

    @Override
    public boolean isLeader() {
        RaftMember present = member;
        return !closed && present != null && present.leads();
    }

    private void supervise() {
        RaftMember present = member;
        if (!closed && (present == null || !present.isUp())) {
            gate.<Void>enter(() -> {
                revive();
                return Future.succeededFuture();
            });
        }
    }

    private void revive() {
        RaftMember present = member;
        if (closed || directory == null || present != null && present.isUp() || System.nanoTime() < nextTryNanos) {
            return;
        }
        try {
            directory.checkRoom();
            LOG.warn("Ratis has ended and is started anew directory={}", config.directory());
            member = null;
            if (present != null) {
                present.close();
            }
            member = RaftMember.start(config, false, published::applied, this::supervise);
            pauseMillis = LOOK_MILLIS;
        } catch (IOException | RuntimeException e) {
            LOG.error("Ratis could not be started anew retryMillis={}: {}", pauseMillis, e.getMessage());
            pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
        }
        nextTryNanos = System.nanoTime() + pauseMillis * 1_000_000;
    }

    /** Ends Ratis and unlocks the directory. Commits under way fail or are answered first. */
    public Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        vertx.cancelTimer(supervision);
        return gate.enter(this::end).onComplete(end -> gate.close());
    }

    private Future<Void> end() {
        try {
            if (member != null) {
                member.close();
            }
            return Future.succeededFuture();
        } finally {
            unlock();
        }
    }

    private void unlock() {
        try {
            if (directory != null) {
                directory.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("unlock of store " + config.directory(), e);
        }
    }

    /** Ends Ratis as it ends itself after a failure; the store heals by itself. */
    void endRatisForTest() {
        member.closeForTest();
    }
}
