package io.swarmnet.engine.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Brings results that come on the manager's or the worker's threads back to the event loop that asked. */
final class Here {
    private Here() {}

    /** The same result, on the context of the caller; unchanged where the caller has none. */
    static <T> Future<T> of(Future<T> future) {
        Context context = Vertx.currentContext();
        if (context == null) {
            return future;
        }
        Promise<T> promise = Promise.promise();
        future.onComplete(result -> {
            if (Vertx.currentContext() == context) {
                promise.handle(result);
            } else {
                context.runOnContext(now -> promise.handle(result));
            }
        });
        return promise.future();
    }
}
