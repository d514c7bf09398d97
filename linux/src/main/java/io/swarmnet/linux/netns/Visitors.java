package io.swarmnet.linux.netns;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.libc.Libc;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of {@link Netns#call}: each enters, works, and goes home before it is used again. There is no queue and
 * one thread per waiting caller, so the callers bound their number; a nested call cannot starve.
 */
final class Visitors {
    private static final Logger LOG = LoggerFactory.getLogger(Visitors.class);
    private static final long IDLE_SECONDS = 10;
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final ThreadPoolExecutor POOL = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), Visitors::newVisitor);

    private Visitors() {}

    private static Thread newVisitor(Runnable runnable) {
        Thread thread = new Thread(
                () -> {
                    // Born in its creator's namespace, which may be a private one it would keep alive.
                    Netns.host().enter();
                    runnable.run();
                },
                "netns-visitor-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    static <T, X extends Exception> T visit(Netns netns, Netns.Body<T, X> body) throws X {
        Visit<T> visit = new Visit<>(netns, body);
        POOL.execute(visit);
        return visit.await();
    }

    /** For what leaves its thread unfit for other work. */
    static <T> T onFreshThread(Netns.Body<T, RuntimeException> body) {
        FutureTask<T> task = new FutureTask<>(body::run);
        Thread thread = new Thread(task, "netns-maker-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
        return result(task);
    }

    private static <T> T result(FutureTask<T> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    // The thread is in the kernel and cannot be called back; keep the flag for our caller.
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw Visitors.<RuntimeException>sneaky(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }

    private static final class Visit<T> implements Runnable {
        private final FutureTask<T> task;
        private final Netns netns;

        <X extends Exception> Visit(Netns netns, Netns.Body<T, X> body) {
            this.netns = netns;
            this.task = new FutureTask<>(() -> inside(body));
        }

        private Throwable lost;

        @Override
        public void run() {
            task.run();
            if (lost != null) {
                // Ends this pool thread; the pool makes another one when it is asked.
                throw new IllegalStateException("Thread did not come home from " + netns + " and ends", lost);
            }
        }

        private <X extends Exception> T inside(Netns.Body<T, X> body) throws Exception {
            int home = Libc.open("/proc/thread-self/ns/net", Libc.O_RDONLY);
            try {
                netns.enter();
                try {
                    return body.run();
                } finally {
                    if (C.setns(home, Libc.CLONE_NEWNET) < 0) {
                        lost = new io.swarmnet.linux.KernelException("setns home from " + netns, Libc.errno());
                        LOG.error("Thread could not leave a namespace and ends netns={}", netns, lost);
                    }
                }
            } finally {
                Libc.close(home);
            }
        }

        <X extends Exception> T await() throws X {
            return result(task);
        }
    }
}
