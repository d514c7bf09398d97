package io.swarmnet.manager;

import io.swarmnet.model.error.UnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one way into the private namespace, and the one way out of it. A thread lives in the namespace of the thread that
 * started it, and pools start theirs when they are first used; so whatever lives inside is only ever called on the gate's
 * thread, and what it answers is only ever heard on a context outside.
 */
public final class NamespaceGate implements AutoCloseable {
    /** Calls that may wait at the gate; a further one is refused. */
    public static final int WAITING_MAX = 4_096;

    private final String name;
    private final ContextInternal outside;
    private final ThreadPoolExecutor inside;

    /** To be made by a thread outside. */
    public NamespaceGate(PrivateNamespace door, String name, Vertx outside) {
        this.name = name;
        this.outside = ((VertxInternal) outside).createEventLoopContext();
        this.inside = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), door.threads(name));
        // An event loop's thread is started by its first task, so that task must not come from inside.
        this.outside.runOnContext(nothing -> {});
    }

    /** Runs the body inside. Its future's result is heard on the caller's context, or else on the gate's. */
    public <T> Future<T> enter(Supplier<Future<T>> body) {
        ContextInternal caller = ContextInternal.current();
        PromiseInternal<T> promise = (caller == null ? outside : caller).promise();
        try {
            inside.execute(() -> run(body, promise));
        } catch (RejectedExecutionException e) {
            promise.fail(new UnavailableException(
                    inside.isShutdown() ? name + " is closed" : name + ": " + WAITING_MAX + " requests are waiting"));
        }
        return promise.future();
    }

    private <T> void run(Supplier<Future<T>> body, PromiseInternal<T> promise) {
        Future<T> result;
        try {
            result = body.get();
        } catch (Throwable e) {
            result = Future.failedFuture(e);
        }
        result.onComplete(done -> leave(() -> {
            if (done.succeeded()) {
                promise.tryComplete(done.result());
            } else {
                promise.tryFail(done.cause());
            }
        }));
    }

    /** Runs the body inside; not when the gate is closed or {@link #WAITING_MAX} calls wait there. */
    public boolean enterQuietly(Runnable body) {
        try {
            inside.execute(body);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Runs the body outside, on the gate's event loop, in the order of the calls. */
    public void leave(Runnable body) {
        outside.runOnContext(nothing -> body.run());
    }

    /** Runs the body outside after a time, unless the answer is cancelled. For callers inside, who may not set timers. */
    public java.util.concurrent.Future<?> leaveLater(long millis, Runnable body) {
        return outside.nettyEventLoop().schedule(body, millis, TimeUnit.MILLISECONDS);
    }

    /** Lets what waits inside run, then ends the thread. */
    @Override
    public void close() {
        inside.shutdown();
    }
}
