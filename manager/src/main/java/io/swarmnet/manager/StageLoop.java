package io.swarmnet.manager;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Committed;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.RequestId;
import io.vertx.core.AsyncResult;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the stages while this manager leads: after each applied commit (many at once count as one) and when a stage asked for
 * it. One commit is under way at a time, tied to the version it was decided from.
 */
public final class StageLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageLoop.class);
    private static final long FOLLOWER_POLL_MILLIS = 250;
    private static final long RETRY_MILLIS = 500;
    private static final long PAUSE_MILLIS = 50;
    /** Commits in a row without rest after which a pause is made: stages that disagree must not spin. */
    private static final int STREAK_MAX = 100;

    private final ClusterStore store;
    private final StageRound round;
    private final ScheduledExecutorService executor;
    private final LongSupplier clock;
    private final RandomGenerator random;
    private final AtomicBoolean asked = new AtomicBoolean();

    // Touched on the executor's thread only.
    private ScheduledFuture<?> timer;
    private boolean committing;
    private int streak;
    private long pauseUntilMillis;

    private AutoCloseable watch;
    private volatile boolean closed;

    /**
     * @param executor of one thread, not an event loop: signing claims takes time; stays open after {@link #close()}
     * @param clock milliseconds since 1970
     * @param random for request ids, used on the executor's thread
     */
    public StageLoop(
            ClusterStore store,
            List<Stage> stages,
            ScheduledExecutorService executor,
            LongSupplier clock,
            RandomGenerator random) {
        this.store = store;
        this.round = new StageRound(stages);
        this.executor = executor;
        this.clock = clock;
        this.random = random;
    }

    /** Begins; the first run comes at once. Call once. */
    public void start() {
        watch = store.watch(applied -> wake());
    }

    /** Asks for a run soon. Thread-safe. */
    public void wake() {
        if (!closed && asked.compareAndSet(false, true)) {
            execute(this::run);
        }
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private void run() {
        asked.set(false);
        if (closed || committing) {
            return; // the end of the commit runs again
        }
        if (!store.isLeader()) {
            streak = 0;
            runIn(FOLLOWER_POLL_MILLIS);
            return;
        }
        long now = clock.getAsLong();
        if (streak >= STREAK_MAX && now < pauseUntilMillis) {
            runIn(Math.min(PAUSE_MILLIS, pauseUntilMillis - now)); // woken by the watch of its own commit
            return;
        }
        Snapshot state = store.snapshot();
        List<Change> changes;
        try {
            changes = round.decide(state, now);
        } catch (RuntimeException e) {
            LOG.error("Stages failed; trying again version={}", state.version(), e);
            runIn(RETRY_MILLIS);
            return;
        }
        if (changes.isEmpty()) {
            streak = 0;
            long next = round.nextMillis(state, now);
            // Leadership comes without a commit, and so might a next time that has passed already.
            runIn(next == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(PAUSE_MILLIS, next - now));
        } else {
            commit(state, changes);
        }
    }

    private void commit(Snapshot state, List<Change> changes) {
        committing = true;
        RequestId request = new RequestId(Ids.newSwarmId(random));
        store.commit(new Commit(request, state.version(), changes))
                .onComplete(result -> execute(() -> committed(state, result)));
    }

    private void committed(Snapshot decidedFrom, AsyncResult<Committed> result) {
        committing = false;
        if (result.succeeded()) {
            streak++;
            if (streak % STREAK_MAX == 0) {
                LOG.warn("Stages go on deciding without rest commits={}", streak);
            }
            pauseUntilMillis = clock.getAsLong() + PAUSE_MILLIS;
            runIn(streak < STREAK_MAX ? 0 : PAUSE_MILLIS);
        } else if (result.cause() instanceof StaleVersionException) {
            runIn(store.snapshot().version() != decidedFrom.version() ? 0 : PAUSE_MILLIS);
        } else {
            LOG.warn(
                    "Commit of the stages failed; trying again in {} ms reason={}",
                    RETRY_MILLIS,
                    String.valueOf(result.cause()));
            runIn(RETRY_MILLIS);
        }
    }

    private void runIn(long millis) {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        if (closed) {
            return;
        }
        if (millis <= 0) {
            wake();
        } else if (millis != Long.MAX_VALUE) {
            try {
                timer = executor.schedule(this::wake, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                if (!closed) {
                    throw e;
                }
            }
        }
    }

    /** Ends: nothing is decided any more; a commit under way may still be applied. */
    @Override
    public void close() {
        closed = true;
        if (watch != null) {
            try {
                watch.close();
            } catch (Exception e) {
                LOG.warn("Closing the watch of the stages failed", e);
            }
        }
        execute(() -> runIn(Long.MAX_VALUE));
    }
}
