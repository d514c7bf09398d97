package io.swarmnet.worker.kernel;

import io.swarmnet.model.error.UnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The only way from an event loop to what blocks: netlink, namespaces, mounts, runc. One lane has one thread, so what is
 * sent to a lane happens in order. At most 4,096 calls wait in a lane; a further one fails at once.
 */
public final class KernelExecutor implements AutoCloseable {
    private static final int WAITING_MAX = 4_096;

    private final Vertx vertx;
    private final ThreadPoolExecutor threads;
    private final String name;

    /** @param threadCount 1 = a lane, in order; more = calls that need no order */
    public KernelExecutor(Vertx vertx, String name, int threadCount) {
        this.vertx = vertx;
        this.name = name;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                threadCount, threadCount, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), body -> {
                    Thread thread = new Thread(body, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs the body on a thread of this executor; the future completes on the caller's Vert.x context. */
    public <T> Future<T> run(Callable<T> body) {
        Context context = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        try {
            threads.execute(() -> {
                try {
                    T value = body.call();
                    context.runOnContext(v -> promise.complete(value));
                } catch (Throwable e) {
                    context.runOnContext(v -> promise.fail(e));
                }
            });
        } catch (RejectedExecutionException e) {
            return Future.failedFuture(new UnavailableException(
                    threads.isShutdown()
                            ? "the daemon is stopping"
                            : name + ": " + WAITING_MAX + " calls are waiting"));
        }
        return promise.future();
    }

    /** For what brings its own futures. */
    public Executor executor() {
        return threads;
    }

    /** {@link #run} for a body without a result. */
    public Future<Void> execute(Body body) {
        return run(() -> {
            body.run();
            return null;
        });
    }

    /** A body that may fail. */
    public interface Body {
        void run() throws Exception;
    }

    /** Lets what runs end; what waits is dropped. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
