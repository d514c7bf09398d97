package io.swarmnet.worker.disk;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/** Blocking work done elsewhere, answered where it was asked for. */
public final class Blocking {
    private Blocking() {}

    /**
     * Runs the body on the executor. The future completes on the caller's Vert.x context if it has one, else on the
     * executor's thread. An executor that refuses (its queue is full, it was shut down) fails the future.
     */
    public static <T> Future<T> call(Executor executor, Callable<T> body) {
        Promise<T> answer = promise();
        try {
            executor.execute(() -> {
                try {
                    answer.tryComplete(body.call());
                } catch (Throwable e) {
                    answer.tryFail(e);
                }
            });
        } catch (RuntimeException e) {
            answer.tryFail(e);
        }
        return answer.future();
    }

    /** A promise whose future's listeners run on the caller's Vert.x context if it has one. */
    public static <T> Promise<T> promise() {
        Context context = Vertx.currentContext();
        return context instanceof io.vertx.core.internal.ContextInternal internal
                ? internal.promise()
                : Promise.promise();
    }
}
