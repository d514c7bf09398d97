package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.RequestId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Commits what is decided from the newest state, and decides again from a newer one when somebody was faster. Completes on
 * the event loop it was given, whatever thread the store answers on.
 */
final class Rereading {
    private static final int TRIES = 30;
    private static final long PAUSE_MILLIS = 5;

    private final Vertx vertx;
    private final Context loop;
    private final ClusterStore store;
    private final RandomGenerator random;

    Rereading(Vertx vertx, Context loop, ClusterStore store, RandomGenerator random) {
        this.vertx = vertx;
        this.loop = loop;
        this.store = store;
        this.random = random;
    }

    /** @param decide may be called several times; no changes = done. What it throws fails the future. */
    Future<Void> commit(Function<Snapshot, List<Change>> decide) {
        return attempt(decide, 1);
    }

    private Future<Void> attempt(Function<Snapshot, List<Change>> decide, int number) {
        Future<?> committed;
        try {
            List<Change> changes = decide.apply(store.snapshot());
            if (changes.isEmpty()) {
                return Future.succeededFuture();
            }
            RequestId request = new RequestId(Ids.newSwarmId(random));
            committed = store.commit(new Commit(request, Commit.ANY_VERSION, changes));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        return onLoop(committed)
                .recover(failure -> failure instanceof StaleVersionException && number < TRIES
                        ? vertx.timer(PAUSE_MILLIS * number)
                                .<Void>mapEmpty()
                                .compose(waited -> attempt(decide, number + 1))
                        : Future.failedFuture(failure));
    }

    private Future<Void> onLoop(Future<?> answer) {
        Promise<Void> promise = Promise.promise();
        answer.<Void>mapEmpty().onComplete(done -> loop.runOnContext(here -> promise.handle(done)));
        return promise.future();
    }
}
