package io.swarmnet.manager.control;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.RequestId;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Commits what was decided from one state of the cluster, and decides anew from the next when others were faster. What a
 * decision refuses is refused at once.
 */
final class Attempts {
    /** The stages and the nodes' reports move the version often; a user's wish gives up after this many tries. */
    private static final int TRIES_MAX = 50;

    private static final long WAIT_MILLIS = 10;

    /** @param changes empty when nothing is to be done; the answer is then given for the version decided from */
    record Decision<T>(List<Change> changes, Function<Long, T> answer) {}

    private final ClusterStore store;
    private final RandomGenerator random;

    /** @param random safe for use by several threads */
    Attempts(ClusterStore store, RandomGenerator random) {
        this.store = store;
        this.random = random;
    }

    /** Fails with what the decision throws, or what the store fails with. */
    <T> Future<T> commit(Function<Snapshot, Decision<T>> decide) {
        return attempt(new RequestId(Ids.newSwarmId(random)), decide, 1);
    }

    private <T> Future<T> attempt(RequestId request, Function<Snapshot, Decision<T>> decide, int tries) {
        Snapshot state = store.snapshot();
        Decision<T> decision;
        try {
            decision = decide.apply(state);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        if (decision.changes().isEmpty()) {
            return Future.succeededFuture(decision.answer().apply(state.version()));
        }
        return store.commit(new Commit(request, state.version(), decision.changes()))
                .map(committed -> decision.answer().apply(committed.version()))
                .recover(failure -> {
                    if (!(failure instanceof StaleVersionException)) {
                        return Future.failedFuture(failure);
                    }
                    if (tries >= TRIES_MAX) {
                        return Future.failedFuture(new UnavailableException("the cluster's state changed " + TRIES_MAX
                                + " times while this was decided; try again"));
                    }
                    return pause(state).compose(done -> attempt(request, decide, tries + 1));
                });
    }

    // A follower's state may lag behind the leader's: deciding again from the same one is of no use.
    private Future<Void> pause(Snapshot decidedFrom) {
        if (store.snapshot().version() != decidedFrom.version()) {
            return Future.succeededFuture();
        }
        return Future.fromCompletionStage(CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(WAIT_MILLIS, TimeUnit.MILLISECONDS)));
    }
}
