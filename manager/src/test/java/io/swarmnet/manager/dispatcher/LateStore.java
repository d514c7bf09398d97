package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Committed;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.UnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store that answers late and on a thread of its own, as a replicated one does, and now and then has no leader. */
final class LateStore implements ClusterStore, AutoCloseable {
    private static final long DELAY_MILLIS = 3;

    private final InMemoryStore store;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    final AtomicInteger failuresToCome = new AtomicInteger();
    final AtomicInteger commits = new AtomicInteger();

    LateStore(InMemoryStore store) {
        this.store = store;
    }

    @Override
    public Snapshot snapshot() {
        return store.snapshot();
    }

    @Override
    public Future<Committed> commit(Commit commit) {
        Promise<Committed> promise = Promise.promise();
        commits.incrementAndGet();
        thread.schedule(
                () -> {
                    if (failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        promise.fail(new UnavailableException("The swarm does not have a leader."));
                    } else {
                        store.commit(commit).onComplete(promise);
                    }
                },
                DELAY_MILLIS,
                TimeUnit.MILLISECONDS);
        return promise.future();
    }

    @Override
    public AutoCloseable watch(Consumer<Applied> listener) {
        return store.watch(listener);
    }

    @Override
    public boolean isLeader() {
        return true;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
